#include "rowsplit/ops/partition.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/reshape.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

constexpr const char* kName = "stack_dynamic_partitions";

// The tensor that has the items of the outermost two dimensions as its rows.
// Requires a rank of 2 or more.
absl::StatusOr<Tensor> MergeOuter(const Tensor& input) {
  if (input.is_ragged()) return input.values();
  std::vector<int64_t> shape = input.flat_shape();
  ROWSPLIT_ASSIGN_OR_RETURN(shape[1], internal::CheckedMul(shape[0], shape[1]));
  shape.erase(shape.begin());
  return internal::Reshape(input, std::move(shape));
}

// Where the rows of the outermost dimension start in the next one.
Offset RowStart(const Tensor& tensor, int64_t row) {
  return tensor.is_ragged() ? tensor.partition(0).row_splits()[row]
                            : row * tensor.flat_shape()[1];
}

absl::Status CheckRows(const Tensor& data, const Tensor& partitions, int axis) {
  if (data.num_rows() == partitions.num_rows()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: the shape of data must start with that of partitions: axis %d has "
      "%d and %d rows",
      kName, axis, data.num_rows(), partitions.num_rows()));
}

// Takes dimensions off both until the partitions are a vector.
absl::Status Flatten(Tensor& data, Tensor& partitions) {
  for (int axis = 0; partitions.rank() > 1; ++axis) {
    ROWSPLIT_RETURN_IF_ERROR(CheckRows(data, partitions, axis));
    // Uniform rows are all as the first.
    const bool uniform = !data.is_ragged() && !partitions.is_ragged();
    const int64_t num_rows =
        uniform ? std::min<int64_t>(data.num_rows(), 1) : data.num_rows();
    for (int64_t row = 1; row <= num_rows; ++row) {
      const Offset expected = RowStart(data, row);
      const Offset start = RowStart(partitions, row);
      if (expected == start) continue;
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: data and partitions must have the same rows: row %d of axis %d "
          "ends at %d and at %d",
          kName, row - 1, axis, expected, start));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(data, MergeOuter(data));
    ROWSPLIT_ASSIGN_OR_RETURN(partitions, MergeOuter(partitions));
  }
  return CheckRows(data, partitions, partitions.rank() - 1);
}

// Moves row `i` of dense numbers to next[ids[i]], which is counted up.
template <size_t kSize, typename Id>
void Scatter(const std::byte* from, size_t size, std::span<const Id> ids,
             Offset* next, std::byte* to) {
  const size_t row_bytes = kSize == 0 ? size : kSize;
  for (size_t i = 0; i < ids.size(); ++i) {
    std::memcpy(to + static_cast<size_t>(next[ids[i]]++) * row_bytes,
                from + i * row_bytes, kSize == 0 ? size : kSize);
  }
}

template <typename Id>
absl::StatusOr<Tensor> ScatterNumbers(const Tensor& data,
                                      std::span<const Id> ids, Offset* next,
                                      const ExecOptions& exec) {
  const size_t num_bytes = data.bytes().size();
  BufferBuilder<std::byte> builder(num_bytes);
  const size_t size = ids.empty() ? 0 : num_bytes / ids.size();
  // One piece, which is not begun if the call is cancelled.
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(exec, 1, 1, [&](int64_t, int64_t) {
        const std::byte* from = data.bytes().data();
        if (size == 4) {
          Scatter<4>(from, size, ids, next, builder.data());
        } else if (size == 8) {
          Scatter<8>(from, size, ids, next, builder.data());
        } else if (size > 0) {
          Scatter<0>(from, size, ids, next, builder.data());
        }
        return absl::OkStatus();
      }));
  return Tensor::DenseBytesUnchecked(data.dtype(), std::move(builder).Build(),
                                     data.flat_shape());
}

template <typename Id>
absl::StatusOr<Tensor> SortRows(const Tensor& data, std::span<const Id> ids,
                                int64_t num_partitions,
                                const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_splits,
                            internal::CheckedAdd(num_partitions, 1));
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] >= 0 && ids[i] < num_partitions) continue;
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: partitions must be in [0, %d): partitions[%d]=%d",
                        kName, num_partitions, i, ids[i]));
  }
  BufferBuilder<Offset> splits(static_cast<size_t>(num_splits));
  std::fill(splits.data(), splits.data() + num_splits, 0);
  for (const Id id : ids) ++splits[id + 1];
  for (int64_t i = 1; i < num_splits; ++i) splits[i] += splits[i - 1];
  std::vector<Offset> next(splits.data(), splits.data() + num_partitions);
  RowPartition partition =
      RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
  if (!data.is_ragged() && !data.is_string()) {
    ROWSPLIT_ASSIGN_OR_RETURN(Tensor rows,
                              ScatterNumbers(data, ids, next.data(), exec));
    return Tensor::FromPartition(std::move(partition), std::move(rows));
  }
  std::vector<internal::RowRange> ranges(ids.size());
  for (size_t i = 0; i < ids.size(); ++i)
    ranges[next[ids[i]]++] = {static_cast<int64_t>(i), 1};
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor rows, internal::SelectRows(data, std::move(ranges), exec));
  return Tensor::FromPartition(std::move(partition), std::move(rows));
}

// The tensor as the one row of a tensor.
absl::StatusOr<Tensor> AddOuterAxis(const Tensor& input) {
  if (input.is_ragged()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        RowPartition one,
        RowPartition::FromUniformRowLength(input.num_rows(), 1));
    return Tensor::FromPartition(std::move(one), input);
  }
  std::vector<int64_t> shape = input.flat_shape();
  shape.insert(shape.begin(), 1);
  return internal::Reshape(input, std::move(shape));
}

}  // namespace

absl::StatusOr<Tensor> StackDynamicPartitions(const Tensor& data,
                                              const Tensor& partitions,
                                              int64_t num_partitions,
                                              const PartitionOptions& options) {
  if (partitions.dtype() != DType::kInt32 &&
      partitions.dtype() != DType::kInt64) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: partitions must be int32 or int64, got %s", kName,
                        DTypeName(partitions.dtype())));
  }
  if (num_partitions < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: num_partitions must not be negative: %d", kName, num_partitions));
  }
  if (partitions.rank() > data.rank()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the shape of data must start with that of partitions: they have "
        "rank %d and %d",
        kName, data.rank(), partitions.rank()));
  }
  Tensor rows = data;
  Tensor ids = partitions;
  if (ids.rank() == 0) {
    ROWSPLIT_ASSIGN_OR_RETURN(rows, AddOuterAxis(rows));
    ROWSPLIT_ASSIGN_OR_RETURN(ids, AddOuterAxis(ids));
  } else {
    ROWSPLIT_RETURN_IF_ERROR(Flatten(rows, ids));
  }
  if (ids.dtype() == DType::kInt32)
    return SortRows(rows, ids.items<int32_t>(), num_partitions, options.exec);
  return SortRows(rows, ids.items<int64_t>(), num_partitions, options.exec);
}

}  // namespace rowsplit
