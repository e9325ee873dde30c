#ifndef ROWSPLIT_OPS_REDUCE_H_
#define ROWSPLIT_OPS_REDUCE_H_

#include <cstdint>
#include <type_traits>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/ragged_tensor.h"

namespace rowsplit {

struct ReduceOptions {
  // Items of one flat value: the product of the inner shape. The splits count
  // flat values.
  int64_t width = 1;
  ExecOptions exec = {};
};

// The type of a mean: the values' own for floats, double for integers.
template <typename T>
using MeanOf = std::conditional_t<std::is_floating_point_v<T>, T, double>;

// Reductions of each row, item by item: `num_rows * width` items, row after
// row. T is one of int8_t … uint64_t, float, double. The result is the same bit
// for bit on every machine and for any number of threads: floats are added in a
// fixed order, with a width above 1 that of the values.
//
//   Sum(view of {{1, 2, 3}, {}, {4}})           // {6, 0, 4}
//   Mean(the same)                              // {2, NaN, 4}
//   Max(view of {{{1, 9}, {2, 8}}}, {.width = 2})  // {2, 9}
//
// All fail with InvalidArgument if the width is negative or the values end
// before the last split, with ResourceExhausted if the result's size does not
// fit 64 bits, and with Cancelled. O(values + rows).

// An empty row gives 0. Integers wrap.
template <typename T>
absl::StatusOr<Buffer<T>> Sum(RaggedView<T> input,
                              const ReduceOptions& options = {});

// An empty row gives 1. Integers wrap. The values of a row are taken in order.
template <typename T>
absl::StatusOr<Buffer<T>> Prod(RaggedView<T> input,
                               const ReduceOptions& options = {});

// An empty row gives NaN. Of integers the sum is exact and rounded once.
template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Mean(RaggedView<T> input,
                                       const ReduceOptions& options = {});

// An empty row gives the lowest finite value of T. A later value replaces the
// one before it unless that is greater: {NaN, 1} gives 1, {1, NaN} gives NaN.
template <typename T>
absl::StatusOr<Buffer<T>> Max(RaggedView<T> input,
                              const ReduceOptions& options = {});

// Likewise, with the greatest finite value for an empty row.
template <typename T>
absl::StatusOr<Buffer<T>> Min(RaggedView<T> input,
                              const ReduceOptions& options = {});

// The mean square of the distances from the mean (of the population, not of a
// sample), in two passes and in double: {10000, 10001, 10002} gives 2/3. An
// empty row gives NaN.
template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Variance(RaggedView<T> input,
                                           const ReduceOptions& options = {});

// The square root of the variance.
template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Std(RaggedView<T> input,
                                      const ReduceOptions& options = {});

// Whether any, or each, value of a row is true. An empty row gives false for
// Any and true for All.
absl::StatusOr<Buffer<bool>> Any(RaggedView<bool> input,
                                 const ReduceOptions& options = {});
absl::StatusOr<Buffer<bool>> All(RaggedView<bool> input,
                                 const ReduceOptions& options = {});

// Several reductions of the same rows. `count` has one number a row, the others
// `width`.
template <typename T>
struct RowStats {
  Buffer<int64_t> count;
  Buffer<T> sum;
  Buffer<T> min;
  Buffer<T> max;
  Buffer<MeanOf<T>> mean;
  Buffer<MeanOf<T>> variance;
};

// Each as its own function gives it, in one pass over memory.
template <typename T>
absl::StatusOr<RowStats<T>> Stats(RaggedView<T> input,
                                  const ReduceOptions& options = {});

// The same over a tensor's innermost ragged dimension, with the width that its
// inner shape gives: an array of the inner shape for each innermost row.
template <typename T>
absl::StatusOr<Buffer<T>> Sum(const RaggedTensor<T>& input,
                              const ExecOptions& exec = {});
template <typename T>
absl::StatusOr<Buffer<T>> Prod(const RaggedTensor<T>& input,
                               const ExecOptions& exec = {});
template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Mean(const RaggedTensor<T>& input,
                                       const ExecOptions& exec = {});
template <typename T>
absl::StatusOr<Buffer<T>> Max(const RaggedTensor<T>& input,
                              const ExecOptions& exec = {});
template <typename T>
absl::StatusOr<Buffer<T>> Min(const RaggedTensor<T>& input,
                              const ExecOptions& exec = {});
template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Variance(const RaggedTensor<T>& input,
                                           const ExecOptions& exec = {});
template <typename T>
absl::StatusOr<Buffer<MeanOf<T>>> Std(const RaggedTensor<T>& input,
                                      const ExecOptions& exec = {});
template <typename T>
absl::StatusOr<RowStats<T>> Stats(const RaggedTensor<T>& input,
                                  const ExecOptions& exec = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_REDUCE_H_
