#include "rowsplit/ops/gather_axes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "ops/gather_rows.h"
#include "ops/index_tensor.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::CheckedMul;
using internal::RowRange;

absl::Status IndexError(int64_t index, int64_t size, int64_t position) {
  return absl::InvalidArgumentError(
      absl::StrFormat("gather: indices must be in [0, %d): %d at position %d",
                      size, index, position));
}

absl::Status BatchIndexError(int64_t index, int64_t size, int64_t row) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "gather: indices must be in their row: %d is not in [0, %d) of row %d",
      index, size, row));
}

absl::Status CheckIndices(std::span<const int64_t> indices, int64_t size) {
  for (size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] < 0 || indices[i] >= size)
      return IndexError(indices[i], size, static_cast<int64_t>(i));
  }
  return absl::OkStatus();
}

int64_t Product(std::span<const int64_t> sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), int64_t{1},
                         std::multiplies<>());
}

// The rows of the second axis: those of the outermost partition, or those of a
// dense tensor, all of one length.
class Rows {
 public:
  explicit Rows(const Tensor& tensor) {
    if (tensor.is_ragged()) {
      splits_ = tensor.partition(0).row_splits();
    } else {
      length_ = tensor.flat_shape()[1];
    }
  }
  int64_t begin(int64_t row) const {
    return splits_.empty() ? row * length_ : splits_[row];
  }
  int64_t length(int64_t row) const {
    return splits_.empty() ? length_ : splits_[row + 1] - splits_[row];
  }

 private:
  std::span<const Offset> splits_;
  int64_t length_ = 0;
};

// The rows of all rows, one after the other: a rank less.
absl::StatusOr<Tensor> MergeOuterAxes(const Tensor& tensor) {
  if (tensor.is_ragged()) return tensor.values();
  std::vector<int64_t> shape = tensor.flat_shape();
  ROWSPLIT_ASSIGN_OR_RETURN(shape[1], CheckedMul(shape[0], shape[1]));
  shape.erase(shape.begin());
  return internal::Reshaped(tensor, std::move(shape));
}

// Where the flat items of each outermost row of `tensor` end.
std::vector<int64_t> ItemEnds(const Tensor& tensor) {
  std::vector<int64_t> ends;
  ends.reserve(static_cast<size_t>(tensor.num_rows()));
  const int64_t items = tensor.value_items();
  for (int64_t row = 1; row <= tensor.num_rows(); ++row) {
    int64_t end = row;
    for (const RowPartition& partition : tensor.partitions())
      end = partition.row_splits()[end];
    ends.push_back(end * items);
  }
  return ends;
}

Tensor WithItems(const Tensor& like, BufferBuilder<int64_t> items) {
  const Buffer<int64_t> built = std::move(items).Build();
  return Tensor::FromPartitionsUnchecked(
      {like.partitions().begin(), like.partitions().end()},
      Tensor::DenseBytesUnchecked(
          DType::kInt64,
          Buffer<std::byte>(std::as_bytes(built.span()), built.owner()),
          like.flat_shape()));
}

class Gatherer {
 public:
  explicit Gatherer(const ExecOptions& exec) : exec_(exec) {}

  // Requires int64 indices, `0 <= batch_dims <= axis < params.rank()` and
  // `batch_dims <= indices.rank()`.
  absl::StatusOr<Tensor> Run(const Tensor& params, const Tensor& indices,
                             int axis, int batch_dims) const;

 private:
  absl::StatusOr<Tensor> OfDense(const Tensor& params, const Tensor& indices,
                                 int axis, int batch_dims) const;
  absl::StatusOr<Tensor> OuterAxis(const Tensor& params,
                                   const Tensor& indices) const;
  absl::StatusOr<Tensor> LaterAxis(const Tensor& params, const Tensor& indices,
                                   int axis) const;
  absl::StatusOr<Tensor> Batches(const Tensor& params, const Tensor& indices,
                                 int axis, int batch_dims) const;
  absl::StatusOr<Tensor> MoreBatches(const Tensor& params,
                                     const Tensor& indices, int axis) const;
  absl::StatusOr<Tensor> InRows(const Tensor& params,
                                const Tensor& indices) const;

  const ExecOptions& exec_;
};

absl::StatusOr<Tensor> Gatherer::Run(const Tensor& params,
                                     const Tensor& indices, int axis,
                                     int batch_dims) const {
  if (!params.is_ragged() && !indices.is_ragged())
    return OfDense(params, indices, axis, batch_dims);
  if (batch_dims > 0) return Batches(params, indices, axis, batch_dims);
  if (axis > 0) return LaterAxis(params, indices, axis);
  return OuterAxis(params, indices);
}

