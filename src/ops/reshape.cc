#include "rowsplit/ops/reshape.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

absl::StatusOr<int> CheckedAxis(std::string_view op, std::string_view name,
                                int axis, int rank) {
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: %s=%d is out of range for rank %d: expected %d <= "
                      "%s < %d",
                      op, name, axis, rank, -rank, name, rank));
}

// The same items: other partitions, another flat shape.
Tensor WithAxes(const Tensor& input, std::vector<RowPartition> partitions,
                std::vector<int64_t> flat_shape) {
  return Tensor::FromPartitionsUnchecked(
      std::move(partitions),
      input.is_string()
          ? Tensor::DenseUnchecked(input.strings(), std::move(flat_shape))
          : Tensor::DenseBytesUnchecked(input.dtype(), input.bytes(),
                                        std::move(flat_shape)));
}

std::vector<RowPartition> PartitionsOf(const Tensor& input) {
  return {input.partitions().begin(), input.partitions().end()};
}

}  // namespace

absl::StatusOr<Tensor> ExpandDims(const Tensor& input, int axis) {
  const int rank = input.rank() + 1;
  ROWSPLIT_ASSIGN_OR_RETURN(axis,
                            CheckedAxis("expand_dims", "axis", axis, rank));
  const int ragged_rank = input.ragged_rank();
  std::vector<RowPartition> partitions = PartitionsOf(input);
  std::vector<int64_t> flat_shape = input.flat_shape();
  if (ragged_rank == 0 || axis > ragged_rank) {
    flat_shape.insert(flat_shape.begin() + (axis - ragged_rank), 1);
    return WithAxes(input, std::move(partitions), std::move(flat_shape));
  }
  const int place = std::max(axis - 1, 0);
  const int64_t size = partitions[place].num_rows();
  ROWSPLIT_ASSIGN_OR_RETURN(RowPartition partition,
                            axis == 0
                                ? RowPartition::FromUniformRowLength(size, 1)
                                : RowPartition::FromUniformRowLength(1, size));
  partitions.insert(partitions.begin() + place, std::move(partition));
  return WithAxes(input, std::move(partitions), std::move(flat_shape));
}

namespace {

absl::Status NotSqueezable(int axis) {
  return absl::InvalidArgumentError(
      absl::StrFormat("squeeze: axis %d must have size 1 in every row", axis));
}

bool AllRowsAreOne(const RowPartition& partition) {
  const std::span<const Offset> splits = partition.row_splits();
  for (size_t row = 0; row < splits.size(); ++row) {
    if (splits[row] != static_cast<Offset>(row)) return false;
  }
  return true;
}

// Which axes go.
absl::StatusOr<std::vector<bool>> MarkAxes(const Tensor& input,
                                           std::span<const int> axes) {
  const int rank = input.rank();
  std::vector<bool> gone(static_cast<size_t>(rank), false);
  for (const int axis : axes) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int at,
                              CheckedAxis("squeeze", "axis", axis, rank));
    gone[at] = true;
  }
  if (!axes.empty() || input.is_ragged()) return gone;
  for (int axis = 0; axis < rank; ++axis)
    gone[axis] = input.flat_shape()[axis] == 1;
  return gone;
}

}  // namespace

absl::StatusOr<Tensor> Squeeze(const Tensor& input, std::span<const int> axes) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<bool> gone,
                            MarkAxes(input, axes));
  const int ragged_rank = input.ragged_rank();
  std::vector<RowPartition> partitions;
  for (int axis = 1; axis <= ragged_rank; ++axis) {
    const RowPartition& partition = input.partition(axis - 1);
    if (!gone[axis]) {
      partitions.push_back(partition);
    } else if (!AllRowsAreOne(partition)) {
      return NotSqueezable(axis);
    }
  }
  bool drop_flat = ragged_rank == 0 && input.rank() > 0 && gone[0];
  if (drop_flat && input.num_rows() != 1) return NotSqueezable(0);
  if (ragged_rank > 0 && gone[0]) {
    if (input.num_rows() != 1) return NotSqueezable(0);
    // One row: what is left of its axis is the next one, or the flat values,
    // of which there is one if all ragged axes go.
    drop_flat = partitions.empty();
    if (!partitions.empty()) partitions.erase(partitions.begin());
  }
  std::vector<int64_t> flat_shape;
  const std::vector<int64_t>& old_shape = input.flat_shape();
  for (size_t i = 0; i < old_shape.size(); ++i) {
    const int axis = ragged_rank + static_cast<int>(i);
    const bool drop = i == 0 ? drop_flat : gone[axis];
    if (!drop) {
      flat_shape.push_back(old_shape[i]);
    } else if (old_shape[i] != 1) {
      return NotSqueezable(axis);
    }
  }
  return WithAxes(input, std::move(partitions), std::move(flat_shape));
}

