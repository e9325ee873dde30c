#include "rowsplit/ops/sliding_window.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "ops/gather_rows.h"
#include "ops/positive_axis.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/reduce_axes.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::CheckedMul;
using internal::RowRange;

int64_t NumWindows(int64_t length, int64_t width) {
  return std::max<int64_t>(length - width + 1, 0);
}

// The windows over rows that lie one after the other between `splits`, and
// where each row's windows end.
struct Windows {
  std::vector<RowRange> ranges;
  Buffer<Offset> splits;

  int64_t count() const { return splits[splits.size() - 1]; }
};

// Without ranges if the rows have no items.
absl::StatusOr<Windows> WindowsOf(std::span<const Offset> splits, int64_t width,
                                  bool has_items) {
  BufferBuilder<Offset> ends(splits.size());
  ends[0] = 0;
  for (size_t row = 0; row + 1 < splits.size(); ++row)
    ends[row + 1] =
        ends[row] + NumWindows(splits[row + 1] - splits[row], width);
  const int64_t count = ends[splits.size() - 1];
  ROWSPLIT_RETURN_IF_ERROR(CheckedMul(count, width).status());
  Windows windows;
  windows.splits = std::move(ends).Build();
  if (!has_items) return windows;
  windows.ranges.reserve(static_cast<size_t>(count));
  for (size_t row = 0; row + 1 < splits.size(); ++row) {
    for (Offset begin = splits[row]; begin <= splits[row + 1] - width; ++begin)
      windows.ranges.push_back({begin, width});
  }
  return windows;
}

// Along an axis of dense values.
absl::StatusOr<Tensor> SlideDense(const Tensor& input, int axis,
                                  const SlidingWindowOptions& options) {
  const std::vector<int64_t>& shape = input.flat_shape();
  int64_t outer = 1;
  for (int i = 0; i < axis; ++i) outer *= shape[i];
  const int64_t length = shape[axis];
  std::vector<int64_t> row_shape(shape.begin() + axis, shape.end());
  row_shape[0] = outer * length;
  std::vector<int64_t> result(shape.begin(), shape.begin() + axis);
  result.push_back(NumWindows(length, options.width));
  result.push_back(options.width);
  result.insert(result.end(), shape.begin() + axis + 1, shape.end());
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(result));
  if (internal::HasNoItems(result))
    return internal::EmptyDense(input.dtype(), std::move(result));
  std::vector<RowRange> ranges;
  ranges.reserve(static_cast<size_t>(outer * result[axis]));
  for (int64_t group = 0; group < outer; ++group) {
    for (int64_t begin = 0; begin < result[axis]; ++begin)
      ranges.push_back({group * length + begin, options.width});
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor windows,
      internal::SelectRows(internal::Reshaped(input, std::move(row_shape)),
                           std::move(ranges), options.exec));
  return internal::Reshaped(windows, std::move(result));
}

// Along the innermost ragged axis: windows become arrays of the flat values.
absl::StatusOr<Tensor> SlideInnermost(const Tensor& input,
                                      const SlidingWindowOptions& options) {
  const std::span<const RowPartition> partitions = input.partitions();
  ROWSPLIT_ASSIGN_OR_RETURN(
      Windows windows, WindowsOf(partitions.back().row_splits(), options.width,
                                 !internal::HasNoItems(input.flat_shape())));
  std::vector<int64_t> shape = input.flat_shape();
  shape[0] = windows.count();
  shape.insert(shape.begin() + 1, options.width);
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  Tensor values;
  if (internal::HasNoItems(shape)) {
    values = internal::EmptyDense(input.dtype(), std::move(shape));
  } else {
    ROWSPLIT_ASSIGN_OR_RETURN(
        values, internal::SelectRows(input.flat_values(),
                                     std::move(windows.ranges), options.exec));
    values = internal::Reshaped(values, std::move(shape));
  }
  std::vector<RowPartition> outer(partitions.begin(), partitions.end());
  outer.back() =
      RowPartition::FromRowSplitsUnchecked(std::move(windows.splits));
  return Tensor::FromPartitionsUnchecked(std::move(outer), std::move(values));
}

// Along an axis above the innermost ragged one: whole rows are taken, and the
// windows become a partition.
absl::StatusOr<Tensor> SlideRows(const Tensor& input, int axis,
                                 const SlidingWindowOptions& options) {
  const std::span<const RowPartition> partitions = input.partitions();
  const Offset all[] = {0, input.num_rows()};
  ROWSPLIT_ASSIGN_OR_RETURN(
      Windows windows, WindowsOf(axis == 0 ? std::span<const Offset>(all)
                                           : partitions[axis - 1].row_splits(),
                                 options.width, /*has_items=*/true));
  const int64_t count = windows.count();
  const Tensor rows = Tensor::FromPartitionsUnchecked(
      {partitions.begin() + axis, partitions.end()}, input.flat_values());
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor selected,
      internal::SelectRows(rows, std::move(windows.ranges), options.exec));
  std::vector<RowPartition> outer(partitions.begin(),
                                  partitions.begin() + axis);
  if (axis > 0) {
    outer.back() =
        RowPartition::FromRowSplitsUnchecked(std::move(windows.splits));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      RowPartition uniform,
      RowPartition::FromUniformRowLength(options.width, count));
  outer.push_back(std::move(uniform));
  return Tensor::FromPartitions(std::move(outer), std::move(selected));
}

}  // namespace

absl::StatusOr<Tensor> SlidingWindow(const Tensor& data,
                                     const SlidingWindowOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int axis,
      internal::PositiveAxis("sliding_window", options.axis, data.rank()));
  if (options.width < 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "sliding_window: width must be 1 or more: width=%d", options.width));
  }
  const int ragged_rank = data.ragged_rank();
  if (axis < ragged_rank) return SlideRows(data, axis, options);
  if (axis == ragged_rank && data.is_ragged())
    return SlideInnermost(data, options);
  if (!data.is_ragged()) return SlideDense(data, axis, options);
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      SlideDense(data.flat_values(), axis - ragged_rank, options));
  return data.WithFlatValues(std::move(values));
}

absl::StatusOr<Tensor> ReduceNgrams(const Tensor& data,
                                    NgramReduction reduction,
                                    const SlidingWindowOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor windows, SlidingWindow(data, options));
  const int axis = options.axis < 0 ? options.axis : options.axis + 1;
  return Reduce(
      windows,
      reduction == NgramReduction::kSum ? ReduceOp::kSum : ReduceOp::kMean,
      {.axes = {{axis}}, .exec = options.exec});
}

}  // namespace rowsplit
