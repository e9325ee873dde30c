#ifndef ROWSPLIT_TEXT_UTF8_BINARIZE_H_
#define ROWSPLIT_TEXT_UTF8_BINARIZE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct Utf8BinarizeOptions {
  int64_t word_length = 16;    // characters of a string that are looked at
  int64_t bits_per_char = 24;  // lowest bits of a code point
  int32_t replacement = 0xFFFD;
  ExecOptions exec = {};
};

// The bits of each string's first characters as 0 and 1, as TF Text's
// utf8_binarize: for each string word_length * bits_per_char numbers, lowest
// bit first, 0 behind its last character. A maximal ill-formed subpart is
// `replacement`.
//
//   Utf8Binarize({"b"}, {.word_length = 2, .bits_per_char = 3})
//   // {0, 1, 0, 0, 0, 0}
//
// Fails with InvalidArgument if a size is negative, with ResourceExhausted if
// the result's size does not fit 64 bits, with Cancelled. O(result).
absl::StatusOr<Buffer<float>> Utf8Binarize(
    StringTensorView input, const Utf8BinarizeOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_UTF8_BINARIZE_H_
