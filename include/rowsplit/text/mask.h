#ifndef ROWSPLIT_TEXT_MASK_H_
#define ROWSPLIT_TEXT_MASK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

// What stands in place of each; not set: they stay.
struct MaskOptions {
  std::optional<std::string> urls = std::nullopt;
  std::optional<std::string> emails = std::nullopt;
  std::optional<std::string> numbers = std::nullopt;
  ExecOptions exec = {};
};

// Puts marks in place of addresses and numbers. The one that begins first goes
// first; where two begin at one place the URL goes before the e-mail address,
// and that before the number. A number ends before an e-mail address.
//
//   A URL: `http://`, `https://`, `ftp://` or `www.` in any case, not behind an
//     ASCII letter or digit, and the characters of RFC 3986 that follow, but
//     for `.,;:!?'"*` and closing brackets without an opening one at its end.
//   An e-mail address: letters, digits and `.!#$%&'*+/=?^_{|}~-`, with no dot
//     at either end, an `@`, and at least two labels of letters, digits and `-`
//     with dots between, the last of two or more letters.
//   A number: digits, with single `.` or `,` between digits, and no ASCII
//     letter or `_` on either side.
//
// All of it is ASCII.
//
//   Mask({"mail a.b@c.org, see www.d.org/e."},
//        {.urls = "<u>", .emails = "<m>"})  // {"mail <m>, see <u>."}
//   Mask({"in 1,000.5 of 3D"}, {.numbers = "0"})  // {"in 0 of 3D"}
//
// Fails with Cancelled only. Linear in the bytes.
absl::StatusOr<StringTensor> Mask(StringTensorView input,
                                  const MaskOptions& options);

// Appends one string with its marks, and returns how many they are.
int64_t AppendMasked(std::string_view text, const MaskOptions& options,
                     BufferBuilder<char>& output);

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_MASK_H_
