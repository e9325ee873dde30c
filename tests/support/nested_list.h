#ifndef ROWSPLIT_TESTS_SUPPORT_NESTED_LIST_H_
#define ROWSPLIT_TESTS_SUPPORT_NESTED_LIST_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <numeric>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::testing {

// The plainest model of a tensor: an item, or a list of lists.
struct NestedList {
  bool is_item = false;
  std::string item;  // its bytes
  std::vector<NestedList> list;

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

namespace nested_internal {

inline NestedList Dense(const Tensor& tensor, size_t axis, int64_t index) {
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
    nested.list.push_back(Dense(tensor, axis + 1, index * shape[axis] + i));
  return nested;
}

inline NestedList Ragged(const Tensor& tensor, int axis, int64_t row) {
  if (axis == tensor.ragged_rank()) return Dense(tensor, 1, row);
  NestedList nested;
  const auto splits = tensor.partition(axis).row_splits();
  for (int64_t i = splits[row]; i < splits[row + 1]; ++i)
    nested.list.push_back(Ragged(tensor, axis + 1, i));
  return nested;
}

}  // namespace nested_internal

inline NestedList ToNested(const Tensor& tensor) {
  if (!tensor.is_ragged()) return nested_internal::Dense(tensor, 0, 0);
  NestedList nested;
  for (int64_t row = 0; row < tensor.num_rows(); ++row)
    nested.list.push_back(nested_internal::Ragged(tensor, 0, row));
  return nested;
}

// A tensor of any dtype, whose items differ as far as the dtype lets them.
inline Tensor AnyTensor(DType dtype, std::vector<RowPartition> partitions,
                        std::vector<int64_t> flat_shape) {
  const int64_t items = std::accumulate(flat_shape.begin(), flat_shape.end(),
                                        int64_t{1}, std::multiplies<>());
  if (dtype == DType::kString) {
    StringTensorBuilder builder;
    for (int64_t i = 0; i < items; ++i)
      builder.Append(std::string(static_cast<size_t>(i % 4), 'x') +
                     std::to_string(i));
    return Tensor::FromPartitionsUnchecked(
        std::move(partitions),
        Tensor::DenseUnchecked(std::move(builder).Build(),
                               std::move(flat_shape)));
  }
  const int64_t size = DTypeSize(dtype);
  BufferBuilder<std::byte> bytes(static_cast<size_t>(items * size));
  for (int64_t i = 0; i < items; ++i) {
    const int64_t value = dtype == DType::kBool ? i % 3 == 0 : i + 1;
    std::memcpy(bytes.data() + i * size, &value, static_cast<size_t>(size));
  }
  return Tensor::FromPartitionsUnchecked(
      std::move(partitions),
      Tensor::DenseBytesUnchecked(dtype, std::move(bytes).Build(),
                                  std::move(flat_shape)));
}

inline const std::vector<DType>& AllDTypes() {
  static const std::vector<DType> all = {
      DType::kBool,    DType::kInt8,    DType::kInt16,    DType::kInt32,
      DType::kInt64,   DType::kUInt8,   DType::kUInt16,   DType::kUInt32,
      DType::kUInt64,  DType::kFloat16, DType::kBFloat16, DType::kFloat32,
      DType::kFloat64, DType::kString};
  return all;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_NESTED_LIST_H_
