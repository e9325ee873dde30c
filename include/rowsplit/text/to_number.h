#ifndef ROWSPLIT_TEXT_TO_NUMBER_H_
#define ROWSPLIT_TEXT_TO_NUMBER_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct ToNumberOptions {
  // kFloat32, kFloat64, kInt32, kInt64, kUInt32 or kUInt64.
  DType dtype = DType::kFloat32;
  ExecOptions exec = {};
};

// The number that each string of a tensor of any rank spells, in its shape.
// Around a number there may be white space (09 to 0D, 20), before it one sign.
//
//   ToNumber(["1.5", " -2\n"])                         // [1.5, -2]
//   ToNumber(["007"], {.dtype = DType::kInt64})        // [7]
//   ToNumber(["0x1.8p3", "inf", "1e999"])              // [12, inf, inf]
//
// Integers are decimal digits; of an unsigned one '-' is no sign. Floats are
// decimal ("1", ".5", "5.", "1e-3"), hexadecimal ("0x1F", "0x.8p1"), "inf",
// "infinity" or "nan", in any case; what is too great is infinite, what is too
// small 0. The locale does not matter. Floats are rounded to the nearest.
//
// Fails with InvalidArgument that names the first string that spells no number
// or an integer that does not fit; for another dtype, or a tensor that is not
// of strings; with Cancelled. Linear in the bytes.
absl::StatusOr<Tensor> ToNumber(const Tensor& input,
                                const ToNumberOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_TEXT_TO_NUMBER_H_
