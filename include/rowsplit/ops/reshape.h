#ifndef ROWSPLIT_OPS_RESHAPE_H_
#define ROWSPLIT_OPS_RESHAPE_H_

#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Ops that change the axes and never touch the values, whose memory is shared.
// Axes below 0 count from the end.

// A new axis of size 1 at `axis`, as tf.expand_dims. Inside of the ragged axes
// it is a partition of rows of one, behind them a part of the inner shape.
//
//   ExpandDims({{1, 2}, {}, {3}}, 0)  // {{{1, 2}, {}, {3}}}
//   ExpandDims({{1, 2}, {}, {3}}, 1)  // {{{1, 2}}, {{}}, {{3}}}
//   ExpandDims({{1, 2}, {}, {3}}, 2)  // {{{1}, {2}}, {}, {{3}}}
//
// Fails with InvalidArgument if `axis` is not in [-rank - 1, rank]. O(rows).
absl::StatusOr<Tensor> ExpandDims(const Tensor& input, int axis);

// Without the axes named, each of which has size 1, as tf.squeeze. With none
// named, a dense tensor loses all axes of size 1 and a ragged one nothing. An
// axis may be named twice.
//
//   Squeeze({{1, 2, 3}}, {0})      // {1, 2, 3}
//   Squeeze({{{1}, {2}}, {}}, {2}) // {{1, 2}, {}} (2 is an inner axis)
//
// Fails with InvalidArgument if an axis is out of range or has another size
// than 1 (for a ragged axis: if a row has another length). O(rows).
absl::StatusOr<Tensor> Squeeze(const Tensor& input, std::span<const int> axes);

// The axes from `outer_axis` to `inner_axis` as one, as
// tf.RaggedTensor.merge_dims.
//
//   MergeDims({{{1, 2}, {3}}, {}, {{4}}}, 0, 1)   // {{1, 2}, {3}, {4}}
//   MergeDims({{{1, 2}, {3}}, {}, {{4}}}, 1, 2)   // {{1, 2, 3}, {}, {4}}
//   MergeDims({{{1, 2}, {3}}, {}, {{4}}}, 0, -1)  // {1, 2, 3, 4}
//
// Fails with InvalidArgument if an axis is out of range or outer_axis above
// inner_axis; with ResourceExhausted if an axis without items would not fit 64
// bits. O(rows).
absl::StatusOr<Tensor> MergeDims(const Tensor& input, int outer_axis,
                                 int inner_axis);

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_RESHAPE_H_
