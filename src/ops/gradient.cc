#include "rowsplit/ops/gradient.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::TypeTag;
using internal::VisitFloat;

absl::Status CheckFloats(const char* op, const Tensor& input,
                         const Tensor& upstream) {
  if (input.dtype() != DType::kFloat32 && input.dtype() != DType::kFloat64) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s is not defined for %s: expected float32 or float64",
                        op, DTypeName(input.dtype())));
  }
  if (input.dtype() == upstream.dtype()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: upstream must have the input's dtype: expected %s, got %s", op,
      DTypeName(input.dtype()), DTypeName(upstream.dtype())));
}

absl::Status CheckUpstream(const char* op, const Tensor& upstream,
                           int64_t num_items) {
  if (upstream.num_items() == num_items) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: upstream must have the items of the op's result: expected %d, got "
      "%d",
      op, num_items, upstream.num_items()));
}

absl::StatusOr<int> CheckAxis(const char* op, int axis, int rank) {
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: axis must be in [%d, %d): %d", op, -rank, rank, axis));
}

// Whether each axis is one of those named.
absl::StatusOr<std::vector<bool>> CheckAxes(
    const char* op, const std::optional<std::vector<int>>& axes, int rank) {
  std::vector<bool> is_reduced(rank, !axes.has_value());
  if (!axes.has_value()) return is_reduced;
  for (const int axis : *axes) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int checked, CheckAxis(op, axis, rank));
    is_reduced[checked] = true;
  }
  return is_reduced;
}

// A tensor of the input's shape with these items.
template <typename T>
Tensor WithItems(const Tensor& input, BufferBuilder<T> items) {
  const Buffer<T> built = std::move(items).Build();
  return Tensor::FromPartitionsUnchecked(
      {input.partitions().begin(), input.partitions().end()},
      Tensor::DenseBytesUnchecked(
          input.dtype(),
          Buffer<std::byte>(std::as_bytes(built.span()), built.owner()),
          input.flat_shape()));
}

// The places that a reduction puts its input's items at.
struct Targets {
  std::vector<int64_t> of;  // of each item of the input
  int64_t num_targets;
};

// Goes down one dimension. `nodes` are the targets of the dimension's rows;
// `length(row)` is a row's length. A reduced dimension hands its row's target
// to all children; another one gives each its own, and rows with one target are
// laid over each other.
template <typename Length>
Targets Descend(const Targets& nodes, bool is_reduced, const Length& length) {
  const auto num_rows = static_cast<int64_t>(nodes.of.size());
  Targets children{{}, nodes.num_targets};
  if (is_reduced) {
    for (int64_t row = 0; row < num_rows; ++row)
      children.of.insert(children.of.end(), length(row), nodes.of[row]);
    return children;
  }
  std::vector<int64_t> starts(nodes.num_targets + 1, 0);
  for (int64_t row = 0; row < num_rows; ++row) {
    int64_t& longest = starts[nodes.of[row] + 1];
    longest = std::max(longest, length(row));
  }
  for (int64_t i = 0; i < nodes.num_targets; ++i) starts[i + 1] += starts[i];
  for (int64_t row = 0; row < num_rows; ++row) {
    for (int64_t i = 0; i < length(row); ++i)
      children.of.push_back(starts[nodes.of[row]] + i);
  }
  children.num_targets = starts.back();
  return children;
}

// The same for a uniform dimension: each target has its items, also that of a
// row without values.
absl::StatusOr<Targets> DescendUniform(const Targets& nodes, bool is_reduced,
                                       int64_t size) {
  Targets children{{}, nodes.num_targets};
  if (!is_reduced) {
    ROWSPLIT_ASSIGN_OR_RETURN(children.num_targets,
                              internal::CheckedMul(nodes.num_targets, size));
  }
  children.of.reserve(nodes.of.size() * static_cast<size_t>(size));
  for (const int64_t target : nodes.of) {
    for (int64_t i = 0; i < size; ++i)
      children.of.push_back(is_reduced ? target : target * size + i);
  }
  return children;
}

