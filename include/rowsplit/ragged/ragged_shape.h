#ifndef ROWSPLIT_RAGGED_RAGGED_SHAPE_H_
#define ROWSPLIT_RAGGED_RAGGED_SHAPE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

// The ragged dimensions of a tensor: RowPartitions, outermost first, where each
// one's number of values is the next one's number of rows. Immutable and
// shared: tensors over the same tokens (ids, weights, spans) hold one shape.
class RaggedShape {
 public:
  // Rank 1, no rows.
  RaggedShape();
  explicit RaggedShape(RowPartition partition);

  // Fails with InvalidArgument if there is no partition or two neighbours do
  // not fit.
  static absl::StatusOr<RaggedShape> FromPartitions(
      std::vector<RowPartition> partitions);

  int ragged_rank() const { return static_cast<int>(partitions_->size()); }
  std::span<const RowPartition> partitions() const { return *partitions_; }
  // Requires `0 <= axis < ragged_rank()`.
  const RowPartition& partition(int axis) const { return (*partitions_)[axis]; }
  const RowPartition& innermost() const { return partitions_->back(); }

  int64_t num_rows() const { return partitions_->front().num_rows(); }
  // The number of flat values.
  int64_t num_values() const { return partitions_->back().num_values(); }

  // Tests the pointer first, then the splits.
  friend bool operator==(const RaggedShape& a, const RaggedShape& b);

 private:
  std::shared_ptr<const std::vector<RowPartition>> partitions_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_RAGGED_RAGGED_SHAPE_H_
