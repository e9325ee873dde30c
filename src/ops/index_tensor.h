#ifndef ROWSPLIT_SRC_OPS_INDEX_TENSOR_H_
#define ROWSPLIT_SRC_OPS_INDEX_TENSOR_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// The int32 or int64 tensor as int64; shares the memory of int64. Fails with
// InvalidArgument that names `op` for another dtype.
absl::StatusOr<Tensor> AsIndices(std::string_view op, const Tensor& indices);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_INDEX_TENSOR_H_