absl::StatusOr<Targets> ReduceTargets(const Tensor& input,
                                      const std::vector<bool>& is_reduced) {
  Targets targets{{0}, 1};
  if (input.rank() == 0) return targets;
  ROWSPLIT_ASSIGN_OR_RETURN(
      targets, DescendUniform(targets, is_reduced[0], input.num_rows()));
  int axis = 1;
  for (const RowPartition& partition : input.partitions()) {
    targets = Descend(targets, is_reduced[axis++],
                      [&](int64_t row) { return partition.row_length(row); });
  }
  for (const int64_t size : input.inner_shape()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        targets, DescendUniform(targets, is_reduced[axis++], size));
  }
  return targets;
}

// Checks, finds the targets and calls `fill(input items, upstream items,
// targets, output items)` for the dtype.
template <typename Fill>
absl::StatusOr<Tensor> ReduceGradient(
    const char* op, const Tensor& input, const Tensor& upstream,
    const std::optional<std::vector<int>>& axes, bool upstream_is_reduced,
    const Fill& fill) {
  ROWSPLIT_RETURN_IF_ERROR(CheckFloats(op, input, upstream));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<bool> is_reduced,
                            CheckAxes(op, axes, input.rank()));
  // Uniform dimensions of size 0 may stand beside huge ones.
  const bool is_hollow = input.rank() > 0 && input.num_items() == 0 &&
                         (!input.is_ragged() || input.value_items() == 0);
  Targets targets{{}, upstream.num_items()};
  if (!is_hollow) {
    ROWSPLIT_ASSIGN_OR_RETURN(targets, ReduceTargets(input, is_reduced));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckUpstream(
      op, upstream,
      upstream_is_reduced ? targets.num_targets : input.num_items()));
  return VisitFloat(input.dtype(), [&]<typename T>(TypeTag<T>) {
    BufferBuilder<T> output(static_cast<size_t>(input.num_items()));
    fill(input.items<T>(), upstream.items<T>(), targets, output.span());
    return WithItems(input, std::move(output));
  });
}

// Of each target the greatest value and how many there are of it; a NaN is
// never the greatest.
template <typename T>
struct Greatest {
  Greatest(std::span<const T> input, const Targets& targets)
      : value(targets.num_targets, -std::numeric_limits<T>::infinity()),
        count(targets.num_targets, 0) {
    for (size_t i = 0; i < input.size(); ++i) {
      T& greatest = value[targets.of[i]];
      int64_t& equal = count[targets.of[i]];
      if (input[i] > greatest) {
        greatest = input[i];
        equal = 0;
      }
      equal += input[i] == greatest ? 1 : 0;
    }
  }
  std::vector<T> value;
  std::vector<int64_t> count;
};

template <typename T>
void FillLogSumExp(std::span<const T> input, std::span<const T> upstream,
                   const Targets& targets, std::span<T> output) {
  const Greatest<T> greatest(input, targets);
  // Infinities are not subtracted from each other.
  const auto weight = [&](size_t i) {
    const T top = greatest.value[targets.of[i]];
    return std::isinf(top) ? std::exp(double{input[i]})
                           : std::exp(double{input[i]} - double{top});
  };
  std::vector<double> sums(targets.num_targets, 0.0);
  for (size_t i = 0; i < input.size(); ++i) sums[targets.of[i]] += weight(i);
  for (size_t i = 0; i < input.size(); ++i) {
    output[i] = static_cast<T>(upstream[targets.of[i]] * weight(i) /
                               sums[targets.of[i]]);
  }
}

// The items of the nodes at some depth: a node is the whole (depth 0), a row, a
// flat value or a part of one.
struct Nodes {
  int64_t count;
  int64_t scale;                    // items of what the splits count
  std::vector<Offset> splits = {};  // empty: each node is one of these

