#ifndef ROWSPLIT_TESTS_SUPPORT_NESTED_LIST_H_
#define ROWSPLIT_TESTS_SUPPORT_NESTED_LIST_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::testing {

// The plainest model of a tensor: an item, or a list of lists.
struct NestedList {
  bool is_item = false;
  std::string item = {};  // its bytes
  std::vector<NestedList> list = {};

  friend bool operator==(const NestedList&, const NestedList&) = default;
  friend void PrintTo(const NestedList& nested, std::ostream* out) {
    if (nested.is_item) {
      *out << '<';
      for (const char byte : nested.item) *out << int{byte} << ' ';
      *out << '>';
      return;
    }
    *out << '[';
    for (const NestedList& child : nested.list) PrintTo(child, out);
    *out << ']';
  }
};

inline NestedList ListOf(std::vector<NestedList> list) {
  return {false, "", std::move(list)};
}

// Position `index` of the flat values' dimensions before `axis`.
inline NestedList NestedItem(const Tensor& tensor, size_t axis, int64_t index) {
  const std::vector<int64_t>& shape = tensor.flat_shape();
  if (axis == shape.size()) {
    if (tensor.is_string())
      return {true, std::string(tensor.strings()[index]), {}};
    const auto size = static_cast<size_t>(DTypeSize(tensor.dtype()));
    std::string item(size, '\0');
    std::memcpy(item.data(), tensor.bytes().data() + index * size, size);
    return {true, std::move(item), {}};
  }
  NestedList nested;
  for (int64_t i = 0; i < shape[axis]; ++i)
    nested.list.push_back(
        NestedItem(tensor, axis + 1, index * shape[axis] + i));
  return nested;
}

// Row `row` of the partition `axis`, or the flat value there.
inline NestedList NestedRow(const Tensor& tensor, int axis, int64_t row) {
  if (axis == tensor.ragged_rank()) return NestedItem(tensor, 1, row);
  NestedList nested;
  const auto splits = tensor.partition(axis).row_splits();
  for (int64_t i = splits[row]; i < splits[row + 1]; ++i)
    nested.list.push_back(NestedRow(tensor, axis + 1, i));
  return nested;
}

inline NestedList ToNested(const Tensor& tensor) {
  if (!tensor.is_ragged()) return NestedItem(tensor, 0, 0);
  NestedList nested;
  for (int64_t row = 0; row < tensor.num_rows(); ++row)
    nested.list.push_back(NestedRow(tensor, 0, row));
  return nested;
}

inline std::vector<NestedList> ToNested(std::span<const Tensor> tensors) {
  std::vector<NestedList> list;
  for (const Tensor& tensor : tensors) list.push_back(ToNested(tensor));
  return list;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_NESTED_LIST_H_
