#ifndef ROWSPLIT_TEXT_UNICODE_SPLIT_H_
#define ROWSPLIT_TEXT_UNICODE_SPLIT_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct UnicodeSplitOptions {
  ExecOptions exec = {};
};

// Splits each string into its UTF-8 characters, as tf.strings.unicode_split:
// each maximal ill-formed subpart becomes one U+FFFD.
//
//   SplitCharacters({"aé", "", "\xE2\x82x"})  // {{"a", "é"}, {}, {"\uFFFD",
//   "x"}}
//
// Fails with Cancelled only. Linear in the bytes; the result has an offset of
// 8 bytes for each character.
absl::StatusOr<RaggedStringTensor> SplitCharacters(
    StringTensorView input, const UnicodeSplitOptions& options = {});

// Splits each string at runs of Unicode white space: the 25 code points of the
// property White_Space (U+0009 to U+000D, U+0020, U+0085, U+00A0, U+1680,
// U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000). The tokens are
// spans of `input.bytes()`: nothing is copied. Bytes that are not UTF-8 are
// part of tokens.
//
//   SplitUnicodeWhitespace({"a\u3000 b"})  // {{"a", "b"}}, as spans
//
// Fails with ResourceExhausted if a string lies beyond kMaxBatchBytes of
// `input.bytes()`, which a span can't address, and with Cancelled. Linear in
// the bytes.
absl::StatusOr<RaggedTensor<TokenSpan>> SplitUnicodeWhitespace(
    StringTensorView input, const UnicodeSplitOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_UNICODE_SPLIT_H_
