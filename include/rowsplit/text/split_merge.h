#ifndef ROWSPLIT_TEXT_SPLIT_MERGE_H_
#define ROWSPLIT_TEXT_SPLIT_MERGE_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/token_offsets.h"

namespace rowsplit {

struct SplitMergeOptions {
  // The first character behind white space begins a token, whatever its label
  // says; else its label decides.
  bool force_split_at_whitespace = true;
  ExecOptions exec = {};
};

// Makes tokens as a label for each character says: 0 begins a token with it,
// anything else adds it to the token before, as TF Text's SplitMergeTokenizer.
// White space (White_Space of Unicode) is a part of no token, and its labels
// mean nothing. A character is as many bytes as its first one says; a byte that
// begins none is one.
//
//   SplitMerge({"New York"}, {{0, 1, 1, 0, 1, 1, 1, 1}})  // {{"New", "York"}}
//   // without force_split_at_whitespace: {{"NewYork"}}, bytes 0 to 8
//
// A row may have more labels than characters. Fails with InvalidArgument if it
// has fewer, or if the number of rows differs; with Cancelled. Linear.
absl::StatusOr<TokensWithOffsets> SplitMerge(
    StringTensorView input, RaggedView<int32_t> labels,
    const SplitMergeOptions& options = {});

// The same with two numbers for each character, [rows, num_characters, 2]: it
// begins a token if the first is greater than the second. As TF Text's
// SplitMergeFromLogitsTokenizer.
//
// Fails with InvalidArgument if the logits do not fill that shape or a string
// has more than `num_characters` characters.
absl::StatusOr<TokensWithOffsets> SplitMergeFromLogits(
    StringTensorView input, std::span<const float> logits,
    int64_t num_characters, const SplitMergeOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_SPLIT_MERGE_H_
