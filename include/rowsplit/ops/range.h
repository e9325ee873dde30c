#ifndef ROWSPLIT_OPS_RANGE_H_
#define ROWSPLIT_OPS_RANGE_H_

#include <optional>

#include "absl/status/statusor.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct RangeOptions {
  // Requires this dtype of all arguments. Unset: the widest of theirs.
  std::optional<DType> dtype = std::nullopt;
  ExecOptions exec = {};
};

// Row r counts from starts[r] by deltas[r] up to and without limits[r], as
// tf.ragged.range; it is empty if that is the other way. Each argument is a
// scalar or a vector; vectors have one size, and scalars stand for every row.
//
//   Range({0, 5, 8}, {3, 3, 12}, 2)  // {{0, 2}, {}, {8, 10}}
//   Range({3, 0}, {0, 3}, {-1, 1})   // {{3, 2, 1}, {0, 1, 2}}
//
// A row of floats has ceil(|(limit - start) / delta|) values, and each is the
// one before plus delta, rounded to the dtype. Arguments of several dtypes out
// of int32, int64, float32 and float64 are cast to the widest, in this order.
//
// Fails with InvalidArgument if a delta is 0, the shapes or dtypes do not fit,
// or the size of a row is no number or does not fit 64 bits, or their sum does
// not; with ResourceExhausted if their bytes do not; with Cancelled. O(result).
absl::StatusOr<Tensor> Range(const Tensor& starts, const Tensor& limits,
                             const Tensor& deltas,
                             const RangeOptions& options = {});

// From 0 by 1: {2, 0, 3} gives {{0, 1}, {}, {0, 1, 2}}.
absl::StatusOr<Tensor> Range(const Tensor& limits,
                             const RangeOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_RANGE_H_
