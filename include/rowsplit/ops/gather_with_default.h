#ifndef ROWSPLIT_OPS_GATHER_WITH_DEFAULT_H_
#define ROWSPLIT_OPS_GATHER_WITH_DEFAULT_H_

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct GatherWithDefaultOptions {
  // The axis of `params` that the indices count along.
  int axis = 0;
  ExecOptions exec = {};
};

// The slices of dense `params` that the dense indices (int32 or int64) name,
// and `default_value` for the index -1, as tf_text.gather_with_default. The
// indices' axes take the place of `axis`.
//
//   GatherWithDefault({10, 20, 30}, {2, -1, 0}, Tensor::Scalar(99))
//   // {30, 99, 10}
//
// Fails with InvalidArgument for another index out of range, with its position;
// if a tensor is ragged, or if the default is not of the dtype and shape of a
// slice; with ResourceExhausted; with Cancelled. O(result).
absl::StatusOr<Tensor> GatherWithDefault(
    const Tensor& params, const Tensor& indices, const Tensor& default_value,
    const GatherWithDefaultOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_GATHER_WITH_DEFAULT_H_
