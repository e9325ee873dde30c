#include "rowsplit/ops/boolean_mask.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "ops/gather_rows.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

// The runs of true values.
std::vector<internal::RowRange> TrueRuns(std::span<const uint8_t> mask) {
  std::vector<internal::RowRange> runs;
  const auto size = static_cast<int64_t>(mask.size());
  for (int64_t begin = 0; begin < size;) {
    if (mask[begin] == 0) {
      ++begin;
      continue;
    }
    int64_t end = begin + 1;
    while (end < size && mask[end] != 0) ++end;
    runs.push_back({begin, end - begin});
    begin = end;
  }
  return runs;
}

RowPartition CountTrue(const RowPartition& rows,
                       std::span<const uint8_t> mask) {
  const std::span<const Offset> splits = rows.row_splits();
  BufferBuilder<Offset> counts(splits.size());
  counts[0] = 0;
  Offset count = 0;
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    for (Offset i = splits[row]; i < splits[row + 1]; ++i)
      count += mask[i] != 0;
    counts[row + 1] = count;
  }
  return RowPartition::FromRowSplitsUnchecked(std::move(counts).Build());
}

absl::Status CheckArguments(const Tensor& data, const Tensor& mask) {
  if (mask.dtype() != DType::kBool) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "boolean_mask: mask must be bool, got %s", DTypeName(mask.dtype())));
  }
  if (mask.rank() == 0) {
    return absl::InvalidArgumentError(
        "boolean_mask: mask must not be a scalar");
  }
  const bool deeper = data.is_ragged() && mask.is_ragged() &&
                      mask.ragged_rank() > data.ragged_rank();
  if (mask.rank() > data.rank() || deeper) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "boolean_mask: the axes of mask must be the first of data: mask has "
        "rank %d and ragged rank %d, data %d and %d",
        mask.rank(), mask.ragged_rank(), data.rank(), data.ragged_rank()));
  }
  return absl::OkStatus();
}

// Both have partitions for all axes of the mask but the first.
absl::Status CheckAxes(const Tensor& data, const Tensor& mask) {
  for (int axis = 0; axis < mask.ragged_rank(); ++axis) {
    if (data.partition(axis) == mask.partition(axis)) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "boolean_mask: the axes of mask must be the first of data: the rows of "
        "axis %d differ",
        axis + 1));
  }
  if (mask.ragged_rank() > 0 || data.num_rows() == mask.num_rows())
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "boolean_mask: the axes of mask must be the first of data: mask has %d "
      "rows, data %d",
      mask.num_rows(), data.num_rows()));
}

}  // namespace

absl::StatusOr<Tensor> BooleanMask(const Tensor& data, const Tensor& mask,
                                   const BooleanMaskOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckArguments(data, mask));
  const int depth = mask.rank() - 1;
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor places,
                            internal::WithRaggedRank(mask, depth));
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor rows, internal::WithRaggedRank(data, depth));
  ROWSPLIT_RETURN_IF_ERROR(CheckAxes(rows, places));
  std::vector<RowPartition> kept(rows.partitions().begin(),
                                 rows.partitions().begin() + depth);
  // Borrowed memory may hold other bytes than 0 and 1.
  const std::span<const uint8_t> taken = places.items<uint8_t>();
  if (depth > 0) kept.back() = CountTrue(kept.back(), taken);
  for (int axis = 0; axis < depth; ++axis) rows = rows.values();
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor selected,
      internal::SelectRows(rows, TrueRuns(taken), options.exec));
  return Tensor::FromPartitions(std::move(kept), std::move(selected));
}

}  // namespace rowsplit
