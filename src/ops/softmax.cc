#include "rowsplit/ops/softmax.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ops/reduce_axes.h"

namespace rowsplit {

namespace {

// Values that a thread takes at a time, about.
constexpr int64_t kGrain = 1 << 14;

// Rows of `width` columns each: row r holds the values [begin(r), begin(r +
// 1)).
struct Rows {
  std::span<const Offset> splits;  // empty: uniform rows
  int64_t length = 0;              // of a uniform row
  int64_t num_rows = 0;
  int64_t width = 1;

  int64_t begin(int64_t row) const {
    return splits.empty() ? row * length : splits[row];
  }
};

// One row of single values.
template <typename T>
void RowSoftmax(const T* x, int64_t size, T* out) {
  T max = x[0];
  for (int64_t i = 1; i < size; ++i) max = std::max(max, x[i]);
  T sum = 0;
  for (int64_t i = 0; i < size; ++i) {
    out[i] = std::exp(x[i] - max);
    sum += out[i];
  }
  for (int64_t i = 0; i < size; ++i) out[i] /= sum;
}

// The same for each of `width` columns.
template <typename T>
void ColumnsSoftmax(const T* x, int64_t size, int64_t width,
                    std::vector<T>& max, std::vector<T>& sum, T* out) {
  max.assign(x, x + width);
  sum.assign(width, T{0});
  for (int64_t i = 1; i < size; ++i)
    for (int64_t c = 0; c < width; ++c)
      max[c] = std::max(max[c], x[i * width + c]);
  for (int64_t i = 0; i < size; ++i) {
    for (int64_t c = 0; c < width; ++c) {
      const T e = std::exp(x[i * width + c] - max[c]);
      out[i * width + c] = e;
      sum[c] += e;
    }
  }
  for (int64_t i = 0; i < size; ++i)
    for (int64_t c = 0; c < width; ++c) out[i * width + c] /= sum[c];
}

template <typename T>
absl::StatusOr<Buffer<T>> Run(const Rows& rows, std::span<const T> items,
                              const ExecOptions& exec) {
  BufferBuilder<T> output(items.size());
  // Rows may have any number of values without items.
  if (items.empty()) return std::move(output).Build();
  const auto run = [&](int64_t first, int64_t last) -> absl::Status {
    std::vector<T> max, sum;
    for (int64_t row = first; row < last; ++row) {
      const int64_t size = rows.begin(row + 1) - rows.begin(row);
      const int64_t offset = rows.begin(row) * rows.width;
      if (size == 0) continue;
      if (rows.width == 1) {
        RowSoftmax(items.data() + offset, size, output.data() + offset);
      } else {
        ColumnsSoftmax(items.data() + offset, size, rows.width, max, sum,
                       output.data() + offset);
      }
    }
    return absl::OkStatus();
  };
  const int64_t items_of_row =
      static_cast<int64_t>(items.size()) / std::max<int64_t>(rows.num_rows, 1);
  const int64_t grain = std::max<int64_t>(kGrain / (items_of_row + 1), 1);
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(exec, rows.num_rows, grain, run));
  return std::move(output).Build();
}

// The rows along an axis that is not before the innermost ragged one.
Rows RowsAlong(const Tensor& logits, int axis) {
  const int ragged_rank = logits.ragged_rank();
  Rows rows;
  const auto& shape = logits.flat_shape();
  for (size_t i = axis - ragged_rank + 1; i < shape.size(); ++i)
    rows.width *= shape[i];
  if (ragged_rank > 0 && axis == ragged_rank) {
    const RowPartition& partition = logits.partition(ragged_rank - 1);
    rows.splits = partition.row_splits();
    rows.num_rows = partition.num_rows();
    return rows;
  }
  rows.length = shape[axis - ragged_rank];
  const int64_t items = rows.length * rows.width;
  rows.num_rows = items == 0 ? 0 : logits.num_items() / items;
  return rows;
}

// Along an outer axis, where values meet that are far apart: step by step.
absl::StatusOr<Tensor> OuterSoftmax(const Tensor& logits, int axis,
                                    const ExecOptions& exec) {
  const ReduceAxesOptions along{
      .axes = {{axis}}, .keepdims = true, .exec = exec};
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor max,
                            Reduce(logits, ReduceOp::kMax, along));
  const absl::StatusOr<Tensor> shifted =
      Binary(BinaryOp::kSubtract, logits, max, {.exec = exec});
  if (absl::IsInvalidArgument(shifted.status())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "softmax: the rows that meet along axis %d do not match: %s", axis,
        std::string(shifted.status().message())));
  }
  ROWSPLIT_RETURN_IF_ERROR(shifted.status());
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor weights,
                            Unary(UnaryOp::kExp, *shifted, {.exec = exec}));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor sum,
                            Reduce(weights, ReduceOp::kSum, along));
  return Binary(BinaryOp::kTrueDiv, weights, sum, {.exec = exec});
}

}  // namespace

absl::StatusOr<Tensor> Softmax(const Tensor& logits, int axis,
                               const SoftmaxOptions& options) {
  const DType dtype = logits.dtype();
  if (dtype != DType::kFloat32 && dtype != DType::kFloat64) {
    return absl::InvalidArgumentError(
        absl::StrFormat("softmax is not defined for %s", DTypeName(dtype)));
  }
  const int rank = logits.rank();
  if (axis < -rank || axis >= rank) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "softmax: axis must be in [%d, %d): axis=%d", -rank, rank, axis));
  }
  if (axis < 0) axis += rank;
  if (axis < logits.ragged_rank())
    return OuterSoftmax(logits, axis, options.exec);
  const Rows rows = RowsAlong(logits, axis);
  return internal::VisitFloat(
      dtype, [&]<typename T>(internal::TypeTag<T>) -> absl::StatusOr<Tensor> {
        ROWSPLIT_ASSIGN_OR_RETURN(
            const Buffer<T> values,
            Run<T>(rows, logits.items<T>(), options.exec));
        return Tensor::FromPartitionsUnchecked(
            {logits.partitions().begin(), logits.partitions().end()},
            Tensor::DenseBytesUnchecked(
                dtype,
                Buffer<std::byte>(std::as_bytes(values.span()), values.owner()),
                logits.flat_shape()));
      });
}

}  // namespace rowsplit
