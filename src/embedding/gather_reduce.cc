#include "rowsplit/embedding/gather_reduce.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
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
#include "embedding/bag_rows.h"
#include "ops/index_tensor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/embedding_lookup.h"

namespace rowsplit {

namespace {

struct Fused {
  BagMode mode;
  float of_nothing;
};

// How a bag reduces what `op` does, if it can. It needs ragged rows of single
// ids: what Reduce gives of an empty dense axis differs.
std::optional<Fused> FuseWithGather(const Tensor& ids, ReduceOp op,
                                    const ReduceAxesOptions& options) {
  const int innermost = ids.rank() - 1;
  if (!ids.is_ragged() || ids.flat_shape().size() != 1 || !options.axes ||
      options.axes->size() != 1 || options.keepdims || options.initial) {
    return std::nullopt;
  }
  const int axis = options.axes->front();
  // The gathered rows have a rank more than the ids.
  if (axis != innermost && axis + ids.rank() + 1 != innermost)
    return std::nullopt;
  constexpr float kMost = std::numeric_limits<float>::max();
  switch (op) {
    case ReduceOp::kSum:
      return Fused{BagMode::kSum, 0};
    case ReduceOp::kMean:
      return Fused{BagMode::kMean, std::numeric_limits<float>::quiet_NaN()};
    case ReduceOp::kMax:
      return Fused{BagMode::kMax, -kMost};
    case ReduceOp::kMin:
      return Fused{BagMode::kMin, kMost};
    default:
      return std::nullopt;
  }
}

absl::Status CheckIds(std::span<const int64_t> ids, int64_t num_rows) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] >= 0 && ids[i] < num_rows) continue;
    return absl::InvalidArgumentError(
        absl::StrFormat("gather_reduce: ids must be in [0, %d): %d at position "
                        "%d",
                        num_rows, ids[i], i));
  }
  return absl::OkStatus();
}

absl::StatusOr<Tensor> ReduceBags(const EmbeddingTable& table,
                                  const Tensor& ids, const Fused& fused,
                                  const ExecOptions& exec) {
  const std::span<const Offset> splits = ids.partitions().back().row_splits();
  const auto num_bags = static_cast<int64_t>(splits.size()) - 1;
  std::vector<int64_t> shape = {num_bags, table.width()};
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const internal::BagReducer reducer,
      internal::BagReducer::Create(table, BagOptions{.mode = fused.mode}));
  BufferBuilder<float> output(static_cast<size_t>(num_bags * table.width()));
  ROWSPLIT_RETURN_IF_ERROR(reducer.ReduceAll(
      {.ids = ids.items<int64_t>(), .splits = splits}, exec, output.data()));
  for (int64_t bag = 0; bag < num_bags; ++bag) {
    if (splits[bag] != splits[bag + 1]) continue;
    std::fill_n(output.data() + bag * table.width(), table.width(),
                fused.of_nothing);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor rows, Tensor::Dense(std::move(output).Build(), std::move(shape)));
  return Tensor::FromPartitionsUnchecked(
      {ids.partitions().begin(), ids.partitions().end() - 1}, std::move(rows));
}

}  // namespace

absl::StatusOr<Tensor> GatherReduce(const EmbeddingTable& table,
                                    const Tensor& ids, ReduceOp op,
                                    const ReduceAxesOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows,
                            internal::AsIndices("gather_reduce", ids));
  ROWSPLIT_RETURN_IF_ERROR(CheckIds(rows.items<int64_t>(), table.num_rows()));
  if (const std::optional<Fused> fused = FuseWithGather(rows, op, options))
    return ReduceBags(table, rows, *fused, options.exec);
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor gathered,
      EmbeddingLookup(table, rows, {.exec = options.exec}));
  return Reduce(gathered, op, options);
}

absl::StatusOr<Tensor> GatherReduce(const Tensor& table, const Tensor& ids,
                                    ReduceOp op,
                                    const ReduceAxesOptions& options) {
  if (table.dtype() == DType::kFloat32 && !table.is_ragged() &&
      table.rank() == 2) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const EmbeddingTable rows,
        EmbeddingTable::FromValues(table.buffer<float>(), table.num_rows(),
                                   table.value_items()));
    return GatherReduce(rows, ids, op, options);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor gathered,
      EmbeddingLookup({table}, ids, {.exec = options.exec}));
  return Reduce(gathered, op, options);
}

}  // namespace rowsplit
