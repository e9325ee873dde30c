#ifndef ROWSPLIT_TESTS_SUPPORT_TENSOR_CASES_H_
#define ROWSPLIT_TESTS_SUPPORT_TENSOR_CASES_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
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

// Dense random items, in memory that reaches over both of its ends.
inline Tensor RandomDense(Random& random, DType dtype,
                          std::vector<int64_t> shape) {
  int64_t num_items = 1;
  for (const int64_t size : shape) num_items *= size;
  if (dtype == DType::kString) {
    BufferBuilder<Offset> offsets;
    offsets.Append(Offset{0});
    std::string bytes = "before";
    for (int64_t i = 0; i < num_items; ++i) {
      for (uint64_t n = Below(random, 5); n > 0; --n)
        bytes += static_cast<char>(random());
      offsets.Append(static_cast<Offset>(bytes.size()) - 6);
    }
    const size_t size = bytes.size() - 6;
    bytes += "after";
    return *Tensor::Dense(
        *StringTensor::FromBytes(
            *RowPartition::FromRowSplits(std::move(offsets).Build()),
            Buffer<char>::Copy(bytes).Slice(6, size)),
        std::move(shape));
  }
  const auto size = static_cast<size_t>(num_items * DTypeSize(dtype));
  BufferBuilder<std::byte> bytes(size + 32);
  for (std::byte& byte : bytes.span()) {
    const uint64_t bits = random();
    byte = static_cast<std::byte>(dtype == DType::kBool ? bits % 2 : bits);
  }
  return *Tensor::DenseBytes(dtype, std::move(bytes).Build().Slice(16, size),
                             std::move(shape));
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

// `num_rows` rows of up to `max_length` values.
inline RowPartition RandomPartition(Random& random, int64_t num_rows,
                                    int64_t max_length) {
  std::vector<int64_t> lengths;
  for (int64_t row = 0; row < num_rows; ++row) {
    lengths.push_back(static_cast<int64_t>(
        Below(random, static_cast<uint64_t>(max_length) + 1)));
  }
  return *RowPartition::FromRowLengths(lengths);
}

// The partitions, random ones below them up to the ragged rank, and random
// values. Without a partition or a ragged rank it has `num_rows` rows.
inline Tensor RandomTensor(Random& random, DType dtype,
                           std::vector<RowPartition> partitions,
                           int ragged_rank, int64_t num_rows,
                           const std::vector<int64_t>& inner_shape = {}) {
  if (!partitions.empty()) num_rows = partitions.back().num_values();
  while (static_cast<int>(partitions.size()) < ragged_rank) {
    partitions.push_back(RandomPartition(random, num_rows, 3));
    num_rows = partitions.back().num_values();
  }
  std::vector<int64_t> shape = inner_shape;
  shape.insert(shape.begin(), num_rows);
  return *Tensor::FromPartitions(std::move(partitions),
                                 RandomDense(random, dtype, std::move(shape)));
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
