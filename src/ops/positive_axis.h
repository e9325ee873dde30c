#ifndef ROWSPLIT_SRC_OPS_POSITIVE_AXIS_H_
#define ROWSPLIT_SRC_OPS_POSITIVE_AXIS_H_

#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

namespace rowsplit::internal {

// The axis counted from the front. Fails with InvalidArgument, which names the
// op, unless `-rank <= axis < rank`.
inline absl::StatusOr<int> PositiveAxis(std::string_view op, int axis,
                                        int rank) {
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: axis must be in [%d, %d) for a rank of %d: axis=%d",
                      op, -rank, rank, rank, axis));
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_POSITIVE_AXIS_H_
