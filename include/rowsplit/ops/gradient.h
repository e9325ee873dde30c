#ifndef ROWSPLIT_OPS_GRADIENT_H_
#define ROWSPLIT_OPS_GRADIENT_H_

#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/ragged/tensor.h"

// The vector-Jacobian products of the differentiable ops: from the gradient of
// an op's result (`upstream`) the gradient of its input, a tensor of the
// input's shape. float32 and float64; sums are accumulated in double.
//
// All fail with InvalidArgument if a dtype is another, if `upstream` does not
// have the items of the op's result, or if an axis is out of range. O(items).
namespace rowsplit {

struct ReduceGradientOptions {
  // The axes that the op reduced; all of them if unset. Whether it kept them
  // as dimensions of size 1 makes no difference.
  std::optional<std::vector<int>> axes = std::nullopt;
};

// Of a sum. Uses the input's shape only. An input of a row gets the gradient of
// the row's sum.
//
//   SumGradient({{1, 2}, {}, {3}}, {10, 20, 30}, {.axes = {{1}}})
//   // {{10, 10}, {}, {30}}
absl::StatusOr<Tensor> SumGradient(const Tensor& input, const Tensor& upstream,
                                   const ReduceGradientOptions& options = {});

// Of a mean: as of the sum, divided by the number of values.
absl::StatusOr<Tensor> MeanGradient(const Tensor& input, const Tensor& upstream,
                                    const ReduceGradientOptions& options = {});

// Of a maximum: the gradient goes to the greatest value, in equal parts if
// several are the greatest. A NaN gets none.
//
//   MaxGradient({{1, 5, 5}}, {8}, {.axes = {{1}}})  // {{0, 4, 4}}
absl::StatusOr<Tensor> MaxGradient(const Tensor& input, const Tensor& upstream,
                                   const ReduceGradientOptions& options = {});

// Of log(sum(exp(input))): as of the sum, times the softmax of the input.
absl::StatusOr<Tensor> LogSumExpGradient(
    const Tensor& input, const Tensor& upstream,
    const ReduceGradientOptions& options = {});

// Of a softmax along one axis, from its result `softmax`:
// softmax * (upstream - sum(upstream * softmax)).
absl::StatusOr<Tensor> SoftmaxGradient(const Tensor& softmax,
                                       const Tensor& upstream, int axis = -1);

// Of a gather of the outermost rows of `input`: each row gets the sum of the
// gradients of the places it went to. `indices` is int32 or int64; fails with
// OutOfRange if one is not a row.
//
//   GatherGradient({{1, 2}, {3}}, {1, 0, 1}, {{5}, {6, 7}, {8}})
//   // {{6, 7}, {13}}
absl::StatusOr<Tensor> GatherGradient(const Tensor& input,
                                      const Tensor& indices,
                                      const Tensor& upstream);

// Of a concatenation along `axis`: the gradient of each input.
//
//   ConcatGradient({{{1}, {2, 3}}, {{4, 5}, {}}}, 1, {{6, 7, 8}, {9, 10}})
//   // {{6}, {9, 10}} and {{7, 8}, {}}
absl::StatusOr<std::vector<Tensor>> ConcatGradient(
    std::span<const Tensor> inputs, int axis, const Tensor& upstream);

// Of the conversion to a dense tensor, padded or cut: what was cut off gets 0.
// `upstream` is dense with the rank and inner shape of `input`.
//
//   ToDenseGradient({{1, 2, 3}, {4}}, {{5, 6}, {7, 8}})  // {{5, 6, 0}, {7}}
absl::StatusOr<Tensor> ToDenseGradient(const Tensor& input,
                                       const Tensor& upstream);

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_GRADIENT_H_
