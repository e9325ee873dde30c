#include "rowsplit/ops/segments.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ops/concat.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

// Dense values of a shape, all the same. Requires int32 or int64.
template <typename T>
Tensor Filled(std::vector<int64_t> shape, int64_t num_items, int64_t value) {
  BufferBuilder<T> items(static_cast<size_t>(num_items));
  std::fill_n(items.data(), num_items, static_cast<T>(value));
  Buffer<T> buffer = std::move(items).Build();
  return Tensor::DenseBytesUnchecked(
      kDTypeOf<T>,
      Buffer<std::byte>(std::as_bytes(buffer.span()), buffer.owner()),
      std::move(shape));
}

Tensor Filled(DType dtype, std::vector<int64_t> shape, int64_t num_items,
              int64_t value) {
  return dtype == DType::kInt32
             ? Filled<int32_t>(std::move(shape), num_items, value)
             : Filled<int64_t>(std::move(shape), num_items, value);
}

// The tensor's shape with one number everywhere.
Tensor FilledLike(const Tensor& tensor, int64_t value) {
  return Tensor::FromPartitionsUnchecked(
      {tensor.partitions().begin(), tensor.partitions().end()},
      Filled(tensor.dtype(), tensor.flat_shape(), tensor.num_items(), value));
}

// A number for each outermost row, at the depth of the segments.
absl::StatusOr<Tensor> OneEachRow(DType dtype, int64_t num_rows,
                                  int ragged_rank, int64_t value) {
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition ones,
                            RowPartition::FromUniformRowLength(1, num_rows));
  return Tensor::FromPartitions(
      std::vector<RowPartition>(static_cast<size_t>(ragged_rank), ones),
      Filled(dtype, {num_rows}, num_rows, value));
}

absl::Status CheckSegments(std::string_view op,
                           std::span<const Tensor> segments) {
  if (segments.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: segments must be a nonempty list", op));
  }
  for (size_t i = 0; i < segments.size(); ++i) {
    const DType dtype = segments[i].dtype();
    if (dtype == segments[0].dtype() &&
        (dtype == DType::kInt32 || dtype == DType::kInt64)) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: segments must all be int32 or all int64: segments[%d] is %s", op,
        i, DTypeName(dtype)));
  }
  return absl::OkStatus();
}

absl::Status CheckId(const char* name, int64_t id, DType dtype) {
  if (dtype == DType::kInt64 || (id >= std::numeric_limits<int32_t>::min() &&
                                 id <= std::numeric_limits<int32_t>::max())) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "combine_segments: %s must fit the segments' int32: %d", name, id));
}

absl::StatusOr<CombinedSegments> ConcatBoth(std::span<const Tensor> combined,
                                            std::span<const Tensor> ids,
                                            const ExecOptions& exec) {
  CombinedSegments result;
  ROWSPLIT_ASSIGN_OR_RETURN(result.combined,
                            Concat(combined, 1, {.exec = exec}));
  ROWSPLIT_ASSIGN_OR_RETURN(result.segment_ids, Concat(ids, 1, {.exec = exec}));
  return result;
}

}  // namespace

absl::StatusOr<CombinedSegments> CombineSegments(
    std::span<const Tensor> segments, const CombineSegmentsOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckSegments("combine_segments", segments));
  const DType dtype = segments[0].dtype();
  const int ragged_rank = segments[0].ragged_rank();
  if (ragged_rank == 0) {
    return absl::InvalidArgumentError(
        "combine_segments: segments[0] must be ragged");
  }
  ROWSPLIT_RETURN_IF_ERROR(
      CheckId("start_of_sequence_id", options.start_of_sequence_id, dtype));
  ROWSPLIT_RETURN_IF_ERROR(
      CheckId("end_of_segment_id", options.end_of_segment_id, dtype));
  const auto each_row = [&](int64_t value) {
    return OneEachRow(dtype, segments[0].num_rows(), ragged_rank, value);
  };
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor start,
                            each_row(options.start_of_sequence_id));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor end,
                            each_row(options.end_of_segment_id));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor zeros, each_row(0));
  std::vector<Tensor> combined = {start};
  std::vector<Tensor> ids = {zeros};
  for (size_t i = 0; i < segments.size(); ++i) {
    const auto id = static_cast<int64_t>(i);
    combined.push_back(segments[i]);
    combined.push_back(end);
    ids.push_back(FilledLike(segments[i], id));
    ROWSPLIT_ASSIGN_OR_RETURN(ids.emplace_back(), each_row(id));
  }
  return ConcatBoth(combined, ids, options.exec);
}

absl::StatusOr<CombinedSegments> ConcatenateSegments(
    std::span<const Tensor> segments,
    const ConcatenateSegmentsOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckSegments("concatenate_segments", segments));
  std::vector<Tensor> ids;
  for (size_t i = 0; i < segments.size(); ++i)
    ids.push_back(FilledLike(segments[i], static_cast<int64_t>(i)));
  return ConcatBoth(segments, ids, options.exec);
}

}  // namespace rowsplit
