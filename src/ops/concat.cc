#include "rowsplit/ops/concat.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/interleave_rows.h"
#include "ops/positive_axis.h"
#include "ops/reshape.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::CheckedAdd;
using internal::CheckedMul;
using internal::RowGroups;

// Rows whose splits a thread adds at a time.
constexpr int64_t kSplitsGrain = int64_t{1} << 15;

// Whether tensors are joined along an axis or stacked along a new one.
struct Joining {
  const char* op;
  bool stack;
  const ExecOptions& exec;
};

bool AnyRagged(std::span<const Tensor> inputs) {
  return std::any_of(inputs.begin(), inputs.end(),
                     [](const Tensor& input) { return input.is_ragged(); });
}

absl::Status CheckInputs(const char* op, std::span<const Tensor> inputs) {
  if (inputs.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: there must be an input", op));
  }
  const Tensor& front = inputs.front();
  for (size_t i = 1; i < inputs.size(); ++i) {
    if (inputs[i].dtype() != front.dtype()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: inputs must have one dtype: inputs[%d] is %s, inputs[0] is %s",
          op, i, DTypeName(inputs[i].dtype()), DTypeName(front.dtype())));
    }
    if (inputs[i].rank() != front.rank()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: inputs must have one rank: inputs[%d] has %d, "
                          "inputs[0] has %d",
                          op, i, inputs[i].rank(), front.rank()));
    }
  }
  return absl::OkStatus();
}

std::string ShapeText(const std::vector<int64_t>& shape) {
  return absl::StrFormat("[%s]", absl::StrJoin(shape, ", "));
}

absl::StatusOr<int64_t> Product(std::span<const int64_t> sizes) {
  int64_t product = 1;
  for (const int64_t size : sizes) {
    ROWSPLIT_ASSIGN_OR_RETURN(product, CheckedMul(product, size));
  }
  return product;
}

// Joins dense tensors whose items stand in `outer` groups each: shapes that
// are equal but for the size `shape[axis]` of what is joined.
absl::StatusOr<Tensor> JoinDense(std::span<const Tensor> inputs, int axis,
                                 const Joining& joining) {
  std::vector<int64_t> shape = inputs.front().flat_shape();
  const std::span<const int64_t> front = shape;
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t outer, Product(front.first(axis)));
  std::vector<Tensor> flat;
  std::vector<int64_t> lengths;
  int64_t total = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    std::vector<int64_t> same = inputs[i].flat_shape();
    const int64_t length = joining.stack ? 1 : same[axis];
    if (!joining.stack) same[axis] = shape[axis];
    if (same != shape) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: the shapes of dense inputs must be equal%s: inputs[%d] has %s, "
          "inputs[0] has %s",
          joining.op,
          joining.stack ? "" : absl::StrFormat(" but for axis %d", axis), i,
          ShapeText(inputs[i].flat_shape()), ShapeText(shape)));
    }
    std::vector<int64_t> rows(shape.begin() + axis + (joining.stack ? 0 : 1),
                              shape.end());
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_rows,
                              CheckedMul(outer, length));
    rows.insert(rows.begin(), num_rows);
    ROWSPLIT_ASSIGN_OR_RETURN(flat.emplace_back(),
                              internal::Reshape(inputs[i], std::move(rows)));
    lengths.push_back(length);
    ROWSPLIT_ASSIGN_OR_RETURN(total, CheckedAdd(total, length));
  }
  std::vector<RowGroups> sources;
  sources.reserve(flat.size());
  for (size_t i = 0; i < flat.size(); ++i)
    sources.push_back({&flat[i], nullptr, lengths[i]});
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor joined,
      internal::InterleaveRows(sources, outer, joining.exec));
  if (joining.stack) {
    shape.insert(shape.begin() + axis, total);
  } else {
    shape[axis] = total;
  }
  return internal::Reshape(joined, std::move(shape));
}

