#ifndef ROWSPLIT_SRC_OPS_INTERLEAVE_ROWS_H_
#define ROWSPLIT_SRC_OPS_INTERLEAVE_ROWS_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// The outermost rows of a tensor, in groups: group g is the rows
// [splits[g], splits[g + 1]), or `length` rows where `splits` is null.
struct RowGroups {
  const Tensor* tensor;
  const Offset* splits = nullptr;
  int64_t length = 0;
};

// The rows of group 0 of each source, then those of group 1, and so on: what
// concat and stack come down to. One group of all rows puts the tensors
// one after the other; groups of one row take the rows in turn.
//
// Requires one or more sources of one dtype, ragged rank and inner shape and a
// rank of 1 or more, and that the groups hold all rows of their source. Fails
// with ResourceExhausted if a size does not fit 64 bits, and with Cancelled.
// Takes no memory but the result's. O(bytes of the result + groups * sources *
// ragged rank).
absl::StatusOr<Tensor> InterleaveRows(std::span<const RowGroups> sources,
                                      int64_t num_groups,
                                      const ExecOptions& exec);

// Each group of rows `times` times, one after the other: what tile comes down
// to. Otherwise as InterleaveRows. Requires `times >= 0`.
absl::StatusOr<Tensor> RepeatRows(const RowGroups& source, int64_t num_groups,
                                  int64_t times, const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_INTERLEAVE_ROWS_H_
