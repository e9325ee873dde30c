#ifndef ROWSPLIT_OPS_SLIDING_WINDOW_H_
#define ROWSPLIT_OPS_SLIDING_WINDOW_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct SlidingWindowOptions {
  // Items in a window. Must be set.
  int64_t width = 0;
  // The axis that the windows slide along; negative ones count from the end.
  int axis = -1;
  ExecOptions exec = {};
};

// All runs of `width` items along an axis, as tf_text.sliding_window: a new
// axis of that size behind it. A row shorter than the window has none. Of any
// dtype; the new axis is uniform, and an inner dimension if `axis` is the
// innermost ragged one or lies in the flat values.
//
//   SlidingWindow({{1, 2, 3}, {4}}, {.width = 2})  // {{{1, 2}, {2, 3}}, {}}
//   SlidingWindow({1, 2, 3}, {.width = 2})         // dense {{1, 2}, {2, 3}}
//
// Fails with InvalidArgument for a width below 1 or an axis out of range; with
// ResourceExhausted if a size does not fit 64 bits; with Cancelled. O(result).
absl::StatusOr<Tensor> SlidingWindow(const Tensor& data,
                                     const SlidingWindowOptions& options);

enum class NgramReduction { kSum, kMean };

// The sum or mean of each window, as tf_text.ngrams with Reduction.SUM or MEAN:
// the windows of `SlidingWindow`, folded by `Reduce`, whose dtypes they have.
// Where the items of a window are ragged rows, they are aligned by position.
//
//   ReduceNgrams({{1, 2, 3}, {4}}, NgramReduction::kSum, {.width = 2})
//   // {{3, 5}, {}}
//
// Fails as SlidingWindow, and with InvalidArgument unless the items are
// numbers. O(items * width).
absl::StatusOr<Tensor> ReduceNgrams(const Tensor& data,
                                    NgramReduction reduction,
                                    const SlidingWindowOptions& options);

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_SLIDING_WINDOW_H_
