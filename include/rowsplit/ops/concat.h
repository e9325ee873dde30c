#ifndef ROWSPLIT_OPS_CONCAT_H_
#define ROWSPLIT_OPS_CONCAT_H_

#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct ConcatOptions {
  ExecOptions exec = {};
};

// Puts tensors together along an axis that they have, as tf.concat: a row at
// that axis is the rows of the inputs there, one after the other. Dense inputs
// beside ragged ones become ragged, and all take the largest ragged rank; only
// dense inputs give a dense result. One input is returned as it is, whatever
// the axis.
//
//   Concat({[[1], [2, 3]], [[4, 5], []]}, 1)  // [[1, 4, 5], [2, 3]]
//   Concat({[[1], [2, 3]], [[4, 5], []]}, 0)  // [[1], [2, 3], [4, 5], []]
//
// Fails with InvalidArgument if there is no input, if dtypes, ranks or inner
// shapes differ, if the rows before the axis differ, or if the axis is out of
// range; with ResourceExhausted if a size does not fit 64 bits; with Cancelled.
// O(bytes of the result + rows at the axis), without memory beside the result.
absl::StatusOr<Tensor> Concat(std::span<const Tensor> inputs, int axis,
                              const ConcatOptions& options = {});

struct StackOptions {
  // What dense inputs give: false stacks them as tf.stack does, and they must
  // have one shape; true gives what tf.ragged.stack gives, where the lengths
  // may differ. Nothing changes where an input is ragged.
  bool ragged = false;
  ExecOptions exec = {};
};

// Puts tensors together along a new axis, as tf.stack and tf.ragged.stack.
//
//   Stack({[[1], [2, 3]], [[4, 5], []]}, 0)
//   // [[[1], [2, 3]], [[4, 5], []]]
//   Stack({[[1], [2, 3]], [[4, 5], []]}, 1)
//   // [[[1], [4, 5]], [[2, 3], []]]
//   Stack({[1, 2], [3]}, 0, {.ragged = true})  // [[1, 2], [3]]
//
// Fails and costs as Concat.
absl::StatusOr<Tensor> Stack(std::span<const Tensor> inputs, int axis,
                             const StackOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_CONCAT_H_