absl::StatusOr<Tensor> Gatherer::OfDense(const Tensor& params,
                                         const Tensor& indices, int axis,
                                         int batch_dims) const {
  const std::vector<int64_t>& from = params.flat_shape();
  const std::vector<int64_t>& at = indices.flat_shape();
  if (!std::equal(from.begin(), from.begin() + batch_dims, at.begin())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather: params and indices must have equal batch axes, but differ in "
        "the first %d",
        batch_dims));
  }
  const int64_t size = from[axis];
  ROWSPLIT_RETURN_IF_ERROR(CheckIndices(indices.items<int64_t>(), size));
  std::vector<int64_t> shape(from.begin(), from.begin() + axis);
  shape.insert(shape.end(), at.begin() + batch_dims, at.end());
  shape.insert(shape.end(), from.begin() + axis + 1, from.end());
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  // The loops below may be long where there is nothing to move.
  if (std::find(shape.begin(), shape.end(), 0) != shape.end())
    return internal::EmptyDense(params.dtype(), std::move(shape));
  const std::span<const int64_t> sizes(from);
  const int64_t num_batches = Product(sizes.first(batch_dims));
  const int64_t num_outer =
      Product(sizes.subspan(batch_dims, axis - batch_dims));
  const int64_t num_places =
      Product(std::span<const int64_t>(at).subspan(batch_dims));
  ROWSPLIT_ASSIGN_OR_RETURN(int64_t num_rows,
                            CheckedMul(num_batches, num_outer));
  ROWSPLIT_ASSIGN_OR_RETURN(num_rows, CheckedMul(num_rows, num_places));
  std::vector<int64_t> table_shape(from.begin() + axis, from.end());
  table_shape[0] = num_batches * num_outer * size;
  const Tensor table = internal::Reshaped(params, std::move(table_shape));
  const std::span<const int64_t> items = indices.items<int64_t>();
  if (num_batches * num_outer == 1) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Tensor gathered,
                              internal::GatherRows(table, items, exec_));
    return internal::Reshaped(gathered, std::move(shape));
  }
  std::vector<int64_t> rows;
  rows.reserve(static_cast<size_t>(num_rows));
  for (int64_t outer = 0; outer < num_batches * num_outer; ++outer) {
    const int64_t batch = outer / num_outer;
    for (const int64_t index : items.subspan(batch * num_places, num_places))
      rows.push_back(outer * size + index);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor gathered,
                            internal::GatherRows(table, rows, exec_));
  return internal::Reshaped(gathered, std::move(shape));
}

absl::StatusOr<Tensor> Gatherer::OuterAxis(const Tensor& params,
                                           const Tensor& indices) const {
  const std::span<const int64_t> items = indices.items<int64_t>();
  ROWSPLIT_RETURN_IF_ERROR(CheckIndices(items, params.num_rows()));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor gathered,
      internal::GatherRowsAs(params, items, indices.flat_shape(), exec_));
  return Tensor::FromPartitions(
      {indices.partitions().begin(), indices.partitions().end()},
      std::move(gathered));
}

// Every row of the axes before takes the same indices.
absl::StatusOr<Tensor> Gatherer::LaterAxis(const Tensor& params,
                                           const Tensor& indices,
                                           int axis) const {
  if (axis > 1) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Tensor ragged,
                              internal::WithRaggedRank(params, 1));
    ROWSPLIT_ASSIGN_OR_RETURN(Tensor values,
                              Run(ragged.values(), indices, axis - 1, 0));
    return Tensor::FromPartition(ragged.partition(0), std::move(values));
  }
  const int64_t num_rows = params.num_rows();
  // Of use below; made first, as its memory bounds the rows of dense params.
  RowPartition each;
  if (indices.is_ragged()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        each, RowPartition::FromUniformRowLength(indices.num_rows(), num_rows));
  }
  const std::span<const int64_t> items = indices.items<int64_t>();
  const auto num_items = static_cast<int64_t>(items.size());
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            CheckedMul(num_rows, num_items));
  BufferBuilder<int64_t> places(static_cast<size_t>(size));
  const Rows rows(params);
  int64_t* out = places.data();
  for (int64_t row = 0; row < num_rows; ++row) {
    const int64_t begin = rows.begin(row);
    const int64_t length = rows.length(row);
    for (const int64_t index : items) {
      if (index < 0 || index >= length)
        return BatchIndexError(index, length, row);
      *out++ = begin + index;
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor merged, MergeOuterAxes(params));
  if (!indices.is_ragged()) {
    std::vector<int64_t> shape = indices.flat_shape();
    shape.insert(shape.begin(), num_rows);
    return internal::GatherRowsAs(merged, places.span(), shape, exec_);
  }
  // The rows of the indices once for each row of the params.
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor repeated,
      internal::SelectRows(indices,
                           std::vector<RowRange>(static_cast<size_t>(num_rows),
                                                 {0, indices.num_rows()}),
                           exec_));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor gathered,
      OuterAxis(merged, WithItems(repeated, std::move(places))));
  return Tensor::FromPartition(std::move(each), std::move(gathered));
}

