#include "rowsplit/ops/gather_nd.h"

#include <algorithm>
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
#include "ops/gather_rows.h"
#include "ops/index_tensor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::CheckedMul;

absl::Status PlaceError(int64_t place, int64_t size, int64_t tuple,
                        size_t axis) {
  return absl::InvalidArgumentError(
      absl::StrFormat("gather_nd: place %d of tuple %d must be in [0, %d): %d",
                      axis, tuple, size, place));
}

// `params` whose first `depth` axes are one, which tuples of `depth` places
// name.
struct Flattened {
  Tensor rows;
  std::vector<int64_t> places;
};

// Requires `1 <= depth <= params.rank()` and tuples of that size.
absl::StatusOr<Flattened> Flatten(const Tensor& params,
                                  std::span<const int64_t> tuples,
                                  size_t depth) {
  const auto num_tuples = static_cast<int64_t>(tuples.size() / depth);
  Flattened flat{params, {}};
  for (int64_t tuple = 0; tuple < num_tuples; ++tuple) {
    const int64_t place = tuples[tuple * depth];
    if (place < 0 || place >= params.num_rows())
      return PlaceError(place, params.num_rows(), tuple, 0);
    flat.places.push_back(place);
  }
  for (size_t axis = 1; axis < depth; ++axis) {
    std::span<const Offset> splits;
    int64_t size = 0;
    if (flat.rows.is_ragged()) {
      splits = flat.rows.partition(0).row_splits();
    } else {
      size = flat.rows.flat_shape()[1];
    }
    for (int64_t tuple = 0; tuple < num_tuples; ++tuple) {
      int64_t& row = flat.places[tuple];
      const int64_t begin = splits.empty() ? row * size : splits[row];
      if (!splits.empty()) size = splits[row + 1] - begin;
      const int64_t place = tuples[tuple * depth + axis];
      if (place < 0 || place >= size)
        return PlaceError(place, size, tuple, axis);
      row = begin + place;
    }
    if (flat.rows.is_ragged()) {
      flat.rows = flat.rows.values();
    } else {
      std::vector<int64_t> shape = flat.rows.flat_shape();
      ROWSPLIT_ASSIGN_OR_RETURN(shape[1], CheckedMul(shape[0], shape[1]));
      shape.erase(shape.begin());
      flat.rows = internal::Reshaped(flat.rows, std::move(shape));
    }
  }
  return flat;
}

// Empty tuples name the whole of `params`.
absl::StatusOr<Tensor> Repeated(const Tensor& params,
                                const std::vector<int64_t>& shape,
                                const ExecOptions& exec) {
  if (shape.empty()) return params;
  int64_t copies = 1;
  for (const int64_t size : shape) {
    ROWSPLIT_ASSIGN_OR_RETURN(copies, CheckedMul(copies, size));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor one,
      internal::WithUniformAxes(std::vector<int64_t>{1, params.num_rows()},
                                params));
  const std::vector<int64_t> rows(static_cast<size_t>(copies), 0);
  return internal::GatherRowsAs(one, rows, shape, exec);
}

absl::StatusOr<Tensor> OfRagged(const Tensor& params, const Tensor& indices,
                                const ExecOptions& exec) {
  std::vector<int64_t> shape = indices.flat_shape();
  const auto depth = static_cast<size_t>(shape.back());
  shape.pop_back();
  if (depth == 0) return Repeated(params, shape, exec);
  // A single tuple of one place gives a list of one slice.
  if (depth == 1 && shape.empty()) shape.push_back(1);
  ROWSPLIT_ASSIGN_OR_RETURN(const Flattened flat,
                            Flatten(params, indices.items<int64_t>(), depth));
  return internal::GatherRowsAs(flat.rows, flat.places, shape, exec);
}

// Tuples of `depth` places, behind the places of their batch: `shape` are the
// axes of the tuples, the first `batch_dims` those of the batches.
std::vector<int64_t> WholeTuples(std::span<const int64_t> items,
                                 const std::vector<int64_t>& shape,
                                 int batch_dims, size_t depth,
                                 int64_t num_tuples) {
  std::vector<int64_t> tuples;
  tuples.reserve(static_cast<size_t>(num_tuples) *
                 (depth + static_cast<size_t>(batch_dims)));
  int64_t batch_size = 1;  // tuples of one batch
  for (size_t axis = batch_dims; axis < shape.size(); ++axis)
    batch_size *= shape[axis];
  for (int64_t tuple = 0; tuple < num_tuples; ++tuple) {
    int64_t batch = tuple / batch_size;
    tuples.resize(tuples.size() + batch_dims);
    for (int axis = 0; axis < batch_dims; ++axis) {
      const int64_t size = shape[batch_dims - 1 - axis];
      tuples[tuples.size() - 1 - axis] = batch % size;
      batch /= size;
    }
    const auto own = items.subspan(tuple * depth, depth);
    tuples.insert(tuples.end(), own.begin(), own.end());
  }
  return tuples;
}

