#ifndef ROWSPLIT_OPS_TO_DENSE_H_
#define ROWSPLIT_OPS_TO_DENSE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// The sizes of a dense tensor, outermost first; what is not set is taken from
// the values.
using PartialShape = std::vector<std::optional<int64_t>>;

struct ToDenseOptions {
  // Stands where a row has no value. Dense, of the input's dtype, and of its
  // inner shape or one that broadcasts to it. Unset: 0, false or the empty
  // string.
  std::optional<Tensor> default_value = std::nullopt;
  // The result's shape. A ragged axis and the outermost one are cut or padded
  // to the size given here; the axes of the inner shape must have theirs.
  std::optional<PartialShape> shape = std::nullopt;
  ExecOptions exec = {};
};

// The rows of a ragged tensor, padded to the length of the longest: a dense
// tensor of the same rank. As tf.RaggedTensor.to_tensor. A dense input is
// given back.
//
//   ToDense({{1, 2, 3}, {}, {4}})            // {{1, 2, 3}, {0, 0, 0}, {4, 0,
//   0}} ToDense({{1, 2, 3}, {}, {4}},
//           {.default_value = Tensor::Scalar(-1), .shape = {{{}, 2}}})
//                                            // {{1, 2}, {-1, -1}, {4, -1}}
//
// Fails with InvalidArgument if the default value or the shape does not fit the
// input, or the number of items does not fit 64 bits; with ResourceExhausted if
// their bytes do not; with Cancelled. O(result).
absl::StatusOr<Tensor> ToDense(const Tensor& input,
                               const ToDenseOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_TO_DENSE_H_
