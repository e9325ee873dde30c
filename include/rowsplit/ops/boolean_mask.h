#ifndef ROWSPLIT_OPS_BOOLEAN_MASK_H_
#define ROWSPLIT_OPS_BOOLEAN_MASK_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct BooleanMaskOptions {
  ExecOptions exec = {};
};

// The values of `data` (of any dtype) whose place in `mask` is true. The axes
// of the mask must be the first axes of the data; all of them are kept but the
// last, whose rows get shorter, so a mask of rank 2 or more gives a ragged
// result.
//
//   BooleanMask({{1, 2, 3}, {4}}, {{true, false, true}, {false}})
//   // {{1, 3}, {}}
//   BooleanMask({{1, 2, 3}, {4}}, {false, true})  // {{4}}
//
// Fails with InvalidArgument if the mask is not bool, is a scalar, or has axes
// other than those of the data, naming the axis; with ResourceExhausted; with
// Cancelled. O(mask + result).
absl::StatusOr<Tensor> BooleanMask(const Tensor& data, const Tensor& mask,
                                   const BooleanMaskOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_BOOLEAN_MASK_H_
