#ifndef ROWSPLIT_SRC_OPS_DENSE_SLICE_H_
#define ROWSPLIT_SRC_OPS_DENSE_SLICE_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ops/slice.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// The places begin, begin + step, … of an axis: `count` of them.
struct AxisRange {
  int64_t begin;
  int64_t count;
  int64_t step;
};

// The places that a range takes of an axis of `size`. Requires a step that is
// not 0.
AxisRange ClampRange(const SliceRange& range, int64_t size);

// InvalidArgument if the step is 0.
absl::Status CheckStep(const SliceRange& range);

// Slice of a dense tensor.
absl::StatusOr<Tensor> SliceDense(const Tensor& input,
                                  std::span<const SliceItem> key,
                                  const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_DENSE_SLICE_H_
