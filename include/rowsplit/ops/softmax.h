#ifndef ROWSPLIT_OPS_SOFTMAX_H_
#define ROWSPLIT_OPS_SOFTMAX_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct SoftmaxOptions {
  ExecOptions exec = {};
};

// exp(x - max) / sum(exp(x - max)) along an axis: positive weights that add up
// to 1, or NaN where a row holds a NaN, an infinity, or nothing above
// -infinity. Empty rows stay empty.
//
//   Softmax({{1, 1}, {}, {0, 1000}})  // {{0.5, 0.5}, {}, {0, 1}}
//
// `axis` may be negative. Along an axis before the innermost ragged one the
// rows that meet must match: the maximum must broadcast to them. Fails with
// InvalidArgument where it does not, for an axis out of range, and unless the
// dtype is float32 or float64; with Cancelled. O(values).
absl::StatusOr<Tensor> Softmax(const Tensor& logits, int axis = -1,
                               const SoftmaxOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_SOFTMAX_H_
