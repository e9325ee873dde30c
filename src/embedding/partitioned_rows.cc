#include "embedding/partitioned_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/checked_math.h"
#include "core/status_macros.h"

namespace rowsplit::internal {

namespace {

absl::Status CheckPart(std::string_view op, const Tensor& first, size_t index,
                       const Tensor& part) {
  if (part.is_ragged() || part.rank() == 0 || part.is_string()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: a table must be a dense tensor of numbers, of rank 1 or more: "
        "part %d",
        op, index));
  }
  if (part.dtype() != first.dtype()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the parts of a table must have one dtype: part %d is %s, part 0 "
        "is %s",
        op, index, DTypeName(part.dtype()), DTypeName(first.dtype())));
  }
  if (part.inner_shape() != first.inner_shape()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the parts of a table must have rows of one shape: [%s] in part "
        "%d, [%s] in part 0",
        op, absl::StrJoin(part.inner_shape(), ", "), index,
        absl::StrJoin(first.inner_shape(), ", ")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PartitionedRows> PartitionedRows::Create(
    std::string_view op, const std::vector<Tensor>& parts,
    PartitionStrategy strategy) {
  if (parts.empty()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: the table has no parts", op));
  }
  PartitionedRows rows;
  for (size_t i = 0; i < parts.size(); ++i) {
    ROWSPLIT_RETURN_IF_ERROR(CheckPart(op, parts[0], i, parts[i]));
    ROWSPLIT_ASSIGN_OR_RETURN(rows.num_rows_,
                              CheckedAdd(rows.num_rows_, parts[i].num_rows()));
    rows.data_.push_back(parts[i].bytes().data());
  }
  rows.op_ = op;
  rows.parts_ = parts;
  rows.row_shape_ = parts[0].inner_shape();
  rows.width_ = parts[0].value_items();
  rows.strategy_ = strategy;
  return rows;
}

std::optional<PartitionedRows::Place> PartitionedRows::FindInParts(
    int64_t id) const {
  const auto num_parts = static_cast<int64_t>(parts_.size());
  if (id < 0) return std::nullopt;
  Place place{};
  if (strategy_ == PartitionStrategy::kMod) {
    place = {static_cast<size_t>(id % num_parts), id / num_parts};
  } else {
    const int64_t size = num_rows_ / num_parts;
    const int64_t longer = num_rows_ % num_parts;  // parts with a row more
    if (id >= num_rows_ || size == 0) return std::nullopt;
    const int64_t part = std::max(id / (size + 1), (id - longer) / size);
    place = {static_cast<size_t>(part),
             part < longer ? id % (size + 1) : (id - longer) % size};
  }
  if (place.row >= parts_[place.part].num_rows()) return std::nullopt;
  return place;
}

absl::Status PartitionedRows::NoRow(int64_t position, int64_t id) const {
  if (parts_.size() == 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: ids must be in [0, %d): %d at position %d", op_,
                        num_rows_, id, position));
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: an id must have a row: %d at position %d, of %d rows in %d parts "
      "(cut by '%s')",
      op_, id, position, num_rows_, parts_.size(),
      strategy_ == PartitionStrategy::kMod ? "mod" : "div"));
}

}  // namespace rowsplit::internal
