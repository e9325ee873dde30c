#include "rowsplit/ragged/row_partition.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "core/try_allocate.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit {

namespace {

// `name` is what the caller gave: row_splits, row_starts or row_limits.
absl::Status CheckNotDecreasing(const char* name,
                                std::span<const Offset> positions) {
  for (size_t i = 1; i < positions.size(); ++i) {
    if (positions[i] < positions[i - 1]) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s must not decrease: %s[%d]=%d after %s[%d]=%d", name, name, i,
          positions[i], name, i - 1, positions[i - 1]));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRowSplits(std::span<const Offset> row_splits) {
  if (row_splits.empty()) {
    return absl::InvalidArgumentError(
        "row_splits must have at least one element, got none");
  }
  if (row_splits[0] != 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "row_splits must start at 0: row_splits[0]=%d", row_splits[0]));
  }
  return CheckNotDecreasing("row_splits", row_splits);
}

}  // namespace

RowPartition::RowPartition() : row_splits_({0}) {}

absl::StatusOr<RowPartition> RowPartition::FromRowSplits(
    std::span<const Offset> row_splits) {
  return FromRowSplits(Buffer<Offset>::Copy(row_splits));
}

absl::StatusOr<RowPartition> RowPartition::FromRowSplits(
    Buffer<Offset> row_splits) {
  ROWSPLIT_RETURN_IF_ERROR(CheckRowSplits(row_splits.span()));
  return RowPartition(std::move(row_splits));
}

RowPartition RowPartition::FromRowSplitsUnchecked(Buffer<Offset> row_splits) {
  return RowPartition(std::move(row_splits));
}

absl::StatusOr<RowPartition> RowPartition::FromRowLengths(
    std::span<const int64_t> row_lengths) {
  BufferBuilder<Offset> row_splits(row_lengths.size() + 1);
  row_splits[0] = 0;
  for (size_t row = 0; row < row_lengths.size(); ++row) {
    const int64_t length = row_lengths[row];
    if (length < 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "row_lengths must not be negative: row_lengths[%d]=%d", row, length));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(row_splits[row + 1],
                              internal::CheckedAdd(row_splits[row], length));
  }
  return RowPartition(std::move(row_splits).Build());
}

absl::StatusOr<RowPartition> RowPartition::FromRowStarts(
    std::span<const Offset> row_starts, int64_t num_values) {
  if (row_starts.empty()) {
    if (num_values == 0) return RowPartition();
    return absl::InvalidArgumentError(absl::StrFormat(
        "no row_starts, but %d values: no row holds them", num_values));
  }
  // Copied before the check: borrowed memory may change in between.
  BufferBuilder<Offset> row_splits(row_starts.size() + 1);
  std::copy(row_starts.begin(), row_starts.end(), row_splits.data());
  row_splits[row_starts.size()] = num_values;
  const std::span<const Offset> starts(row_splits.data(), row_starts.size());
  if (starts[0] != 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "row_starts must start at 0: row_starts[0]=%d", starts[0]));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckNotDecreasing("row_starts", starts));
  if (starts.back() > num_values) {
    return absl::InvalidArgumentError(
        absl::StrFormat("row_starts must not pass the number of values: "
                        "row_starts[%d]=%d, %d values",
                        starts.size() - 1, starts.back(), num_values));
  }
  return RowPartition(std::move(row_splits).Build());
}

absl::StatusOr<RowPartition> RowPartition::FromRowLimits(
    std::span<const Offset> row_limits) {
  BufferBuilder<Offset> row_splits(row_limits.size() + 1);
  row_splits[0] = 0;
  std::copy(row_limits.begin(), row_limits.end(), row_splits.data() + 1);
  const std::span<const Offset> limits(row_splits.data() + 1,
                                       row_limits.size());
  if (!limits.empty() && limits[0] < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "row_limits must not be negative: row_limits[0]=%d", limits[0]));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckNotDecreasing("row_limits", limits));
  return RowPartition(std::move(row_splits).Build());
}

