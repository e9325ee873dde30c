#include "ops/item_axis.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "ops/positive_axis.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit::internal {

namespace {

// The splits of the first partition in values of the last one.
Buffer<Offset> Compose(std::span<const RowPartition> partitions) {
  if (partitions.size() == 1) return partitions[0].row_splits_buffer();
  Buffer<Offset> splits = partitions[0].row_splits_buffer();
  for (const RowPartition& next : partitions.subspan(1)) {
    BufferBuilder<Offset> composed(splits.size());
    for (size_t i = 0; i < splits.size(); ++i)
      composed[i] = next.row_splits()[splits[i]];
    splits = std::move(composed).Build();
  }
  return splits;
}

}  // namespace

absl::StatusOr<ItemAxis> ItemAxis::Create(std::string_view op,
                                          const Tensor& tensor, int axis) {
  if (!tensor.is_ragged() || tensor.flat_shape().size() != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: input must be ragged and without inner dimensions: ragged rank "
        "%d, rank %d",
        op, tensor.ragged_rank(), tensor.rank()));
  }
  ItemAxis items;
  ROWSPLIT_ASSIGN_OR_RETURN(items.axis_, PositiveAxis(op, axis, tensor.rank()));
  if (items.axis_ == 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: axis must not be the outermost: axis=%d", op, axis));
  }
  const std::span<const RowPartition> partitions = tensor.partitions();
  items.row_splits_ = Compose(partitions.first(items.axis_));
  if (items.axis_ < tensor.ragged_rank())
    items.value_splits_ = Compose(partitions.subspan(items.axis_));
  return items;
}

Tensor ItemAxis::Mask(const Tensor& tensor, BufferBuilder<bool> items) const {
  if (!is_innermost()) {
    for (int64_t item = 0; item < num_items(); ++item)
      items[item] |= begin(item) == end(item);
  }
  const std::span<const RowPartition> partitions =
      tensor.partitions().first(axis_);
  return Tensor::FromPartitionsUnchecked(
      {partitions.begin(), partitions.end()},
      Tensor::Vector(std::move(items).Build()));
}

}  // namespace rowsplit::internal
