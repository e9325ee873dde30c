#ifndef ROWSPLIT_SRC_EMBEDDING_BAG_ARGUMENTS_H_
#define ROWSPLIT_SRC_EMBEDDING_BAG_ARGUMENTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/ragged/tensor.h"

// What bags and their gradients ask of their arguments. `op` begins the
// messages; all fail with InvalidArgument.
namespace rowsplit::internal {

// The rows that the options name are among `num_rows`, and max_norm is a number
// that is not negative.
absl::Status CheckBagOptions(const char* op, int64_t num_rows,
                             const BagOptions& options);

// The weights are float32 and have the shape of the ids.
absl::Status CheckBagWeights(const char* op, const Tensor& ids,
                             const Tensor& weights);

// The row splits of the innermost axis of ids of rank 1 or more.
absl::StatusOr<Buffer<Offset>> BagSplits(const char* op, const Tensor& ids);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_BAG_ARGUMENTS_H_
