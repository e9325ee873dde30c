#ifndef ROWSPLIT_SRC_OPS_RESHAPE_H_
#define ROWSPLIT_SRC_OPS_RESHAPE_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// The flat values in a dense tensor of another shape, sharing memory. Fails as
// Tensor::Dense if the shape does not hold as many or its size does not fit.
inline absl::StatusOr<Tensor> Reshape(const Tensor& tensor,
                                      std::vector<int64_t> shape) {
  if (tensor.is_string())
    return Tensor::Dense(tensor.strings(), std::move(shape));
  return Tensor::DenseBytes(tensor.dtype(), tensor.bytes(), std::move(shape));
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_RESHAPE_H_