// The same tensor with `ragged_rank` partitions: uniform ones for leading
// dimensions of the flat values. Requires a rank above `ragged_rank`.
absl::StatusOr<Tensor> RaiseRaggedRank(const Tensor& input, int ragged_rank) {
  std::vector<RowPartition> partitions(input.partitions().begin(),
                                       input.partitions().end());
  std::vector<int64_t> shape = input.flat_shape();
  while (static_cast<int>(partitions.size()) < ragged_rank) {
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_rows,
                              CheckedMul(shape[0], shape[1]));
    ROWSPLIT_ASSIGN_OR_RETURN(
        partitions.emplace_back(),
        RowPartition::FromUniformRowLength(shape[1], shape[0]));
    shape.erase(shape.begin());
    shape[0] = num_rows;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor values,
                            internal::Reshape(input, std::move(shape)));
  return Tensor::FromPartitionsUnchecked(std::move(partitions),
                                         std::move(values));
}

absl::Status CheckInnerShapes(const Joining& joining,
                              std::span<const Tensor> inputs) {
  for (size_t i = 1; i < inputs.size(); ++i) {
    if (inputs[i].inner_shape() == inputs.front().inner_shape()) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: inputs must have one inner shape: inputs[%d] has %s, inputs[0] "
        "has %s",
        joining.op, i, ShapeText(inputs[i].inner_shape()),
        ShapeText(inputs.front().inner_shape())));
  }
  return absl::OkStatus();
}

// All rows of the inputs, one input after the other.
absl::StatusOr<Tensor> JoinRows(std::span<const Tensor> inputs,
                                const Joining& joining) {
  std::vector<RowGroups> sources;
  std::vector<int64_t> lengths;
  for (const Tensor& input : inputs) {
    sources.push_back({&input, nullptr, input.num_rows()});
    lengths.push_back(input.num_rows());
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor rows,
                            internal::InterleaveRows(sources, 1, joining.exec));
  if (!joining.stack) return rows;
  ROWSPLIT_ASSIGN_OR_RETURN(RowPartition partition,
                            RowPartition::FromRowLengths(lengths));
  return Tensor::FromPartition(std::move(partition), std::move(rows));
}

// The splits of rows that are those of the inputs run together.
absl::StatusOr<RowPartition> AddSplits(std::span<const RowGroups> sources,
                                       int64_t num_rows,
                                       const ExecOptions& exec) {
  BufferBuilder<Offset> builder(static_cast<size_t>(num_rows) + 1);
  Offset* const splits = builder.data();
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, num_rows + 1, kSplitsGrain, [&](int64_t begin, int64_t end) {
        std::copy(sources[0].splits + begin, sources[0].splits + end,
                  splits + begin);
        for (const RowGroups& source : sources.subspan(1)) {
          for (int64_t i = begin; i < end; ++i) splits[i] += source.splits[i];
        }
        return absl::OkStatus();
      }));
  return RowPartition::FromRowSplitsUnchecked(std::move(builder).Build());
}