  Offset begin(int64_t node) const {
    return (splits.empty() ? node : splits[node]) * scale;
  }
  Offset size(int64_t node) const { return begin(node + 1) - begin(node); }
};

absl::StatusOr<Nodes> NodesAt(const Tensor& input, int depth) {
  if (depth == 0) return Nodes{1, input.num_items()};
  const int ragged_rank = input.ragged_rank();
  if (depth <= ragged_rank) {
    const auto own = input.partition(depth - 1).row_splits();
    std::vector<Offset> splits(own.begin(), own.end());
    for (int axis = depth; axis < ragged_rank; ++axis) {
      for (Offset& split : splits)
        split = input.partition(axis).row_splits()[split];
    }
    const auto count = static_cast<int64_t>(splits.size()) - 1;
    return Nodes{count, input.value_items(), std::move(splits)};
  }
  int64_t count = 1;
  for (int axis = 0; axis < depth - ragged_rank; ++axis) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        count, internal::CheckedMul(count, input.flat_shape()[axis]));
  }
  return Nodes{count, count == 0 ? 0 : input.num_items() / count};
}

absl::StatusOr<std::vector<int64_t>> CheckedIndices(const Tensor& indices,
                                                    int64_t num_rows) {
  std::vector<int64_t> checked;
  checked.reserve(static_cast<size_t>(indices.num_items()));
  if (indices.dtype() == DType::kInt32) {
    const auto items = indices.items<int32_t>();
    checked.assign(items.begin(), items.end());
  } else if (indices.dtype() == DType::kInt64) {
    const auto items = indices.items<int64_t>();
    checked.assign(items.begin(), items.end());
  } else {
    return absl::InvalidArgumentError(
        absl::StrFormat("gather_gradient: indices must be int32 or int64: %s",
                        DTypeName(indices.dtype())));
  }
  for (size_t i = 0; i < checked.size(); ++i) {
    if (checked[i] >= 0 && checked[i] < num_rows) continue;
    return absl::OutOfRangeError(
        absl::StrFormat("gather_gradient: indices[%d]=%d is not in [0, %d)", i,
                        checked[i], num_rows));
  }
  return checked;
}

absl::Status CheckConcat(std::span<const Tensor> inputs, int axis,
                         std::span<const Nodes> nodes, const Tensor& upstream) {
  int64_t num_items = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (nodes[i].count != nodes[0].count) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "concat_gradient: inputs must have the same rows along axis %d: "
          "input 0 has %d, input %d has %d",
          axis - 1, nodes[0].count, i, nodes[i].count));
    }
    num_items += inputs[i].num_items();
  }
  return CheckUpstream("concat_gradient", upstream, num_items);
}

// The place in `shape` of each flat value, or -1 if it was cut off.
std::vector<int64_t> DensePlaces(const Tensor& input,
                                 std::span<const int64_t> shape) {
  std::vector<int64_t> places;
  places.reserve(static_cast<size_t>(input.num_rows()));
  for (int64_t row = 0; row < input.num_rows(); ++row)
    places.push_back(row < shape[0] ? row : -1);
  size_t axis = 1;
  for (const RowPartition& partition : input.partitions()) {
    std::vector<int64_t> children;
    children.reserve(static_cast<size_t>(partition.num_values()));
    const int64_t size = shape[axis++];
    for (int64_t row = 0; row < partition.num_rows(); ++row) {
      for (int64_t i = 0; i < partition.row_length(row); ++i) {
        const bool is_kept = places[row] >= 0 && i < size;
        children.push_back(is_kept ? places[row] * size + i : -1);
      }
    }
    places = std::move(children);
  }
  return places;
}

}  // namespace

absl::StatusOr<Tensor> SumGradient(const Tensor& input, const Tensor& upstream,
                                   const ReduceGradientOptions& options) {
  return ReduceGradient(
      "sum_gradient", input, upstream, options.axes, true,
      []<typename T>(std::span<const T>, std::span<const T> upstream,
                     const Targets& targets, std::span<T> output) {
        for (size_t i = 0; i < output.size(); ++i)
          output[i] = upstream[targets.of[i]];
      });
}

