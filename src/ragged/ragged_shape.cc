#include "rowsplit/ragged/ragged_shape.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

RaggedShape::RaggedShape() : RaggedShape(RowPartition()) {}

RaggedShape::RaggedShape(RowPartition partition) {
  std::vector<RowPartition> partitions;
  partitions.push_back(std::move(partition));
  partitions_ =
      std::make_shared<const std::vector<RowPartition>>(std::move(partitions));
}

absl::StatusOr<RaggedShape> RaggedShape::FromPartitions(
    std::vector<RowPartition> partitions) {
  if (partitions.empty()) {
    return absl::InvalidArgumentError(
        "a ragged shape needs at least one row partition, got none");
  }
  for (size_t axis = 1; axis < partitions.size(); ++axis) {
    if (partitions[axis].num_rows() != partitions[axis - 1].num_values()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("row partitions must fit: partition %d has %d "
                          "values, partition %d has %d rows",
                          axis - 1, partitions[axis - 1].num_values(), axis,
                          partitions[axis].num_rows()));
    }
  }
  RaggedShape shape;
  shape.partitions_ =
      std::make_shared<const std::vector<RowPartition>>(std::move(partitions));
  return shape;
}

bool operator==(const RaggedShape& a, const RaggedShape& b) {
  return a.partitions_ == b.partitions_ || *a.partitions_ == *b.partitions_;
}

}  // namespace rowsplit
