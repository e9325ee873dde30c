#ifndef ROWSPLIT_TEXT_MOJIBAKE_H_
#define ROWSPLIT_TEXT_MOJIBAKE_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

struct MojibakeOptions {
  ExecOptions exec = {};
};

// Repairs UTF-8 that was read as Windows-1252 or Latin-1: `Ã©` becomes `é`,
// `â€™` becomes `’`.
//
// Characters are taken for the bytes that they stand for in Windows-1252 (C1
// controls for the byte of their number). Where such bytes are one well-formed
// UTF-8 character they become it, if that is the more plausible reading:
//   - three and four bytes always: nobody writes `â€™`;
//   - two bytes, if the second is none of the letters, quotes, dashes, dots and
//     spaces that may stand behind a capital letter, as `”` does in `IRMÃ”`;
//   - those too, if the first stands behind a small ASCII letter (`voilÃ ` with
//     a no-break space), or another place of the same string is sure.
// A result that is a control character is taken beside a sure place only. What
// was damaged twice needs the op twice.
//
//   RepairMojibake({"cafÃ© â€” naÃ¯ve", "IRMÃ”"})  // {"café — naïve", "IRMÃ”"}
//
// Fails with Cancelled only. Linear in the bytes.
absl::StatusOr<StringTensor> RepairMojibake(
    StringTensorView input, const MojibakeOptions& options = {});

// Appends one string, and returns how many characters were repaired.
int64_t AppendRepaired(std::string_view text, BufferBuilder<char>& output);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_MOJIBAKE_H_
