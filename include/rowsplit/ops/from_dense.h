#ifndef ROWSPLIT_OPS_FROM_DENSE_H_
#define ROWSPLIT_OPS_FROM_DENSE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// At most one of lengths, nested_lengths and padding.
struct FromDenseOptions {
  // How many axes become ragged, the outermost ones.
  int ragged_rank = 1;
  // How many values each innermost ragged row keeps; below 0 is 0, above the
  // width is the width.
  std::optional<Buffer<int64_t>> lengths = std::nullopt;
  // The lengths of every ragged axis, outermost first; their number is the
  // ragged rank. The longest row of an axis must be as long as the axis.
  std::vector<Buffer<int64_t>> nested_lengths = {};
  // Rows end where only this value follows: of the input's dtype and exactly
  // its inner shape. NaN equals nothing, -0.0 equals 0.0.
  std::optional<Tensor> padding = std::nullopt;
  ExecOptions exec = {};
};

// A ragged tensor of the rows of a dense one, as tf.RaggedTensor.from_tensor.
// Without lengths and padding the rows keep their width and the values their
// memory.
//
//   FromDense({{5, 7, 0}, {0, 3, 0}, {6, 0, 0}},
//             {.padding = Tensor::Scalar(0)})      // {{5, 7}, {0, 3}, {6}}
//   FromDense({{5, 7, 0}, {0, 3, 0}, {6, 0, 0}},
//             {.lengths = {{1, 0, 3}}})            // {{5}, {}, {6, 0, 0}}
//
// Fails with InvalidArgument if the input is ragged or its rank not above the
// ragged rank, or if lengths or padding do not fit it; with ResourceExhausted
// if a size does not fit 64 bits; with Cancelled. O(input).
absl::StatusOr<Tensor> FromDense(const Tensor& input,
                                 const FromDenseOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_FROM_DENSE_H_
