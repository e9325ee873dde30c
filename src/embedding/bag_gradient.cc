#include "rowsplit/embedding/bag_gradient.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "embedding/bag_backward.h"
#include "embedding/group_sums.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit {

namespace {

constexpr char kOp[] = "embedding_bag_gradient";

absl::StatusOr<BagGradients> Slices(const EmbeddingTable& table,
                                    const Tensor& ids, const Tensor* weights,
                                    const Tensor& upstream,
                                    const BagGradientOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const internal::Backward backward,
      internal::MakeBackward(kOp, table, ids, weights, upstream, options));
  return internal::EntryGradients(backward, true);
}

absl::StatusOr<BagGradients> Sums(const EmbeddingTable& table,
                                  const Tensor& ids, const Tensor* weights,
                                  const Tensor& upstream,
                                  const BagGradientOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const internal::Backward backward,
      internal::MakeBackward(kOp, table, ids, weights, upstream, options));
  ROWSPLIT_ASSIGN_OR_RETURN(internal::RowSums sums,
                            internal::PrepareRowSums(backward));
  const auto width = static_cast<size_t>(table.width());
  BufferBuilder<float> values(sums.groups.ids.size() * width);
  ROWSPLIT_RETURN_IF_ERROR(internal::ForRowSums(
      backward, sums, [&](const internal::GroupBlock& block) {
        std::copy_n(block.sums, block.ids.size() * width,
                    values.data() + static_cast<size_t>(block.begin) * width);
        return absl::OkStatus();
      }));
  return BagGradients{{sums.groups.ids, std::move(values).Build(),
                       table.num_rows(), table.width()},
                      std::move(sums.weights)};
}

}  // namespace

absl::StatusOr<BagGradients> EmbeddingBagGradient(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& upstream,
    const BagGradientOptions& options) {
  return Slices(table, ids, nullptr, upstream, options);
}

absl::StatusOr<BagGradients> EmbeddingBagGradient(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& weights,
    const Tensor& upstream, const BagGradientOptions& options) {
  return Slices(table, ids, &weights, upstream, options);
}

absl::StatusOr<BagGradients> EmbeddingBagGradientPerId(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& upstream,
    const BagGradientOptions& options) {
  return Sums(table, ids, nullptr, upstream, options);
}

absl::StatusOr<BagGradients> EmbeddingBagGradientPerId(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& weights,
    const Tensor& upstream, const BagGradientOptions& options) {
  return Sums(table, ids, &weights, upstream, options);
}

}  // namespace rowsplit
