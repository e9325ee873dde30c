#ifndef ROWSPLIT_TEXT_NGRAMS_H_
#define ROWSPLIT_TEXT_NGRAMS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct NgramsOptions {
  // The numbers of tokens of an n-gram, each at least 1, in the order of the
  // output.
  std::vector<int64_t> widths = {};
  std::string_view separator = " ";
  // So many of `left_pad` are put before each row and of `right_pad` behind it,
  // but never more than one fewer than the width. Below 0: one fewer than the
  // width. A tensor without a token gets none.
  int64_t pad_width = 0;
  std::string_view left_pad = "";
  std::string_view right_pad = "";
  // A row with tokens but too short for all of the widths gives one n-gram: the
  // whole row with its padding.
  bool preserve_short_sequences = false;
  ExecOptions exec = {};
};

// The n-grams of the tokens of each innermost row, joined: all of the first
// width, then of the next. A row that is too short for a width gives none of
// it. As tf.strings.ngrams.
//
//   Ngrams({{"a", "b", "c"}, {"d"}}, {.widths = {1, 2}})
//   // {{"a", "b", "c", "a b", "b c"}, {"d"}}
//   Ngrams({{"a", "b"}}, {.widths = {2}, .pad_width = 1, .left_pad = "<",
//                         .right_pad = ">"})
//   // {{"< a", "a b", "b >"}}
//
// Fails with InvalidArgument for a width below 1, or a pad_width below 0 where
// short rows are preserved and there is no width; with ResourceExhausted if the
// size of the result does not fit 64 bits; with Cancelled. Linear in the
// result; two allocations beside the row splits.
absl::StatusOr<RaggedStringTensor> Ngrams(const RaggedStringTensor& tokens,
                                          const NgramsOptions& options);

// The same for a tensor of rank 1 or more: the rows are the innermost axis. A
// dense tensor gives a dense one, with as many n-grams in each row.
absl::StatusOr<Tensor> Ngrams(const Tensor& tokens,
                              const NgramsOptions& options);

// The n-grams of one width along the last axis of a dense or ragged tensor of
// any rank, joined: tf_text.ngrams with Reduction.STRING_JOIN.
//
//   JoinNgrams({{"a", "b", "c"}, {"d"}}, 2, " ")  // {{"a b", "b c"}, {}}
//
// Fails as Ngrams, and unless the tensor is of strings and of rank 1 or more.
absl::StatusOr<Tensor> JoinNgrams(const Tensor& tokens, int64_t width,
                                  std::string_view separator,
                                  const ExecOptions& exec = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_NGRAMS_H_
