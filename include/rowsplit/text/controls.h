#ifndef ROWSPLIT_TEXT_CONTROLS_H_
#define ROWSPLIT_TEXT_CONTROLS_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct ControlsOptions {
  // U+0000 to U+001F but for tab, line feed and carriage return; U+007F; U+0080
  // to U+009F.
  bool controls = true;
  // What has no width and no meaning for words: soft hyphen U+00AD, U+180E,
  // zero width space U+200B, word joiner U+2060, U+FEFF.
  bool zero_width = true;
  // Marks that only order text of two directions: U+061C, U+200E, U+200F,
  // U+202A to U+202E, U+2066 to U+2069.
  bool bidi = true;
  // The joiners U+200C and U+200D, which Persian, Indic scripts and emoji need.
  bool joiners = false;
  ExecOptions exec = {};
};

// Removes characters that are not seen. Bytes that are not UTF-8 stay.
//
//   RemoveControls({"a\u200Bb\x07", "\u202Ec"})  // {"ab", "c"}
//
// Fails with Cancelled only. Linear in the bytes.
absl::StatusOr<StringTensor> RemoveControls(
    StringTensorView input, const ControlsOptions& options = {});

// Appends one string, and returns how many characters were removed.
int64_t AppendWithoutControls(std::string_view text,
                              const ControlsOptions& options,
                              BufferBuilder<char>& output);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_CONTROLS_H_
