#ifndef ROWSPLIT_RAGGED_ROW_PARTITION_H_
#define ROWSPLIT_RAGGED_ROW_PARTITION_H_

#include <cstdint>
#include <optional>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit {

// One ragged dimension: `num_rows() + 1` row splits that start at 0 and never
// decrease. Row `r` holds the values [row_splits[r], row_splits[r + 1]). A
// RowPartition exists only if its splits are valid, so ops need not check them.
// Immutable; copies share memory.
//
// The factories take what tf.RowPartition's take, and fail with
// InvalidArgument, naming the first wrong position.
class RowPartition {
 public:
  // No rows.
  RowPartition();

  // {0, 2, 2, 5} -> rows of 2, 0 and 3 values. Copies the splits. O(rows).
  static absl::StatusOr<RowPartition> FromRowSplits(
      std::span<const Offset> row_splits);
  // As above, without a copy. The memory must stay unchanged.
  static absl::StatusOr<RowPartition> FromRowSplits(Buffer<Offset> row_splits);
  // Requires valid splits.
  static RowPartition FromRowSplitsUnchecked(Buffer<Offset> row_splits);
  // {2, 0, 3} -> row_splits {0, 2, 2, 5}.
  static absl::StatusOr<RowPartition> FromRowLengths(
      std::span<const int64_t> row_lengths);
  // {0, 2, 2} over 5 values -> row_splits {0, 2, 2, 5}.
  static absl::StatusOr<RowPartition> FromRowStarts(
      std::span<const Offset> row_starts, int64_t num_values);
  // {2, 2, 5} -> row_splits {0, 2, 2, 5}.
  static absl::StatusOr<RowPartition> FromRowLimits(
      std::span<const Offset> row_limits);
  // {0, 0, 2, 2, 2} with 4 rows -> row_splits {0, 2, 2, 5, 5}.
  static absl::StatusOr<RowPartition> FromRowIds(
      std::span<const int64_t> row_ids, int64_t num_rows);
  // The same with as many rows as the last id needs: {0, 0, 2} -> {0, 2, 2, 3}.
  static absl::StatusOr<RowPartition> FromRowIds(
      std::span<const int64_t> row_ids);
  // Counts ids in any order, as tf.ragged.segment_ids_to_row_splits:
  // {2, 0, 2} -> row_splits {0, 1, 1, 3}. With `num_segments` there are that
  // many rows, and greater ids are dropped; without, as many as the greatest id
  // needs. Fails with InvalidArgument for a negative id. O(ids + rows).
  static absl::StatusOr<RowPartition> FromSegmentIds(
      std::span<const int64_t> segment_ids,
      std::optional<int64_t> num_segments = std::nullopt);
  // 2 rows of 3 -> row_splits {0, 3, 6}.
  static absl::StatusOr<RowPartition> FromUniformRowLength(int64_t row_length,
                                                           int64_t num_rows);

  int64_t num_rows() const {
    return static_cast<int64_t>(row_splits_.size()) - 1;
  }
  int64_t num_values() const { return row_splits_[row_splits_.size() - 1]; }
  std::span<const Offset> row_splits() const { return row_splits_.span(); }
  const Buffer<Offset>& row_splits_buffer() const { return row_splits_; }

  // Requires `0 <= row < num_rows()`.
  int64_t row_length(int64_t row) const {
    return row_splits_[row + 1] - row_splits_[row];
  }

  // The row of each value: {0, 2, 2, 5} -> {0, 0, 2, 2, 2}. O(values).
  Buffer<int64_t> MakeRowIds() const;
  // The length of each row: {0, 2, 2, 5} -> {2, 0, 3}. O(rows).
  Buffer<int64_t> MakeRowLengths() const;

  // Equal splits; shared memory is recognised without reading it.
  friend bool operator==(const RowPartition& a, const RowPartition& b);

 private:
  explicit RowPartition(Buffer<Offset> row_splits)
      : row_splits_(std::move(row_splits)) {}

  Buffer<Offset> row_splits_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_RAGGED_ROW_PARTITION_H_
