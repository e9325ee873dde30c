#include "embedding/bag_arguments.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit::internal {

namespace {

absl::Status CheckRow(const char* op, const char* name, int64_t row,
                      int64_t num_rows) {
  if (row >= 0 && row < num_rows) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: %s must be a row of the table, in [0, %d): %d", op,
                      name, num_rows, row));
}

}  // namespace

absl::Status CheckBagOptions(const char* op, int64_t num_rows,
                             const BagOptions& options) {
  if (options.out_of_range == OutOfRangeIds::kRow) {
    ROWSPLIT_RETURN_IF_ERROR(
        CheckRow(op, "out_of_range_row", options.out_of_range_row, num_rows));
  }
  if (options.empty_row.has_value()) {
    ROWSPLIT_RETURN_IF_ERROR(
        CheckRow(op, "empty_row", *options.empty_row, num_rows));
  }
  if (options.max_norm.has_value() && !(*options.max_norm >= 0)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: max_norm must not be negative: %g", op, *options.max_norm));
  }
  return absl::OkStatus();
}

absl::Status CheckBagWeights(const char* op, const Tensor& ids,
                             const Tensor& weights) {
  if (weights.dtype() != DType::kFloat32) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: weights must be float32: %s", op, DTypeName(weights.dtype())));
  }
  if (weights.flat_shape() == ids.flat_shape() &&
      std::equal(weights.partitions().begin(), weights.partitions().end(),
                 ids.partitions().begin(), ids.partitions().end())) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: weights must have the shape of the ids: expected %d items of rank "
      "%d, got %d of rank %d",
      op, ids.num_items(), ids.rank(), weights.num_items(), weights.rank()));
}

absl::StatusOr<Buffer<Offset>> BagSplits(const char* op, const Tensor& ids) {
  if (ids.rank() == 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: ids must have an axis to reduce: rank 0", op));
  }
  if (ids.is_ragged() && ids.flat_shape().size() == 1)
    return ids.partition(ids.ragged_rank() - 1).row_splits_buffer();
  const int64_t length = ids.flat_shape().back();
  int64_t num_bags = 1;
  for (size_t axis = 0; axis + 1 < ids.flat_shape().size(); ++axis)
    num_bags *= ids.flat_shape()[axis];
  BufferBuilder<Offset> splits(static_cast<size_t>(num_bags) + 1);
  for (int64_t bag = 0; bag <= num_bags; ++bag) splits[bag] = bag * length;
  return std::move(splits).Build();
}

}  // namespace rowsplit::internal
