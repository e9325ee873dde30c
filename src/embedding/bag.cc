#include "rowsplit/embedding/bag.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "embedding/bag_arguments.h"
#include "embedding/bag_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

constexpr char kOp[] = "embedding bag";

// The bags of an id tensor's innermost axis, and the result's shape.
struct Bags {
  Buffer<Offset> splits;
  std::vector<RowPartition> partitions;
  std::vector<int64_t> flat_shape;
};

absl::StatusOr<Bags> BagsOf(const Tensor& ids, int64_t width) {
  if (ids.dtype() != DType::kInt32 && ids.dtype() != DType::kInt64) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: ids must be int32 or int64: %s", kOp, DTypeName(ids.dtype())));
  }
  Bags bags;
  bags.partitions.assign(ids.partitions().begin(), ids.partitions().end());
  bags.flat_shape = ids.flat_shape();
  if (ids.is_ragged() && bags.flat_shape.size() == 1) {
    bags.flat_shape[0] = bags.partitions.back().num_rows();
    bags.partitions.pop_back();
  } else if (ids.rank() > 0) {
    bags.flat_shape.pop_back();
  }
  bags.flat_shape.push_back(width);
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(bags.flat_shape));
  ROWSPLIT_ASSIGN_OR_RETURN(bags.splits, internal::BagSplits(kOp, ids));
  return bags;
}

absl::Status CheckQueries(const Bags& bags, const Tensor& queries) {
  if (queries.dtype() != DType::kFloat32) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding bag: queries must be float32: %s",
                        DTypeName(queries.dtype())));
  }
  if (queries.flat_shape() != bags.flat_shape ||
      !std::equal(queries.partitions().begin(), queries.partitions().end(),
                  bags.partitions.begin(), bags.partitions.end())) {
    return absl::InvalidArgumentError(
        "embedding bag: queries must have the shape of the result: that of the "
        "ids with the table's width as its innermost axis");
  }
  return absl::OkStatus();
}

absl::StatusOr<Tensor> Reduce(const internal::BagReducer& reducer, Bags bags,
                              const Tensor& ids, const float* weights,
                              const float* queries, const ExecOptions& exec) {
  const auto num_bags = static_cast<int64_t>(bags.splits.size()) - 1;
  BufferBuilder<float> output(static_cast<size_t>(num_bags * reducer.width()));
  const internal::BagBlock block{
      .ids = ids.dtype() == DType::kInt32
                 ? internal::IdSpan(ids.items<int32_t>())
                 : internal::IdSpan(ids.items<int64_t>()),
      .splits = bags.splits.span(),
      .weights = weights,
      .queries = queries};
  ROWSPLIT_RETURN_IF_ERROR(reducer.ReduceAll(block, exec, output.data()));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      Tensor::Dense(std::move(output).Build(), std::move(bags.flat_shape)));
  return Tensor::FromPartitionsUnchecked(std::move(bags.partitions),
                                         std::move(values));
}

absl::StatusOr<Tensor> Bag(const EmbeddingTable& table, const Tensor& ids,
                           const float* weights, const BagOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(Bags bags, BagsOf(ids, table.width()));
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::BagReducer reducer,
                            internal::BagReducer::Create(table, options));
  return Reduce(reducer, std::move(bags), ids, weights, nullptr, options.exec);
}

absl::StatusOr<Tensor> Attention(const EmbeddingTable& table, const Tensor& ids,
                                 const Tensor& queries, const float* weights,
                                 const AttentionOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(Bags bags, BagsOf(ids, table.width()));
  ROWSPLIT_RETURN_IF_ERROR(CheckQueries(bags, queries));
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::BagReducer reducer,
                            internal::BagReducer::Create(table, options));
  return Reduce(reducer, std::move(bags), ids, weights,
                queries.items<float>().data(), options.exec);
}

}  // namespace

absl::StatusOr<Tensor> EmbeddingBag(const EmbeddingTable& table,
                                    const Tensor& ids,
                                    const BagOptions& options) {
  return Bag(table, ids, nullptr, options);
}

absl::StatusOr<Tensor> EmbeddingBag(const EmbeddingTable& table,
                                    const Tensor& ids, const Tensor& weights,
                                    const BagOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckBagWeights(kOp, ids, weights));
  return Bag(table, ids, weights.items<float>().data(), options);
}

absl::StatusOr<Tensor> AttentionBag(const EmbeddingTable& table,
                                    const Tensor& ids, const Tensor& queries,
                                    const AttentionOptions& options) {
  return Attention(table, ids, queries, nullptr, options);
}

absl::StatusOr<Tensor> AttentionBag(const EmbeddingTable& table,
                                    const Tensor& ids, const Tensor& queries,
                                    const Tensor& weights,
                                    const AttentionOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckBagWeights(kOp, ids, weights));
  return Attention(table, ids, queries, weights.items<float>().data(), options);
}

}  // namespace rowsplit