// Row by row: joins the rows of the inputs, or stacks them. `depth` is the axis
// of those rows, for messages.
absl::StatusOr<Tensor> JoinWithinRows(std::span<const Tensor> inputs, int depth,
                                      const Joining& joining) {
  const int64_t num_rows = inputs.front().num_rows();
  for (size_t i = 1; i < inputs.size(); ++i) {
    if (inputs[i].num_rows() == num_rows) continue;
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: inputs must have one number of rows at axis %d: "
                        "inputs[%d] has %d, inputs[0] has %d",
                        joining.op, depth, i, inputs[i].num_rows(), num_rows));
  }
  std::vector<RowGroups> sources;
  if (joining.stack) {
    for (const Tensor& input : inputs) sources.push_back({&input, nullptr, 1});
    ROWSPLIT_ASSIGN_OR_RETURN(
        Tensor rows, internal::InterleaveRows(sources, num_rows, joining.exec));
    ROWSPLIT_ASSIGN_OR_RETURN(
        RowPartition partition,
        RowPartition::FromUniformRowLength(static_cast<int64_t>(inputs.size()),
                                           num_rows));
    return Tensor::FromPartition(std::move(partition), std::move(rows));
  }
  std::vector<Tensor> values;
  int64_t num_values = 0;
  for (const Tensor& input : inputs) {
    values.push_back(input.values());
    ROWSPLIT_ASSIGN_OR_RETURN(num_values,
                              CheckedAdd(num_values, values.back().num_rows()));
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    sources.push_back(
        {&values[i], inputs[i].partition(0).row_splits().data(), 0});
  }
  ROWSPLIT_ASSIGN_OR_RETURN(RowPartition partition,
                            AddSplits(sources, num_rows, joining.exec));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor rows, internal::InterleaveRows(sources, num_rows, joining.exec));
  return Tensor::FromPartition(std::move(partition), std::move(rows));
}

// Tensors of which at least one was ragged, or that are to be stacked as ragged
// ones. Requires one rank and dtype and `axis` in range. `depth` is how many
// dimensions were taken off before.
absl::StatusOr<Tensor> JoinRagged(std::vector<Tensor> inputs, int axis,
                                  int depth, const Joining& joining) {
  const int rank = inputs.front().rank();
  if (joining.stack && rank == 1 && axis == 0) return JoinRows(inputs, joining);
  int ragged_rank = 1;
  for (const Tensor& input : inputs)
    ragged_rank = std::max(ragged_rank, input.ragged_rank());
  // What is uniform stays so only along the last axis, as in TensorFlow.
  const int last = joining.stack ? rank : rank - 1;
  if (!AnyRagged(inputs) && (axis == last || axis == rank - 1))
    return JoinDense(inputs, axis, joining);
  for (Tensor& input : inputs) {
    ROWSPLIT_ASSIGN_OR_RETURN(input, RaiseRaggedRank(input, ragged_rank));
  }
  if (axis <= 1) {
    ROWSPLIT_RETURN_IF_ERROR(CheckInnerShapes(joining, inputs));
    return axis == 0 ? JoinRows(inputs, joining)
                     : JoinWithinRows(inputs, depth, joining);
  }
  RowPartition partition = inputs.front().partition(0);
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!(inputs[i].partition(0) == partition)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: inputs must have equal row splits before the axis: those of "
          "inputs[%d] differ from those of inputs[0] at axis %d",
          joining.op, i, depth + 1));
    }
    inputs[i] = inputs[i].values();
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      JoinRagged(std::move(inputs), axis - 1, depth + 1, joining));
  return Tensor::FromPartition(std::move(partition), std::move(values));
}

}  // namespace

absl::StatusOr<Tensor> Concat(std::span<const Tensor> inputs, int axis,
                              const ConcatOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckInputs("concat", inputs));
  if (inputs.size() == 1) return inputs.front();
  ROWSPLIT_ASSIGN_OR_RETURN(
      axis, internal::PositiveAxis("concat", axis, inputs.front().rank()));
  const Joining joining = {"concat", false, options.exec};
  if (!AnyRagged(inputs)) return JoinDense(inputs, axis, joining);
  return JoinRagged({inputs.begin(), inputs.end()}, axis, 0, joining);
}

absl::StatusOr<Tensor> Stack(std::span<const Tensor> inputs, int axis,
                             const StackOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckInputs("stack", inputs));
  ROWSPLIT_ASSIGN_OR_RETURN(
      axis, internal::PositiveAxis("stack", axis, inputs.front().rank() + 1));
  const Joining joining = {"stack", true, options.exec};
  if (!options.ragged && !AnyRagged(inputs))
    return JoinDense(inputs, axis, joining);
  return JoinRagged({inputs.begin(), inputs.end()}, axis, 0, joining);
}

}  // namespace rowsplit
