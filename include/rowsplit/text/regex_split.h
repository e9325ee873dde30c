#ifndef ROWSPLIT_TEXT_REGEX_SPLIT_H_
#define ROWSPLIT_TEXT_REGEX_SPLIT_H_

#include <optional>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/regex.h"

namespace rowsplit {

struct RegexSplitOptions {
  // Delimiters that this matches wholly become tokens too; none if it is
  // absent.
  std::optional<Regex> keep = std::nullopt;
  ExecOptions exec = {};
};

// Splits each string at the matches of `delimiter`, as TF Text's regex_split.
// No token is empty. Each match is sought in what is behind the one before, so
// that '^' matches there too.
//
//   RegexSplit({"a, b", ","}, [, ], {.keep = ,})
//   // {{"a", ",", "b"}, {","}}, as spans
//
// The tokens are spans of `input.bytes()`: nothing is copied. Fails with
// InvalidArgument if `delimiter` matches an empty piece of a string, with
// ResourceExhausted if a string lies beyond kMaxBatchBytes of `input.bytes()`,
// and with Cancelled. Linear in the bytes where the delimiter is a class of
// ASCII bytes or can tell where it ends.
absl::StatusOr<RaggedTensor<TokenSpan>> RegexSplit(
    StringTensorView input, const Regex& delimiter,
    const RegexSplitOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_REGEX_SPLIT_H_
