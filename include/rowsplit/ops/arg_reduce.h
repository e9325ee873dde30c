#ifndef ROWSPLIT_OPS_ARG_REDUCE_H_
#define ROWSPLIT_OPS_ARG_REDUCE_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct ArgReduceOptions {
  // What a group without a value gives; absent, such a group is an error.
  std::optional<int64_t> empty = std::nullopt;
  ExecOptions exec = {};
};

// Where along the axis the greatest (least) value is: int64, of the shape that
// Reduce gives. Of equal values the first. NaN is passed over; a group of NaN
// alone gives its first place.
//
//   // t = [[3, 1, 4], [5, 5]]
//   ArgMax(t, 1)  // [2, 0]
//   ArgMax(t, 0)  // [1, 1, 0]
//   ArgMax([[], [1]], 1)                  // InvalidArgument: row 0 is empty
//   ArgMax([[], [1]], 1, {.empty = -1})   // [-1, 0]
//
// InvalidArgument: a group without a value (the message names it) unless
// `empty` is given, an axis out of range, a dtype that is neither number nor
// bool. Cancelled. O(items + rows).
absl::StatusOr<Tensor> ArgMax(const Tensor& input, int axis,
                              const ArgReduceOptions& options = {});
absl::StatusOr<Tensor> ArgMin(const Tensor& input, int axis,
                              const ArgReduceOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_ARG_REDUCE_H_