absl::StatusOr<Tensor> MeanGradient(const Tensor& input, const Tensor& upstream,
                                    const ReduceGradientOptions& options) {
  return ReduceGradient(
      "mean_gradient", input, upstream, options.axes, true,
      []<typename T>(std::span<const T>, std::span<const T> upstream,
                     const Targets& targets, std::span<T> output) {
        std::vector<int64_t> counts(targets.num_targets, 0);
        for (const int64_t target : targets.of) ++counts[target];
        for (size_t i = 0; i < output.size(); ++i) {
          const int64_t target = targets.of[i];
          output[i] = upstream[target] / static_cast<T>(counts[target]);
        }
      });
}

absl::StatusOr<Tensor> MaxGradient(const Tensor& input, const Tensor& upstream,
                                   const ReduceGradientOptions& options) {
  return ReduceGradient(
      "max_gradient", input, upstream, options.axes, true,
      []<typename T>(std::span<const T> input, std::span<const T> upstream,
                     const Targets& targets, std::span<T> output) {
        const Greatest<T> greatest(input, targets);
        for (size_t i = 0; i < output.size(); ++i) {
          const int64_t target = targets.of[i];
          output[i] =
              input[i] == greatest.value[target]
                  ? upstream[target] / static_cast<T>(greatest.count[target])
                  : T{0};
        }
      });
}

absl::StatusOr<Tensor> LogSumExpGradient(const Tensor& input,
                                         const Tensor& upstream,
                                         const ReduceGradientOptions& options) {
  return ReduceGradient(
      "logsumexp_gradient", input, upstream, options.axes, true,
      []<typename T>(std::span<const T> input, std::span<const T> upstream,
                     const Targets& targets, std::span<T> output) {
        FillLogSumExp(input, upstream, targets, output);
      });
}

absl::StatusOr<Tensor> SoftmaxGradient(const Tensor& softmax,
                                       const Tensor& upstream, int axis) {
  return ReduceGradient(
      "softmax_gradient", softmax, upstream, std::vector<int>{axis}, false,
      []<typename T>(std::span<const T> softmax, std::span<const T> upstream,
                     const Targets& targets, std::span<T> output) {
        std::vector<double> sums(targets.num_targets, 0.0);
        for (size_t i = 0; i < output.size(); ++i)
          sums[targets.of[i]] += double{upstream[i]} * double{softmax[i]};
        for (size_t i = 0; i < output.size(); ++i) {
          output[i] = static_cast<T>(
              softmax[i] * (double{upstream[i]} - sums[targets.of[i]]));
        }
      });
}

absl::StatusOr<Tensor> GatherGradient(const Tensor& input,
                                      const Tensor& indices,
                                      const Tensor& upstream) {
  ROWSPLIT_RETURN_IF_ERROR(CheckFloats("gather_gradient", input, upstream));
  if (input.rank() == 0) {
    return absl::InvalidArgumentError(
        "gather_gradient: input must have a rank of 1 or more");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> rows,
                            CheckedIndices(indices, input.num_rows()));
  ROWSPLIT_ASSIGN_OR_RETURN(const Nodes nodes, NodesAt(input, 1));
  int64_t num_items = 0;
  for (const int64_t row : rows) {
    ROWSPLIT_ASSIGN_OR_RETURN(num_items,
                              internal::CheckedAdd(num_items, nodes.size(row)));
  }
  ROWSPLIT_RETURN_IF_ERROR(
      CheckUpstream("gather_gradient", upstream, num_items));
  return VisitFloat(input.dtype(), [&]<typename T>(TypeTag<T>) {
    std::vector<double> sums(static_cast<size_t>(input.num_items()), 0.0);
    const T* next = upstream.items<T>().data();
    for (const int64_t row : rows) {
      for (Offset i = nodes.begin(row); i < nodes.begin(row + 1); ++i)
        sums[i] += *next++;
    }
    BufferBuilder<T> output(sums.size());
    std::transform(sums.begin(), sums.end(), output.data(),
                   [](double sum) { return static_cast<T>(sum); });
    return WithItems(input, std::move(output));
  });
}

