#ifndef ROWSPLIT_TEXT_AS_STRING_H_
#define ROWSPLIT_TEXT_AS_STRING_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct AsStringOptions {
  // Digits behind the point, with `shortest` significant ones; below 0: six.
  // For floats.
  int64_t precision = -1;
  // 1.5e+00 in place of 1.5. For floats.
  bool scientific = false;
  // Whichever of both is shorter, without zeros at the end: C's %g. For floats.
  bool shortest = false;
  // The least bytes of a number or string; below 0: as many as it needs.
  int64_t width = -1;
  // A flag of printf: "" pads with spaces on the left, "-" on the right, "0"
  // pads a number with zeros, "+" and " " are the sign of a positive one, "#"
  // keeps the point and the zeros at the end.
  std::string_view fill = "";
  ExecOptions exec = {};
};

// Each item of a tensor of any rank as text, in its shape: numbers as C's
// printf writes them ("%d", "%.*f"), whatever the locale; true and false
// without padding; strings padded.
//
//   AsString([3, -1])                                  // ["3", "-1"]
//   AsString([3.14159], {.precision = 2})              // ["3.14"]
//   AsString([7], {.width = 4, .fill = "0"})           // ["0007"]
//
// Fails with InvalidArgument for a fill of another byte or of several; for
// `scientific` with `shortest`; for either, or a precision, with integers and
// bools; for a width or precision above 2^20; with Cancelled. Linear in the
// result.
absl::StatusOr<Tensor> AsString(const Tensor& input,
                                const AsStringOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_AS_STRING_H_