absl::StatusOr<Tensor> OfDense(const Tensor& params, const Tensor& indices,
                               int batch_dims, const ExecOptions& exec) {
  const std::vector<int64_t>& from = params.flat_shape();
  std::vector<int64_t> shape = indices.flat_shape();
  const auto depth = static_cast<size_t>(shape.back());
  shape.pop_back();
  if (!std::equal(shape.begin(), shape.begin() + batch_dims, from.begin())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather_nd: params and indices must have equal batch axes, but differ "
        "in the first %d",
        batch_dims));
  }
  const size_t whole_depth = depth + static_cast<size_t>(batch_dims);
  std::vector<int64_t> result_shape = shape;
  result_shape.insert(result_shape.end(), from.begin() + whole_depth,
                      from.end());
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(result_shape));
  // Empty tuples may be any number.
  if (depth == 0 && std::find(result_shape.begin(), result_shape.end(), 0) !=
                        result_shape.end()) {
    return internal::EmptyDense(params.dtype(), std::move(result_shape));
  }
  int64_t num_tuples = 1;
  for (const int64_t size : shape) {
    ROWSPLIT_ASSIGN_OR_RETURN(num_tuples, CheckedMul(num_tuples, size));
  }
  const std::vector<int64_t> tuples = WholeTuples(
      indices.items<int64_t>(), shape, batch_dims, depth, num_tuples);
  Tensor rows = params;
  if (whole_depth == 0) {
    // Every empty tuple names the one row that holds all.
    std::vector<int64_t> one = from;
    one.insert(one.begin(), 1);
    rows = internal::Reshaped(rows, std::move(one));
    ROWSPLIT_ASSIGN_OR_RETURN(
        const Tensor gathered,
        internal::GatherRows(
            rows, std::vector<int64_t>(static_cast<size_t>(num_tuples), 0),
            exec));
    return internal::Reshaped(gathered, std::move(result_shape));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Flattened flat,
                            Flatten(rows, tuples, whole_depth));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor gathered,
                            internal::GatherRows(flat.rows, flat.places, exec));
  return internal::Reshaped(gathered, std::move(result_shape));
}

absl::Status CheckArguments(const Tensor& params, const Tensor& indices,
                            int batch_dims) {
  if (indices.rank() == 0) {
    return absl::InvalidArgumentError(
        "gather_nd: indices must have a rank of 1 or more");
  }
  if (indices.is_ragged() && indices.flat_shape().size() == 1) {
    return absl::InvalidArgumentError(
        "gather_nd: the last axis of indices must not be ragged");
  }
  const bool ragged = params.is_ragged() || indices.is_ragged();
  if (ragged && batch_dims != 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather_nd: batch_dims must be 0 where params or indices are ragged: "
        "%d",
        batch_dims));
  }
  if (batch_dims < 0 || batch_dims >= indices.rank() ||
      batch_dims >= std::max(params.rank(), 1)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather_nd: batch_dims must be in [0, %d): %d",
        std::min(indices.rank(), std::max(params.rank(), 1)), batch_dims));
  }
  const int64_t depth = indices.flat_shape().back();
  if (depth > params.rank() - batch_dims) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "gather_nd: tuples of indices must not be longer than the rank of "
        "params: %d places, rank %d",
        depth, params.rank() - batch_dims));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Tensor> GatherNd(const Tensor& params, const Tensor& indices,
                                const GatherNdOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor places,
                            internal::AsIndices("gather_nd", indices));
  ROWSPLIT_RETURN_IF_ERROR(CheckArguments(params, places, options.batch_dims));
  if (!params.is_ragged() && !places.is_ragged())
    return OfDense(params, places, options.batch_dims, options.exec);
  const Tensor flat = places.flat_values();
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor gathered,
                            params.is_ragged()
                                ? OfRagged(params, flat, options.exec)
                                : OfDense(params, flat, 0, options.exec));
  return Tensor::FromPartitions(
      {places.partitions().begin(), places.partitions().end()},
      std::move(gathered));
}

}  // namespace rowsplit
