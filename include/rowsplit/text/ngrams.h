#ifndef ROWSPLIT_TEXT_NGRAMS_H_
#define ROWSPLIT_TEXT_NGRAMS_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/ragged_tensor.h"

namespace rowsplit {

struct NgramsOptions {
  // The numbers of tokens of an n-gram, each at least 1, in the order of the
  // output. At least one width.
  std::vector<int64_t> widths = {};
  std::string_view separator = " ";
  ExecOptions exec = {};
};

// The n-grams of the tokens of each innermost row, joined: all of the first
// width, then of the next. A row that is too short for a width gives none of
// it. As tf.strings.ngrams without padding.
//
//   Ngrams({{"a", "b", "c"}, {"d"}}, {.widths = {1, 2}})
//   // {{"a", "b", "c", "a b", "b c"}, {"d"}}
//
// Fails with InvalidArgument without a width or for one below 1; with
// ResourceExhausted if the size of the result does not fit 64 bits; with
// Cancelled. Linear in the result; two allocations beside the row splits.
absl::StatusOr<RaggedStringTensor> Ngrams(const RaggedStringTensor& tokens,
                                          const NgramsOptions& options);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_NGRAMS_H_