absl::StatusOr<Tensor> Gatherer::Batches(const Tensor& params,
                                         const Tensor& indices, int axis,
                                         int batch_dims) const {
  if (params.num_rows() != indices.num_rows()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather: params and indices must have equal batch axes: params have "
        "%d rows, indices %d",
        params.num_rows(), indices.num_rows()));
  }
  if (batch_dims == 1)
    return axis > 1 ? MoreBatches(params, indices, axis)
                    : InRows(params, indices);
  if (!params.is_ragged() || !indices.is_ragged()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather: params and indices must have equal batch axes: one of %s is "
        "ragged where that of %s is uniform",
        params.is_ragged() ? "params" : "indices",
        params.is_ragged() ? "indices" : "params"));
  }
  if (params.partition(0) != indices.partition(0)) {
    return absl::InvalidArgumentError(
        "gather: params and indices must have equal batch axes, but have other "
        "row lengths");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      Run(params.values(), indices.values(), axis - 1, batch_dims - 1));
  return Tensor::FromPartition(params.partition(0), std::move(values));
}

// Turns the axis after the batch axis into one more batch axis: each row of the
// params takes the indices of its batch.
absl::StatusOr<Tensor> Gatherer::MoreBatches(const Tensor& params,
                                             const Tensor& indices,
                                             int axis) const {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor ragged,
                            internal::WithRaggedRank(params, 1));
  const Buffer<int64_t> row_ids = ragged.partition(0).MakeRowIds();
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor repeated,
      internal::GatherRows(indices, row_ids.span(), exec_));
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor values,
                            Run(ragged.values(), repeated, axis - 1, 1));
  return Tensor::FromPartition(ragged.partition(0), std::move(values));
}

// Each row of the indices takes places of its row of the params.
absl::StatusOr<Tensor> Gatherer::InRows(const Tensor& params,
                                        const Tensor& indices) const {
  const std::span<const int64_t> items = indices.items<int64_t>();
  const std::vector<int64_t> ends = ItemEnds(indices);
  BufferBuilder<int64_t> places(items.size());
  const Rows rows(params);
  int64_t item = 0;
  for (size_t row = 0; row < ends.size(); ++row) {
    const int64_t begin = rows.begin(static_cast<int64_t>(row));
    const int64_t length = rows.length(static_cast<int64_t>(row));
    for (; item < ends[row]; ++item) {
      const int64_t index = items[item];
      if (index < 0 || index >= length)
        return BatchIndexError(index, length, static_cast<int64_t>(row));
      places[item] = begin + index;
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor merged, MergeOuterAxes(params));
  return Run(merged, WithItems(indices, std::move(places)), 0, 0);
}

// The axis counted from the front. Fails with InvalidArgument if it is not in
// [-rank, rank).
absl::StatusOr<int> FromFront(const char* name, int axis, int rank) {
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  return absl::InvalidArgumentError(absl::StrFormat(
      "gather: %s must be in [%d, %d): %d", name, -rank, rank, axis));
}

}  // namespace

absl::StatusOr<Tensor> internal::AsIndices(std::string_view op,
                                           const Tensor& indices) {
  if (indices.dtype() == DType::kInt64) return indices;
  if (indices.dtype() != DType::kInt32) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: indices must be int32 or int64, got %s", op,
                        DTypeName(indices.dtype())));
  }
  const std::span<const int32_t> items = indices.items<int32_t>();
  BufferBuilder<int64_t> wide(items.size());
  std::copy(items.begin(), items.end(), wide.data());
  return WithItems(indices, std::move(wide));
}

absl::StatusOr<Tensor> Gather(const Tensor& params, const Tensor& indices,
                              const GatherAxesOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor places,
                            internal::AsIndices("gather", indices));
  int batch_dims = options.batch_dims;
  if (batch_dims != indices.rank()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        batch_dims, FromFront("batch_dims", batch_dims, indices.rank()));
  }
  if (batch_dims >= params.rank()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather: batch_dims must be less than the rank of params: %d, rank %d",
        batch_dims, params.rank()));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int axis,
      FromFront("axis", options.axis.value_or(batch_dims), params.rank()));
  if (axis < batch_dims) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather: axis must not be below batch_dims: axis %d, batch_dims %d",
        axis, batch_dims));
  }
  return Gatherer(options.exec).Run(params, places, axis, batch_dims);
}

}  // namespace rowsplit
