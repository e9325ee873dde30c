#ifndef ROWSPLIT_SRC_OPS_REDUCE_STEPS_H_
#define ROWSPLIT_SRC_OPS_REDUCE_STEPS_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "kernels/reduce_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/tensor.h"

// What reductions over any axes come down to: steps that each fold one axis.
namespace rowsplit::internal {

// A tensor without its items.
struct Layout {
  std::vector<RowPartition> partitions;
  std::vector<int64_t> flat_shape;
};

Layout LayoutOf(const Tensor& tensor);
// Items of the flat values, or ResourceExhausted.
absl::StatusOr<int64_t> NumItems(const Layout& layout);
// `items` under the partitions. Requires that they fill the flat shape.
Tensor WithItems(const Layout& layout, DType dtype, Buffer<std::byte> items);

// What max and min give for NaN, infinities and groups without a value.
enum class Extremes {
  // Values in order; a later one replaces one that is not greater (smaller).
  // Starts at the lowest (greatest) finite value: what segments do.
  kFinite,
  // As kFinite, but starts at the infinity.
  kInfinite,
  // Starts at the infinity, and a NaN stays: what dense tensors do.
  kNaNStays,
};

// Folds flat values of `width` items into `num_groups` groups of as many.
struct ReduceStep {
  Layout result;
  int64_t num_groups = 0;
  int64_t width = 1;
  Extremes extremes = Extremes::kFinite;
  // Either group g takes the flat values [splits[g], splits[g + 1]) …
  Buffer<Offset> splits;
  // … or, if `scatter`, flat value v goes to group ids[v], or to none if that
  // is negative.
  bool scatter = false;
  Buffer<int64_t> ids;
};

// Folds `axis` away, or down to one with `keepdims`. Requires
// `0 <= axis < rank`. Axes outside the innermost ragged one align rows by
// position: row p of the result is as long as the longest row p. O(flat values
// + rows).
absl::StatusOr<ReduceStep> PlanAxis(const Layout& layout, int axis,
                                    bool keepdims);

// Folds all items into one, of `kept_rank` dimensions of size 1.
absl::StatusOr<ReduceStep> PlanAll(const Layout& layout, int kept_rank);

// Folds the rows of the outermost dimension: row r to ids[r]. The rows of a
// ragged tensor are aligned by position. Requires `ids[r] < num_segments`, and
// no negative id for ragged layouts.
absl::StatusOr<ReduceStep> PlanSegments(const Layout& layout,
                                        Buffer<int64_t> ids,
                                        int64_t num_segments);

// For each item of the first step's input the item of the last step's result
// that it goes to, or -1. Without steps each item is its own.
std::vector<int64_t> ItemGroups(std::span<const ReduceStep> steps,
                                int64_t num_items);

// Runs a step: `output` gets num_groups * width items. T: int8_t … uint64_t,
// float, double. Integers wrap. Fails with Cancelled.
template <typename T>
absl::Status FoldItems(kernels::ReduceKind kind, const ReduceStep& step,
                       const T* items, const ExecOptions& exec, T* output);

// The axis counted from 0. InvalidArgument, naming the op, if there is none.
absl::StatusOr<int> CheckAxis(std::string_view op, int axis, int rank);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_REDUCE_STEPS_H_
