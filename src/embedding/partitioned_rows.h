#ifndef ROWSPLIT_SRC_EMBEDDING_PARTITIONED_ROWS_H_
#define ROWSPLIT_SRC_EMBEDDING_PARTITIONED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/embedding/embedding_lookup.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// The rows of a table that is cut along its first axis into parts, by id.
class PartitionedRows {
 public:
  // Shares the memory of the parts. Fails with InvalidArgument that names `op`
  // if there is no part, or for parts that are ragged, strings or scalars or
  // do not have one dtype and row shape. `op` must outlive the object.
  static absl::StatusOr<PartitionedRows> Create(
      std::string_view op, const std::vector<Tensor>& parts,
      PartitionStrategy strategy);

  DType dtype() const { return parts_[0].dtype(); }
  // The sizes of a row, and their product.
  const std::vector<int64_t>& row_shape() const { return row_shape_; }
  int64_t width() const { return width_; }
  // Of all parts.
  int64_t num_rows() const { return num_rows_; }
  const std::vector<Tensor>& parts() const { return parts_; }
  std::string_view op() const { return op_; }

  struct Place {
    size_t part;
    int64_t row;
  };
  // Where the row of an id is; nothing if no part has it.
  std::optional<Place> Find(int64_t id) const {
    if (parts_.size() > 1) return FindInParts(id);
    if (id < 0 || id >= num_rows_) return std::nullopt;
    return Place{0, id};
  }

  // The first item of a row of an id. Requires that T is the dtype's type, and
  // that the id has a row.
  template <typename T>
  const T* row(int64_t id) const {
    const Place place = *Find(id);
    return reinterpret_cast<const T*>(data_[place.part]) + place.row * width_;
  }

  // What is wrong with an id that has no row. `position` counts the ids.
  absl::Status NoRow(int64_t position, int64_t id) const;

 private:
  std::optional<Place> FindInParts(int64_t id) const;

  std::string_view op_;
  std::vector<Tensor> parts_;
  std::vector<const std::byte*> data_;
  std::vector<int64_t> row_shape_;
  int64_t width_ = 1;
  int64_t num_rows_ = 0;
  PartitionStrategy strategy_ = PartitionStrategy::kDiv;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_PARTITIONED_ROWS_H_
