#include "rowsplit/ops/gather_with_default.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "ops/gather_rows.h"
#include "ops/index_tensor.h"
#include "ops/positive_axis.h"
#include "ops/select_rows.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit {

namespace {

using internal::RowRange;

absl::Status CheckArguments(const Tensor& params, const Tensor& indices,
                            const Tensor& default_value, int axis) {
  if (params.is_ragged() || indices.is_ragged() || default_value.is_ragged()) {
    return absl::InvalidArgumentError(
        "gather_with_default: params, indices and default must be dense");
  }
  if (default_value.dtype() != params.dtype()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather_with_default: default must have the dtype of params: %s and %s",
        DTypeName(default_value.dtype()), DTypeName(params.dtype())));
  }
  const std::vector<int64_t>& shape = params.flat_shape();
  if (!std::equal(shape.begin() + axis + 1, shape.end(),
                  default_value.flat_shape().begin(),
                  default_value.flat_shape().end())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather_with_default: default must have the shape of params behind "
        "axis %d",
        axis));
  }
  return absl::OkStatus();
}

absl::Status CheckIndices(std::span<const int64_t> indices, int64_t size) {
  for (size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] >= -1 && indices[i] < size) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather_with_default: indices must be in [-1, %d): indices[%d]=%d",
        size, i, indices[i]));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Tensor> GatherWithDefault(
    const Tensor& params, const Tensor& indices, const Tensor& default_value,
    const GatherWithDefaultOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int axis, internal::PositiveAxis("gather_with_default",
                                             options.axis, params.rank()));
  ROWSPLIT_RETURN_IF_ERROR(
      CheckArguments(params, indices, default_value, axis));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor ids, internal::AsIndices("gather_with_default", indices));
  const std::span<const int64_t> items = ids.items<int64_t>();
  const std::vector<int64_t>& shape = params.flat_shape();
  const int64_t size = shape[axis];
  ROWSPLIT_RETURN_IF_ERROR(CheckIndices(items, size));
  std::vector<int64_t> result(shape.begin(), shape.begin() + axis);
  int64_t outer = 1;
  for (const int64_t length : result) outer *= length;
  result.insert(result.end(), indices.flat_shape().begin(),
                indices.flat_shape().end());
  result.insert(result.end(), shape.begin() + axis + 1, shape.end());
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(result));
  if (internal::HasNoItems(result))
    return internal::EmptyDense(params.dtype(), std::move(result));
  std::vector<int64_t> row_shape(shape.begin() + axis, shape.end());
  row_shape[0] = outer * size;
  std::vector<int64_t> default_shape = row_shape;
  default_shape[0] = 1;
  const Tensor sources[] = {
      internal::Reshaped(params, std::move(row_shape)),
      internal::Reshaped(default_value, std::move(default_shape))};
  std::vector<RowRange> ranges;
  ranges.reserve(static_cast<size_t>(outer) * items.size());
  for (int64_t group = 0; group < outer; ++group) {
    for (const int64_t index : items) {
      ranges.push_back(index < 0 ? RowRange{0, 1, 1}
                                 : RowRange{group * size + index, 1, 0});
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor rows,
      internal::SelectRows(sources, std::move(ranges), options.exec));
  return internal::Reshaped(rows, std::move(result));
}

}  // namespace rowsplit
