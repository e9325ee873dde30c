#ifndef ROWSPLIT_SRC_OPS_ITEM_AXIS_H_
#define ROWSPLIT_SRC_OPS_ITEM_AXIS_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// The items of one ragged axis (tokens, or words of several tokens), counted
// within each outermost row: what trimmers and selectors choose from.
class ItemAxis {
 public:
  // Fails with InvalidArgument that names the op unless the tensor is ragged,
  // without inner dimensions, and the axis a ragged one of it (not 0).
  static absl::StatusOr<ItemAxis> Create(std::string_view op,
                                         const Tensor& tensor, int axis);

  // Outermost row r has the items [row_splits()[r], row_splits()[r + 1]).
  std::span<const Offset> row_splits() const { return row_splits_.span(); }
  int64_t num_rows() const {
    return static_cast<int64_t>(row_splits_.size()) - 1;
  }
  int64_t num_items() const { return row_splits_[row_splits_.size() - 1]; }

  // Whether an item is a flat value itself.
  bool is_innermost() const { return value_splits_.empty(); }
  // The flat values of an item.
  Offset begin(int64_t item) const {
    return is_innermost() ? item : value_splits_[item];
  }
  Offset end(int64_t item) const {
    return is_innermost() ? item + 1 : value_splits_[item + 1];
  }

  // A value for each item, in the shape of `tensor` down to the axis. An item
  // without a flat value is true whatever it was given: all of nothing is.
  Tensor Mask(const Tensor& tensor, BufferBuilder<bool> items) const;

 private:
  ItemAxis() = default;

  int axis_ = 0;
  Buffer<Offset> row_splits_;
  Buffer<Offset> value_splits_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_ITEM_AXIS_H_
