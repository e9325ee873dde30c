#ifndef ROWSPLIT_OPS_QUANTILE_H_
#define ROWSPLIT_OPS_QUANTILE_H_

#include <limits>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct QuantileOptions {
  // Keeps the axis with size 1.
  bool keepdims = false;
  // What a group without a value gives.
  double empty = std::numeric_limits<double>::quiet_NaN();
  ExecOptions exec = {};
};

// The value below which a share `q` of the values along an axis lies: that at
// (n - 1) * q of the n sorted values, on the line between its neighbours. The
// dtype of floats, else float64. Along an outer axis of a ragged tensor, rows
// are aligned by position. A NaN makes its group NaN.
//
//   // t = [[1, 3, 2], [], [4, 8]]
//   Median(t, 1)          // [2, NaN, 6]
//   Quantile(t, 0.25, 1)  // [1.5, NaN, 5]
//   Median(t, 0)          // [2.5, 5.5, 2]
//
// InvalidArgument: a `q` outside of [0, 1], an axis out of range, a dtype
// without arithmetic. Cancelled. O(items + rows) on average.
absl::StatusOr<Tensor> Quantile(const Tensor& input, double q, int axis,
                                const QuantileOptions& options = {});

// Quantile of 0.5.
absl::StatusOr<Tensor> Median(const Tensor& input, int axis,
                              const QuantileOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_QUANTILE_H_
