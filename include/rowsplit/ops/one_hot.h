#ifndef ROWSPLIT_OPS_ONE_HOT_H_
#define ROWSPLIT_OPS_ONE_HOT_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct OneHotOptions {
  // Where the new axis goes: -1 for the end, or one after the ragged axes.
  int axis = -1;
  // Scalars of one dtype, which the result has; 1 and 0 if unset.
  std::optional<Tensor> on_value = std::nullopt;
  std::optional<Tensor> off_value = std::nullopt;
  // The result's, if neither value is set; float32 if unset as well.
  std::optional<DType> dtype = std::nullopt;
  ExecOptions exec = {};
};

// A new uniform axis of `depth` places for each index: the on value at the
// index, the off value elsewhere; an index out of [0, depth) gives off values
// only. Indices may be of any integer dtype.
//
//   OneHot({{0, 2}, {}, {-1}}, 3)  // {{{1, 0, 0}, {0, 0, 1}}, {}, {{0, 0, 0}}}
//
// Fails with InvalidArgument if the indices are no integers, depth is negative,
// the axis is not -1 and not after the ragged axes, or the values are no
// scalars of one dtype; with ResourceExhausted if the size does not fit 64
// bits; with Cancelled. O(result).
absl::StatusOr<Tensor> OneHot(const Tensor& indices, int64_t depth,
                              const OneHotOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_ONE_HOT_H_
