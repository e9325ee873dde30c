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
// row. T is float, double, int32_t or int64_t. The values of a row are taken in
// order, so the result is the same bit for bit on every machine and for any
// number of threads.
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

// The same over a tensor's innermost ragged dimension, with the width that its
// inner shape gives: an array of the inner shape for each innermost row.
template <typename T>
absl::StatusOr<Buffer<T>> Sum(const RaggedTensor<T>& input,
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

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_REDUCE_H_
