#ifndef ROWSPLIT_OPS_PARTITION_H_
#define ROWSPLIT_OPS_PARTITION_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct PartitionOptions {
  ExecOptions exec = {};
};

// Sorts slices of `data` into `num_partitions` rows, in their order, as
// tf.ragged.stack_dynamic_partitions: row p holds data[i…] for each index with
// partitions[i…] = p. The shape of `partitions` (int32 or int64, dense or
// ragged) starts that of `data`.
//
//   StackDynamicPartitions(["a", "b", "c", "d"], [2, 0, 2, 0], 4)
//   // [["b", "d"], [], ["a", "c"], []]
//
// Fails with InvalidArgument if a partition is negative or not below
// num_partitions, if that is negative, if the shapes or the dtype do not fit;
// with ResourceExhausted if a size does not fit 64 bits; with Cancelled.
// O(bytes of the data + num_partitions).
absl::StatusOr<Tensor> StackDynamicPartitions(
    const Tensor& data, const Tensor& partitions, int64_t num_partitions,
    const PartitionOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_PARTITION_H_
