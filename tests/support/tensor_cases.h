#ifndef ROWSPLIT_TESTS_SUPPORT_TENSOR_CASES_H_
#define ROWSPLIT_TESTS_SUPPORT_TENSOR_CASES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "support/seed.h"

namespace rowsplit::testing {

// Every dtype, for tests by loop.
inline std::vector<DType> AllDTypes() {
  std::vector<DType> dtypes;
  for (int dtype = 0; dtype <= static_cast<int>(DType::kString); ++dtype)
    dtypes.push_back(static_cast<DType>(dtype));
  return dtypes;
}

// A dense tensor of this shape with random items (bools 0 or 1, strings of 0 to
// 3 bytes).
inline Tensor RandomDense(Random& random, DType dtype,
                          std::vector<int64_t> shape) {
  int64_t items = 1;
  for (const int64_t size : shape) items *= size;
  if (dtype == DType::kString) {
    StringTensorBuilder builder;
    for (int64_t i = 0; i < items; ++i) {
      std::string text;
      for (uint64_t left = Below(random, 4); left > 0; --left)
        text += static_cast<char>('a' + Below(random, 26));
      builder.Append(text);
    }
    return *Tensor::Dense(std::move(builder).Build(), std::move(shape));
  }
  const uint64_t bound = dtype == DType::kBool ? 2 : 256;
  BufferBuilder<std::byte> bytes(static_cast<size_t>(items * DTypeSize(dtype)));
  for (std::byte& byte : bytes.span())
    byte = static_cast<std::byte>(Below(random, bound));
  return *Tensor::DenseBytes(dtype, std::move(bytes).Build(), std::move(shape));
}

// A ragged tensor of random items over the partitions.
inline Tensor RandomRagged(Random& random, DType dtype,
                           std::vector<RowPartition> partitions,
                           const std::vector<int64_t>& inner_shape = {}) {
  std::vector<int64_t> shape = {partitions.back().num_values()};
  shape.insert(shape.end(), inner_shape.begin(), inner_shape.end());
  return *Tensor::FromPartitions(std::move(partitions),
                                 RandomDense(random, dtype, std::move(shape)));
}

// The bytes of an item in row-major order; of a string, its text.
inline std::string ItemOf(const Tensor& tensor, int64_t item) {
  if (tensor.is_string()) return std::string(tensor.strings()[item]);
  const auto size = static_cast<size_t>(DTypeSize(tensor.dtype()));
  return std::string(
      reinterpret_cast<const char*>(tensor.bytes().data()) + item * size, size);
}

inline std::vector<std::string> ItemsOf(const Tensor& tensor) {
  std::vector<std::string> items;
  for (int64_t item = 0; item < tensor.num_items(); ++item)
    items.push_back(ItemOf(tensor, item));
  return items;
}

// All partitions of up to `max_values` values into up to `max_rows` rows.
inline std::vector<RowPartition> AllPartitions(int64_t max_values,
                                               size_t max_rows) {
  std::vector<std::vector<int64_t>> lists = {{}};
  for (size_t i = 0; i < lists.size(); ++i) {
    if (lists[i].size() == max_rows) continue;
    int64_t used = 0;
    for (const int64_t length : lists[i]) used += length;
    for (int64_t length = 0; length <= max_values - used; ++length) {
      std::vector<int64_t> longer = lists[i];
      longer.push_back(length);
      lists.push_back(std::move(longer));
    }
  }
  std::vector<RowPartition> partitions;
  for (const std::vector<int64_t>& lengths : lists)
    partitions.push_back(*RowPartition::FromRowLengths(lengths));
  return partitions;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_TENSOR_CASES_H_
