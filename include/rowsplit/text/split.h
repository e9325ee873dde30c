#ifndef ROWSPLIT_TEXT_SPLIT_H_
#define ROWSPLIT_TEXT_SPLIT_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct SplitWhitespaceOptions {
  // The most cuts in a string; what is behind them stays one token. Below 0: no
  // limit.
  int64_t maxsplit = -1;
  ExecOptions exec = {};
};

// Splits each string at runs of white space: exactly the bytes 09 0A 0B 0C 0D
// and 20. The tokens are spans of `input.bytes()`: nothing is copied.
//
//   SplitWhitespace({"a  bc", " "})  // {{"a", "bc"}, {}}, as spans
//
// Fails with ResourceExhausted if a string lies beyond kMaxBatchBytes of
// `input.bytes()`, which a span can't address, and with Cancelled. Linear in
// the bytes.
absl::StatusOr<RaggedTensor<TokenSpan>> SplitWhitespace(
    StringTensorView input, const SplitWhitespaceOptions& options = {});

struct CopyTokensOptions {
  ExecOptions exec = {};
};

// Copies tokens into strings of their own, under the same shape. `bytes` is
// what the spans count from.
//
//   CopyTokens(SplitWhitespace(input), input.bytes())
//
// Fails with InvalidArgument if a span reaches past `bytes`, and with
// Cancelled. Linear in the tokens and their bytes.
absl::StatusOr<RaggedStringTensor> CopyTokens(
    const RaggedTensor<TokenSpan>& tokens, std::span<const char> bytes,
    const CopyTokensOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_SPLIT_H_
