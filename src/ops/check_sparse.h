#ifndef ROWSPLIT_SRC_OPS_CHECK_SPARSE_H_
#define ROWSPLIT_SRC_OPS_CHECK_SPARSE_H_

#include <string_view>

#include "absl/status/status.h"
#include "rowsplit/ops/sparse.h"

namespace rowsplit::internal {

// Fails with InvalidArgument that names `op` unless the sizes of a sparse
// tensor fit together: no negative size, and values in a dense vector with one
// index for each axis. The indices themselves are not looked at.
absl::Status CheckSparse(std::string_view op, const SparseTensor& input);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_CHECK_SPARSE_H_
