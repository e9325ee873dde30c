#ifndef ROWSPLIT_OPS_REVERSE_H_
#define ROWSPLIT_OPS_REVERSE_H_

#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct ReverseOptions {
  ExecOptions exec = {};
};

// Turns the order along each of the axes round, as tf.reverse. An axis that a
// ragged tensor is given twice counts once.
//
//   Reverse([[1, 2], [3]], {1})     // [[2, 1], [3]]
//   Reverse([[1, 2], [3]], {0})     // [[3], [1, 2]]
//   Reverse([[1, 2], [3]], {0, 1})  // [[3], [2, 1]]
//
// Fails with InvalidArgument if an axis is out of range, or comes twice for a
// dense tensor; with Cancelled. O(bytes and rows of the input for each axis).
absl::StatusOr<Tensor> Reverse(const Tensor& input, std::span<const int> axes,
                               const ReverseOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_REVERSE_H_
