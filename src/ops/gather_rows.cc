#include "ops/gather_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/gather.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit::internal {

namespace {

// Rows of these sizes are copied by one load and one store each.
constexpr int64_t kGrain = 16384;

template <typename T>
absl::Status CopyItems(const std::byte* source, std::span<const int64_t> rows,
                       const ExecOptions& exec, std::byte* output) {
  const T* const from = reinterpret_cast<const T*>(source);
  T* const to = reinterpret_cast<T*>(output);
  return ParallelFor(exec, static_cast<int64_t>(rows.size()), kGrain,
                     [&](int64_t begin, int64_t end) {
                       for (int64_t i = begin; i < end; ++i)
                         to[i] = from[rows[i]];
                       return absl::OkStatus();
                     });
}

absl::StatusOr<Tensor> GatherDense(const Tensor& source,
                                   std::span<const int64_t> rows,
                                   const ExecOptions& exec) {
  std::vector<int64_t> shape = source.flat_shape();
  shape[0] = static_cast<int64_t>(rows.size());
  ROWSPLIT_RETURN_IF_ERROR(CheckShapeFits(shape));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t row_bytes,
      CheckedMul(source.value_items(), DTypeSize(source.dtype())));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            CheckedMul(shape[0], row_bytes));
  BufferBuilder<std::byte> output(static_cast<size_t>(size));
  const std::byte* const from = source.bytes().data();
  absl::Status status;
  switch (row_bytes) {
    case 0:
      break;
    case 1:
      status = CopyItems<uint8_t>(from, rows, exec, output.data());
      break;
    case 2:
      status = CopyItems<uint16_t>(from, rows, exec, output.data());
      break;
    case 4:
      status = CopyItems<uint32_t>(from, rows, exec, output.data());
      break;
    case 8:
      status = CopyItems<uint64_t>(from, rows, exec, output.data());
      break;
    default:
      status = GatherBytes(from, source.num_rows(), row_bytes, rows, {}, exec,
                           output.data());
  }
  ROWSPLIT_RETURN_IF_ERROR(status);
  return Tensor::DenseBytesUnchecked(source.dtype(), std::move(output).Build(),
                                     std::move(shape));
}

}  // namespace

absl::StatusOr<Tensor> GatherRows(const Tensor& source,
                                  std::span<const int64_t> rows,
                                  const ExecOptions& exec) {
  if (!source.is_ragged() && !source.is_string())
    return GatherDense(source, rows, exec);
  std::vector<RowRange> ranges;
  for (const int64_t row : rows) {
    // Neighbours are copied together.
    if (!ranges.empty() && ranges.back().begin + ranges.back().size == row) {
      ++ranges.back().size;
    } else {
      ranges.push_back({row, 1});
    }
  }
  return SelectRows(source, std::move(ranges), exec);
}

absl::StatusOr<Tensor> GatherRowsAs(const Tensor& source,
                                    std::span<const int64_t> rows,
                                    const std::vector<int64_t>& shape,
                                    const ExecOptions& exec) {
  if (source.is_ragged() && shape.empty()) {
    const std::span<const Offset> splits = source.partition(0).row_splits();
    return SliceRows(source.values(), splits[rows[0]], splits[rows[0] + 1]);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor gathered, GatherRows(source, rows, exec));
  if (source.is_ragged()) return WithUniformAxes(shape, std::move(gathered));
  std::vector<int64_t> dense = shape;
  dense.insert(dense.end(), source.flat_shape().begin() + 1,
               source.flat_shape().end());
  ROWSPLIT_RETURN_IF_ERROR(CheckShapeFits(dense));
  return Reshaped(gathered, std::move(dense));
}

Tensor Reshaped(const Tensor& input, std::vector<int64_t> shape) {
  if (input.is_string())
    return Tensor::DenseUnchecked(input.strings(), std::move(shape));
  return Tensor::DenseBytesUnchecked(input.dtype(), input.bytes(),
                                     std::move(shape));
}

bool HasNoItems(std::span<const int64_t> shape) {
  return std::ranges::find(shape, 0) != shape.end();
}

Tensor EmptyDense(DType dtype, std::vector<int64_t> shape) {
  if (dtype == DType::kString)
    return Tensor::DenseUnchecked(StringTensor(), std::move(shape));
  return Tensor::DenseBytesUnchecked(dtype, Buffer<std::byte>(),
                                     std::move(shape));
}

absl::StatusOr<Tensor> WithRaggedRank(const Tensor& input, int ragged_rank) {
  const int more = ragged_rank - input.ragged_rank();
  if (more <= 0) return input;
  std::vector<RowPartition> partitions(input.partitions().begin(),
                                       input.partitions().end());
  std::vector<int64_t> shape = input.flat_shape();
  for (int axis = 0; axis < more; ++axis) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        partitions.emplace_back(),
        RowPartition::FromUniformRowLength(shape[1], shape[0]));
    shape[1] = partitions.back().num_values();
    shape.erase(shape.begin());
  }
  return Tensor::FromPartitionsUnchecked(
      std::move(partitions), Reshaped(input.flat_values(), std::move(shape)));
}

absl::StatusOr<Tensor> WithUniformAxes(std::span<const int64_t> shape,
                                       Tensor values) {
  std::vector<RowPartition> partitions;
  int64_t num_rows = shape[0];
  for (const int64_t size : shape.subspan(1)) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        partitions.emplace_back(),
        RowPartition::FromUniformRowLength(size, num_rows));
    num_rows = partitions.back().num_values();
  }
  return Tensor::FromPartitions(std::move(partitions), std::move(values));
}

}  // namespace rowsplit::internal