absl::StatusOr<std::vector<Tensor>> ConcatGradient(
    std::span<const Tensor> inputs, int axis, const Tensor& upstream) {
  if (inputs.empty()) {
    return absl::InvalidArgumentError(
        "concat_gradient: inputs must not be empty");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      axis, CheckAxis("concat_gradient", axis, inputs[0].rank()));
  std::vector<Nodes> nodes;
  for (size_t i = 0; i < inputs.size(); ++i) {
    ROWSPLIT_RETURN_IF_ERROR(
        CheckFloats("concat_gradient", inputs[i], upstream));
    if (inputs[i].rank() != inputs[0].rank()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "concat_gradient: inputs must have one rank: input 0 has %d, input "
          "%d has %d",
          inputs[0].rank(), i, inputs[i].rank()));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(Nodes input_nodes, NodesAt(inputs[i], axis));
    nodes.push_back(std::move(input_nodes));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckConcat(inputs, axis, nodes, upstream));
  return VisitFloat(upstream.dtype(), [&]<typename T>(TypeTag<T>) {
    std::vector<BufferBuilder<T>> outputs;
    for (const Tensor& input : inputs)
      outputs.emplace_back(static_cast<size_t>(input.num_items()));
    const T* next = upstream.items<T>().data();
    const int64_t count = upstream.num_items() == 0 ? 0 : nodes[0].count;
    for (int64_t node = 0; node < count; ++node) {
      for (size_t i = 0; i < inputs.size(); ++i) {
        const Offset size = nodes[i].size(node);
        std::copy_n(next, size, outputs[i].data() + nodes[i].begin(node));
        next += size;
      }
    }
    std::vector<Tensor> gradients;
    gradients.reserve(inputs.size());
    for (size_t i = 0; i < inputs.size(); ++i)
      gradients.push_back(WithItems(inputs[i], std::move(outputs[i])));
    return gradients;
  });
}

absl::StatusOr<Tensor> ToDenseGradient(const Tensor& input,
                                       const Tensor& upstream) {
  ROWSPLIT_RETURN_IF_ERROR(CheckFloats("to_dense_gradient", input, upstream));
  const std::vector<int64_t>& shape = upstream.flat_shape();
  if (upstream.is_ragged() || upstream.rank() != input.rank() ||
      input.rank() == 0 ||
      !std::equal(shape.begin() + input.ragged_rank() + 1, shape.end(),
                  input.flat_shape().begin() + 1)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "to_dense_gradient: upstream must be dense with the input's rank and "
        "inner shape: expected rank %d, got %d",
        input.rank(), upstream.rank()));
  }
  if (input.num_items() == 0 || upstream.num_items() == 0) {
    return VisitFloat(input.dtype(), [&]<typename T>(TypeTag<T>) {
      BufferBuilder<T> output(static_cast<size_t>(input.num_items()));
      std::fill_n(output.data(), output.size(), T{0});
      return WithItems(input, std::move(output));
    });
  }
  const std::vector<int64_t> places = DensePlaces(input, shape);
  const int64_t value_items = input.value_items();
  return VisitFloat(input.dtype(), [&]<typename T>(TypeTag<T>) {
    BufferBuilder<T> output(static_cast<size_t>(input.num_items()));
    const T* from = upstream.items<T>().data();
    for (size_t value = 0; value < places.size(); ++value) {
      T* to = output.data() + static_cast<int64_t>(value) * value_items;
      if (places[value] < 0) {
        std::fill_n(to, value_items, T{0});
      } else {
        std::copy_n(from + places[value] * value_items, value_items, to);
      }
    }
    return WithItems(input, std::move(output));
  });
}

}  // namespace rowsplit
