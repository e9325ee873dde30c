#ifndef ROWSPLIT_OPS_REDUCE_AXES_H_
#define ROWSPLIT_OPS_REDUCE_AXES_H_

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

enum class ReduceOp {
  kSum,
  kProd,
  kMean,
  kMax,
  kMin,
  kAny,
  kAll,
  kVariance,
  kStd,
  kLogSumExp,
};

// "reduce_sum", "reduce_logsumexp", …: TensorFlow's names.
std::string_view ReduceOpName(ReduceOp op);

struct ReduceAxesOptions {
  // The axes to fold; negative ones count from the end. Absent means all of
  // them, an empty list none.
  std::optional<std::vector<int>> axes = std::nullopt;
  // Keeps a folded axis with size 1.
  bool keepdims = false;
  // One more value in every group, so that an empty one gives it. For kSum,
  // kProd, kMax, kMin and kLogSumExp; it must be a value of the dtype.
  std::optional<double> initial = std::nullopt;
  ExecOptions exec = {};
};

// Folds any axes of a dense or ragged tensor. Rows that an outer axis puts
// together are aligned by position: row p of the result is as long as the
// longest of them.
//
//   // t = [[3, 1, 4], [], [1, 5]]
//   Reduce(t, ReduceOp::kSum, {.axes = {{1}}})   // [8, 0, 6]
//   Reduce(t, ReduceOp::kSum, {.axes = {{0}}})   // [4, 6, 4]
//   Reduce(t, ReduceOp::kMax)                    // 5
//   Reduce(t, ReduceOp::kMean, {.axes = {{1}}})  // float64 [2.67, NaN, 3]
//
// Groups without a value: sum 0, prod 1, any false, all true, logsumexp -inf;
// mean, variance and std NaN; max the lowest finite value of the dtype over a
// ragged axis and -inf over a dense one or over all axes (min likewise).
//
// Sum, prod, max and min keep the dtype and take numbers; integers wrap. Any
// and all give bool; a dense tensor must be bool, of a ragged one every number
// but zero is true. Mean, variance and std of integers in a ragged tensor are
// float32 for 8 and 16 bits, else float64; the mean of integers in a dense one
// keeps the dtype and is cut towards zero. Logsumexp takes floats. Variance is
// that of the population, in two passes.
//
// InvalidArgument: an axis out of range or given twice, a dtype without this
// reduction, an `initial` that does not fit. Cancelled. O(items + rows) for
// each axis.
absl::StatusOr<Tensor> Reduce(const Tensor& input, ReduceOp op,
                              const ReduceAxesOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_REDUCE_AXES_H_
