#include "rowsplit/ops/tile.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "ops/interleave_rows.h"
#include "ops/reshape.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::CheckedMul;

absl::Status CheckMultiples(const Tensor& input,
                            std::span<const int64_t> multiples) {
  const auto size = static_cast<int>(multiples.size());
  if (size <= input.ragged_rank() && input.is_ragged()) {
    return absl::OutOfRangeError(absl::StrFormat(
        "tile: there must be one multiple for each axis: multiples[%d] of a "
        "tensor of rank %d is missing",
        size, input.rank()));
  }
  if (size != input.rank()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "tile: there must be one multiple for each axis: %d multiples of a "
        "tensor of rank %d",
        size, input.rank()));
  }
  for (int axis = 0; axis < size; ++axis) {
    if (multiples[axis] < 0) {
      return absl::InvalidArgumentError(
          absl::StrFormat("tile: multiples must not be negative: "
                          "multiples[%d]=%d",
                          axis, multiples[axis]));
    }
  }
  return absl::OkStatus();
}

// Repeats along a dimension of dense values.
absl::StatusOr<Tensor> TileDense(const Tensor& input, int axis, int64_t times,
                                 const ExecOptions& exec) {
  std::vector<int64_t> shape = input.flat_shape();
  int64_t outer = 1;
  for (int i = 0; i < axis; ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(outer, CheckedMul(outer, shape[i]));
  }
  const int64_t length = shape[axis];
  std::vector<int64_t> row_shape(shape.begin() + axis, shape.end());
  ROWSPLIT_ASSIGN_OR_RETURN(row_shape[0], CheckedMul(outer, length));
  ROWSPLIT_ASSIGN_OR_RETURN(shape[axis], CheckedMul(length, times));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows,
                            internal::Reshape(input, std::move(row_shape)));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor tiled,
      internal::RepeatRows({&rows, nullptr, length}, outer, times, exec));
  return internal::Reshape(tiled, std::move(shape));
}

absl::StatusOr<RowPartition> MultiplySplits(const RowPartition& partition,
                                            int64_t times) {
  ROWSPLIT_RETURN_IF_ERROR(CheckedMul(partition.num_values(), times).status());
  const std::span<const Offset> splits = partition.row_splits();
  BufferBuilder<Offset> builder(splits.size());
  for (size_t i = 0; i < splits.size(); ++i) builder[i] = splits[i] * times;
  return RowPartition::FromRowSplitsUnchecked(std::move(builder).Build());
}

// Repeats along a ragged axis, 1 or more.
absl::StatusOr<Tensor> TileRagged(const Tensor& input, int axis, int64_t times,
                                  const ExecOptions& exec) {
  const std::span<const RowPartition> partitions = input.partitions();
  const RowPartition& groups = partitions[axis - 1];
  const Tensor rows = Tensor::FromPartitionsUnchecked(
      {partitions.begin() + axis, partitions.end()}, input.flat_values());
  std::vector<RowPartition> tiled(partitions.begin(),
                                  partitions.begin() + axis);
  ROWSPLIT_ASSIGN_OR_RETURN(tiled.back(), MultiplySplits(groups, times));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      internal::RepeatRows({&rows, groups.row_splits().data(), 0},
                           groups.num_rows(), times, exec));
  return Tensor::FromPartitions(std::move(tiled), std::move(values));
}

absl::StatusOr<Tensor> TileAxis(const Tensor& input, int axis, int64_t times,
                                const ExecOptions& exec) {
  const int ragged_rank = input.ragged_rank();
  if (axis == 0 && input.is_ragged()) {
    return internal::RepeatRows({&input, nullptr, input.num_rows()}, 1, times,
                                exec);
  }
  if (axis > 0 && axis <= ragged_rank)
    return TileRagged(input, axis, times, exec);
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      TileDense(input.flat_values(), axis - ragged_rank, times, exec));
  return input.WithFlatValues(std::move(values));
}

}  // namespace

absl::StatusOr<Tensor> Tile(const Tensor& input,
                            std::span<const int64_t> multiples,
                            const TileOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckMultiples(input, multiples));
  Tensor tiled = input;
  // From the innermost axis, whose rows are the shortest, outwards: the last
  // and largest copies are then those of the longest runs.
  for (int axis = input.rank() - 1; axis >= 0; --axis) {
    if (multiples[axis] == 1) continue;
    ROWSPLIT_ASSIGN_OR_RETURN(
        tiled, TileAxis(tiled, axis, multiples[axis], options.exec));
  }
  return tiled;
}

}  // namespace rowsplit
