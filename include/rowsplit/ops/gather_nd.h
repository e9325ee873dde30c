#ifndef ROWSPLIT_OPS_GATHER_ND_H_
#define ROWSPLIT_OPS_GATHER_ND_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct GatherNdOptions {
  // So many outer axes go together; only where params and indices are dense.
  int batch_dims = 0;
  ExecOptions exec = {};
};

// The slices of `params` that tuples of indices name: the last axis of
// `indices` (int32 or int64, uniform) holds one place for each of the outer
// axes of `params`. Of any dtype of `params`.
//
//   params = {{{1, 2}, {3}}, {{4, 5, 6}}}
//   GatherNd(params, {{1, 0}, {0, 0}})     // {{4, 5, 6}, {1, 2}}
//   GatherNd(params, {{0, 1, 0}})          // {3}, dense
//   GatherNd(params, {{1}, {0}})           // {{{4, 5, 6}}, {{1, 2}, {3}}}
//
// Indices without any axis but the last give one slice; of ragged params and a
// tuple of one place, that is a list of one slice, as in TensorFlow.
//
// Fails with InvalidArgument that names the first place out of its axis or row,
// if the last axis of `indices` is ragged or longer than the rank of `params`,
// or if batch_dims does not fit; with ResourceExhausted; with Cancelled.
// O(indices + result).
absl::StatusOr<Tensor> GatherNd(const Tensor& params, const Tensor& indices,
                                const GatherNdOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_GATHER_ND_H_
