#ifndef ROWSPLIT_TEXT_UNICODE_SCRIPT_H_
#define ROWSPLIT_TEXT_UNICODE_SCRIPT_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"

namespace rowsplit {

struct UnicodeScriptOptions {
  ExecOptions exec = {};
};

// The number that ICU has for the script of each code point (its UScriptCode),
// as tf.strings.unicode_script: 0 is common, 1 inherited, 25 Latin, 103
// unassigned; -1 of what is no code point.
//
//   UnicodeScript({'a', 0x4E2D, ' ', -1})  // {25, 17, 0, -1}
//
// Fails with Cancelled only. Linear.
absl::StatusOr<Buffer<int32_t>> UnicodeScript(
    std::span<const int32_t> code_points,
    const UnicodeScriptOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_UNICODE_SCRIPT_H_
