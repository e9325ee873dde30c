#include "sparse_argument.h"

#include <nanobind/nanobind.h>

#include <cstdint>
#include <span>
#include <string>

#include "convert.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ops/sparse.h"
#include "status.h"

namespace rowsplit::python {

bool IsSparse(nb::handle value) {
  return nb::hasattr(value, "indices") && nb::hasattr(value, "dense_shape");
}

SparseTensor TakeSparse(Call& call, nb::handle value, const char* name) {
  if (!IsSparse(value)) {
    throw nb::type_error((std::string(name) +
                          " must be a SparseTensor: have indices, values and "
                          "dense_shape")
                             .c_str());
  }
  SparseTensor sparse;
  const Tensor indices = call.Take(value.attr("indices"), DType::kInt64);
  sparse.values = call.Take(value.attr("values"));
  const Tensor shape = call.Take(value.attr("dense_shape"), DType::kInt64);
  if (shape.is_ragged() || shape.rank() != 1 || !IsInteger(shape.dtype())) {
    throw nb::value_error("dense_shape must be a vector of integers");
  }
  const Tensor sizes = ValueOrRaise(Cast(shape, DType::kInt64));
  sparse.dense_shape.assign(sizes.items<int64_t>().begin(),
                            sizes.items<int64_t>().end());
  if (indices.dtype() != DType::kInt64 || indices.is_ragged()) {
    throw nb::value_error("indices must be a dense tensor of int64");
  }
  const auto rank = static_cast<int64_t>(sparse.dense_shape.size());
  if (indices.num_items() > 0 &&
      (indices.rank() != 2 || indices.flat_shape()[1] != rank)) {
    throw nb::value_error(
        "indices must have the shape [number of values, rank]");
  }
  sparse.indices = indices.buffer<int64_t>();
  return sparse;
}

nb::object GiveSparse(const Call& call, const SparseTensor& sparse) {
  const auto rank = static_cast<int64_t>(sparse.dense_shape.size());
  const Tensor indices = ValueOrRaise(
      Tensor::Dense(sparse.indices, {sparse.values.num_values(), rank}));
  const Tensor shape = Tensor::Vector(
      Buffer<int64_t>::Copy(std::span<const int64_t>(sparse.dense_shape)));
  return call.GiveSparse(indices, sparse.values, shape);
}

}  // namespace rowsplit::python
