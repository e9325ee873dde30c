#ifndef ROWSPLIT_OPS_PAD_ALONG_DIMENSION_H_
#define ROWSPLIT_OPS_PAD_ALONG_DIMENSION_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct PadAlongDimensionOptions {
  // The axis that gets longer; negative ones count from the end.
  int axis = -1;
  // What is put in front of each row of the axis, and behind it: of the data's
  // dtype, with the axes of the data from `axis` on.
  std::optional<Tensor> left_pad = std::nullopt;
  std::optional<Tensor> right_pad = std::nullopt;
  ExecOptions exec = {};
};

// The same items around every row along an axis, as
// tf_text.pad_along_dimension.
//
//   PadAlongDimension({{1, 2}, {}}, {.right_pad = Tensor::Vector({7, 8})})
//   // {{1, 2, 7, 8}, {7, 8}}
//
// Fails with InvalidArgument if the axis is out of range or a pad's dtype, rank
// or inner sizes are not those of the data; with ResourceExhausted; with
// Cancelled. O(result).
absl::StatusOr<Tensor> PadAlongDimension(
    const Tensor& data, const PadAlongDimensionOptions& options = {});

struct PadModelInputsOptions {
  // The size of the result's rows: longer ones are cut. -1 takes that of the
  // longest.
  int64_t max_seq_length = -1;
  // Stands where a row has no item. A scalar of the input's dtype; unset, 0.
  std::optional<Tensor> pad_value = std::nullopt;
  ExecOptions exec = {};
};

// Dense, and of one shape and dtype: the rows cut or padded, and 1 where there
// is an item of the row, 0 where padding is.
struct PaddedInputs {
  Tensor padded;
  Tensor mask;
};

// The rows as a model takes them, as tf_text.pad_model_inputs: axes behind the
// second one are merged into it; a vector is one row and gives vectors.
//
//   PadModelInputs({{1, 2, 3}, {4}}, {.max_seq_length = 2})
//   // padded {{1, 2}, {4, 0}}, mask {{1, 1}, {1, 0}}
//
// Fails with InvalidArgument for a scalar, strings, a length below -1 or a pad
// value that does not fit; with ResourceExhausted; with Cancelled. O(input +
// result).
absl::StatusOr<PaddedInputs> PadModelInputs(
    const Tensor& input, const PadModelInputsOptions& options);

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_PAD_ALONG_DIMENSION_H_
