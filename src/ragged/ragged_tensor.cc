#include "rowsplit/ragged/ragged_tensor.h"

#include <cstdint>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"

namespace rowsplit {

absl::Status internal::CheckFlatValues(int64_t num_values,
                                       std::span<const int64_t> inner_shape,
                                       int64_t size) {
  int64_t expected = num_values;
  for (size_t axis = 0; axis < inner_shape.size(); ++axis) {
    if (inner_shape[axis] < 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "inner_shape must not be negative: inner_shape[%d]=%d", axis,
          inner_shape[axis]));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(expected,
                              CheckedMul(expected, inner_shape[axis]));
  }
  if (expected != size) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "flat_values must fill the shape: expected %d elements, got %d",
        expected, size));
  }
  return absl::OkStatus();
}

absl::StatusOr<RaggedStringTensor> RaggedStringTensor::FromFlatValues(
    RaggedShape shape, StringTensor strings) {
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckFlatValues(shape.num_values(), {}, strings.size()));
  RaggedStringTensor tensor;
  tensor.shape_ = std::move(shape);
  tensor.flat_values_ = std::move(strings);
  return tensor;
}

}  // namespace rowsplit
