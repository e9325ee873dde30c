#ifndef ROWSPLIT_OPS_GATHER_AXES_H_
#define ROWSPLIT_OPS_GATHER_AXES_H_

#include <optional>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct GatherAxesOptions {
  // The axis of `params` that indices are places of; `batch_dims` if unset.
  // Negative ones count from the end.
  std::optional<int> axis = std::nullopt;
  // So many outer axes of `params` and `indices` go together: each batch is
  // gathered on its own. Negative ones count from the rank of `indices`.
  int batch_dims = 0;
  ExecOptions exec = {};
};

// The slices of `params` along an axis that `indices` (int32 or int64) name.
// Both may be dense or ragged, of any dtype of `params`; the result has the
// axes of `params` before `axis`, those of `indices` after the batch axes, and
// those of `params` after `axis`.
//
//   Gather({{1, 2}, {}, {3}}, {2, 0})                   // {{3}, {1, 2}}
//   Gather({{1, 2}, {}, {3}}, {{2}, {0, 1}})            // {{{3}}, {{1, 2},
//   {}}} Gather({{1, 2}, {3}}, {{1, 0}, {0}}, {.batch_dims = 1})  // {{2, 1},
//   {3}}
//
// With a dense result where both are dense or where no ragged axis is left; the
// axes of dense indices become partitions in front of a ragged row.
//
// Fails with InvalidArgument that names the first index which is no place of
// its row (also in a batch, where no row but its own is read), if the batch
// axes differ, or if axis or batch_dims do not fit the ranks; with
// ResourceExhausted if a size does not fit 64 bits; with Cancelled.
// O(indices + result).
absl::StatusOr<Tensor> Gather(const Tensor& params, const Tensor& indices,
                              const GatherAxesOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_GATHER_AXES_H_
