#ifndef ROWSPLIT_TEXT_LENGTH_H_
#define ROWSPLIT_TEXT_LENGTH_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// What lengths and positions in text count.
enum class CharUnit {
  kByte,
  // UTF-8 characters: every byte that is not 10xxxxxx begins one. Nothing is
  // checked.
  kUtf8Char,
};

struct LengthOptions {
  CharUnit unit = CharUnit::kByte;
  ExecOptions exec = {};
};

// The length of each string.
//
//   Length({"aé", ""})                                  // {3, 0}
//   Length({"aé", ""}, {.unit = CharUnit::kUtf8Char})   // {2, 0}
//
// Fails with OutOfRange for a string of 2 GiB or more, naming it, and with
// Cancelled. Linear in the strings, with characters in the bytes.
absl::StatusOr<Buffer<int32_t>> Length(StringTensorView input,
                                       const LengthOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_LENGTH_H_
