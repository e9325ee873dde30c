#ifndef ROWSPLIT_TEXT_SPLIT_FIELDS_H_
#define ROWSPLIT_TEXT_SPLIT_FIELDS_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct SplitFieldsOptions {
  // The most cuts in a string; what is behind them stays one field. Below 0: no
  // limit.
  int64_t maxsplit = -1;
  ExecOptions exec = {};
};

// Splits each string at every `separator`, found from left to right without
// overlap: a string has one field more than separators, and an empty string is
// one empty field. The fields are spans of `input.bytes()`: nothing is copied.
//
//   SplitFields({"a<><>b", ""}, "<>")  // {{"a", "", "b"}, {""}}, as spans
//   SplitFields({"a,b,c"}, ",", {.maxsplit = 1})  // {{"a", "b,c"}}, as spans
//
// Fails with InvalidArgument for an empty separator; with ResourceExhausted if
// a string lies beyond kMaxBatchBytes of `input.bytes()`, which a span can't
// address; with Cancelled. Linear in the bytes, whatever the separator.
absl::StatusOr<RaggedTensor<TokenSpan>> SplitFields(
    StringTensorView input, std::string_view separator,
    const SplitFieldsOptions& options = {});

struct SplitBytesOptions {
  ExecOptions exec = {};
};

// The bytes of each string, each a string of its own.
//
//   SplitBytes({"ab", ""})  // {{"a", "b"}, {}}
//
// Fails with Cancelled only. Linear in the bytes; the result has an offset of
// 8 bytes for each.
absl::StatusOr<RaggedStringTensor> SplitBytes(
    StringTensorView input, const SplitBytesOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_SPLIT_FIELDS_H_