absl::StatusOr<RowPartition> RowPartition::FromRowIds(
    std::span<const int64_t> row_ids, int64_t num_rows) {
  if (num_rows < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("num_rows must not be negative: %d", num_rows));
  }
  ROWSPLIT_RETURN_IF_ERROR(CheckNotDecreasing("row_ids", row_ids));
  if (!row_ids.empty() && (row_ids.front() < 0 || row_ids.back() >= num_rows)) {
    const size_t wrong = row_ids.front() < 0 ? 0 : row_ids.size() - 1;
    return absl::InvalidArgumentError(absl::StrFormat(
        "row_ids must be in [0, num_rows): row_ids[%d]=%d, num_rows=%d", wrong,
        row_ids[wrong], num_rows));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_splits,
                            internal::CheckedAdd(num_rows, 1));
  ROWSPLIT_ASSIGN_OR_RETURN(
      BufferBuilder<Offset> row_splits,
      internal::TryAllocate<Offset>(num_splits, "row splits"));
  size_t value = 0;
  for (int64_t row = 0; row < num_rows; ++row) {
    row_splits[row] = static_cast<Offset>(value);
    while (value < row_ids.size() && row_ids[value] == row) ++value;
  }
  row_splits[num_rows] = static_cast<Offset>(value);
  return RowPartition(std::move(row_splits).Build());
}

absl::StatusOr<RowPartition> RowPartition::FromRowIds(
    std::span<const int64_t> row_ids) {
  if (row_ids.empty()) return RowPartition();
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_rows,
                            internal::CheckedAdd(row_ids.back(), 1));
  return FromRowIds(row_ids, std::max<int64_t>(num_rows, 0));
}

absl::StatusOr<RowPartition> RowPartition::FromSegmentIds(
    std::span<const int64_t> segment_ids, std::optional<int64_t> num_segments) {
  int64_t greatest = -1;
  for (size_t i = 0; i < segment_ids.size(); ++i) {
    if (segment_ids[i] < 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "segment_ids must not be negative: segment_ids[%d]=%d", i,
          segment_ids[i]));
    }
    greatest = std::max(greatest, segment_ids[i]);
  }
  if (num_segments.has_value() && *num_segments < 0) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "num_segments must not be negative: %d", *num_segments));
  }
  if (!num_segments.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(num_segments, internal::CheckedAdd(greatest, 1));
  }
  const int64_t num_rows = *num_segments;
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_splits,
                            internal::CheckedAdd(num_rows, 1));
  ROWSPLIT_ASSIGN_OR_RETURN(
      BufferBuilder<Offset> row_splits,
      internal::TryAllocate<Offset>(num_splits, "row splits"));
  std::fill(row_splits.data(), row_splits.data() + num_splits, 0);
  for (const int64_t id : segment_ids) {
    if (id < num_rows) ++row_splits[id + 1];
  }
  for (int64_t row = 0; row < num_rows; ++row) {
    row_splits[row + 1] += row_splits[row];
  }
  return RowPartition(std::move(row_splits).Build());
}

absl::StatusOr<RowPartition> RowPartition::FromUniformRowLength(
    int64_t row_length, int64_t num_rows) {
  if (row_length < 0 || num_rows < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("row_length and num_rows must not be negative: "
                        "row_length=%d, num_rows=%d",
                        row_length, num_rows));
  }
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckedMul(row_length, num_rows).status());
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_splits,
                            internal::CheckedAdd(num_rows, 1));
  ROWSPLIT_ASSIGN_OR_RETURN(
      BufferBuilder<Offset> row_splits,
      internal::TryAllocate<Offset>(num_splits, "row splits"));
  for (int64_t row = 0; row <= num_rows; ++row)
    row_splits[row] = row * row_length;
  return RowPartition(std::move(row_splits).Build());
}

Buffer<int64_t> RowPartition::MakeRowIds() const {
  BufferBuilder<int64_t> row_ids(num_values());
  for (int64_t row = 0; row < num_rows(); ++row) {
    std::fill(row_ids.data() + row_splits_[row],
              row_ids.data() + row_splits_[row + 1], row);
  }
  return std::move(row_ids).Build();
}

Buffer<int64_t> RowPartition::MakeRowLengths() const {
  BufferBuilder<int64_t> row_lengths(num_rows());
  for (int64_t row = 0; row < num_rows(); ++row)
    row_lengths[row] = row_length(row);
  return std::move(row_lengths).Build();
}

bool operator==(const RowPartition& a, const RowPartition& b) {
  const std::span<const Offset> x = a.row_splits();
  const std::span<const Offset> y = b.row_splits();
  return x.size() == y.size() &&
         (x.data() == y.data() || std::equal(x.begin(), x.end(), y.begin()));
}

}  // namespace rowsplit
