#ifndef ROWSPLIT_OPS_SPLIT_AXIS_H_
#define ROWSPLIT_OPS_SPLIT_AXIS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct SplitAxisOptions {
  ExecOptions exec = {};
};

// Cuts a tensor into pieces along an axis that is not ragged, as tf.split: the
// outermost one, or an inner dimension. Concat puts them together again. The
// first form makes pieces of equal size, the second of the sizes given; a dense
// tensor's sizes may hold one -1, for what is left.
//
//   Split([[1], [2, 3], []], sizes {1, 2}, 0)  // [[1]] and [[2, 3], []]
//
// Fails with InvalidArgument if the axis is ragged or out of range, if the
// number is not positive or does not divide the axis, or if a size is negative
// or the sizes do not add up to the axis; with Cancelled. One piece of a ragged
// tensor is the tensor as it is, whatever the axis. Pieces along axis 0 share
// the input's values and copy its splits; along an inner dimension they copy
// the values.
absl::StatusOr<std::vector<Tensor>> Split(const Tensor& input,
                                          int64_t num_pieces, int axis,
                                          const SplitAxisOptions& options = {});
absl::StatusOr<std::vector<Tensor>> Split(const Tensor& input,
                                          std::span<const int64_t> sizes,
                                          int axis,
                                          const SplitAxisOptions& options = {});

// The slices of a tensor at each index of an axis that is not ragged, without
// that axis, as tf.unstack; along axis 0 what iterating over a ragged tensor
// gives. Stack is the inverse.
//
//   Unstack([[1], [2, 3], []], 0)  // [1], [2, 3] and []
//
// Fails with InvalidArgument if the axis is ragged or out of range, and with
// Cancelled. Costs as Split.
absl::StatusOr<std::vector<Tensor>> Unstack(
    const Tensor& input, int axis, const SplitAxisOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_SPLIT_AXIS_H_