namespace {

// The axes [outer, inner] of a dense shape as one.
absl::StatusOr<std::vector<int64_t>> MergeShape(
    const std::vector<int64_t>& shape, int outer, int inner) {
  std::vector<int64_t> merged = {shape.begin(), shape.begin() + outer + 1};
  for (int axis = outer + 1; axis <= inner; ++axis) {
    ROWSPLIT_ASSIGN_OR_RETURN(merged.back(),
                              internal::CheckedMul(merged.back(), shape[axis]));
  }
  merged.insert(merged.end(), shape.begin() + inner + 1, shape.end());
  return merged;
}

// Where the rows that `outer` groups are rows of `inner`: its splits in terms
// of the values of `inner`.
RowPartition Compose(const RowPartition& outer, const RowPartition& inner) {
  const std::span<const Offset> splits = outer.row_splits();
  BufferBuilder<Offset> composed(splits.size());
  for (size_t row = 0; row < splits.size(); ++row)
    composed[row] = inner.row_splits()[splits[row]];
  return RowPartition::FromRowSplitsUnchecked(std::move(composed).Build());
}

absl::StatusOr<RowPartition> Scale(const RowPartition& partition,
                                   int64_t factor) {
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckedMul(partition.num_values(), factor).status());
  const std::span<const Offset> splits = partition.row_splits();
  BufferBuilder<Offset> scaled(splits.size());
  for (size_t row = 0; row < splits.size(); ++row)
    scaled[row] = splits[row] * factor;
  return RowPartition::FromRowSplitsUnchecked(std::move(scaled).Build());
}

}  // namespace

absl::StatusOr<Tensor> MergeDims(const Tensor& input, int outer_axis,
                                 int inner_axis) {
  const int rank = input.rank();
  ROWSPLIT_ASSIGN_OR_RETURN(
      int outer, CheckedAxis("merge_dims", "outer_axis", outer_axis, rank));
  ROWSPLIT_ASSIGN_OR_RETURN(
      int inner, CheckedAxis("merge_dims", "inner_axis", inner_axis, rank));
  if (outer > inner) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "merge_dims: outer_axis must not be above inner_axis, got %d and %d",
        outer, inner));
  }
  if (outer == inner) return input;
  const int ragged_rank = input.ragged_rank();
  std::vector<RowPartition> partitions = PartitionsOf(input);
  // The inner axes become part of the flat values, whose axis is ragged_rank.
  std::vector<int64_t> flat_shape = input.flat_shape();
  if (inner > ragged_rank) {
    const int first = std::max(outer - ragged_rank, 0);
    ROWSPLIT_ASSIGN_OR_RETURN(
        flat_shape, MergeShape(flat_shape, first, inner - ragged_rank));
    if (outer <= ragged_rank && ragged_rank > 0) {
      int64_t factor = 1;
      for (int axis = ragged_rank + 1; axis <= inner; ++axis) {
        ROWSPLIT_ASSIGN_OR_RETURN(
            factor, internal::CheckedMul(
                        factor, input.flat_shape()[axis - ragged_rank]));
      }
      ROWSPLIT_ASSIGN_OR_RETURN(partitions.back(),
                                Scale(partitions.back(), factor));
    }
    inner = ragged_rank;
  }
  if (outer >= inner) {
    return WithAxes(input, std::move(partitions), std::move(flat_shape));
  }
  // The partitions outer - 1 … inner - 1 become one, or none at the outside.
  RowPartition merged = partitions[std::max(outer - 1, 0)];
  for (int axis = std::max(outer, 1); outer > 0 && axis < inner; ++axis)
    merged = Compose(merged, partitions[axis]);
  const auto begin = partitions.begin() + std::max(outer - 1, 0);
  const auto end = partitions.erase(begin, partitions.begin() + inner);
  if (outer > 0) partitions.insert(end, std::move(merged));
  return WithAxes(input, std::move(partitions), std::move(flat_shape));
}

}  // namespace rowsplit
