#ifndef ROWSPLIT_TESTS_SUPPORT_NESTED_H_
#define ROWSPLIT_TESTS_SUPPORT_NESTED_H_

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/tensor.h"
#include "support/seed.h"

namespace rowsplit::testing {

// A tensor as lists of lists, the plain model of the ops that move values: an
// item is its bytes, whatever the dtype.
struct Nested {
  bool is_item = false;
  std::string item = {};
  std::vector<Nested> rows = {};

  friend bool operator==(const Nested&, const Nested&) = default;
};

inline void PrintTo(const Nested& nested, std::ostream* out) {
  if (nested.is_item) {
    for (const char byte : nested.item)
      *out << "0123456789abcdef"[(byte >> 4) & 15]
           << "0123456789abcdef"[byte & 15];
    return;
  }
  *out << '[';
  for (size_t i = 0; i < nested.rows.size(); ++i) {
    if (i > 0) *out << ", ";
    PrintTo(nested.rows[i], out);
  }
  *out << ']';
}

// The rows of the flat values' dimension `dim`, below position `index` of it.
inline Nested NestedItem(const Tensor& tensor, size_t dim, int64_t index) {
  const std::vector<int64_t>& shape = tensor.flat_shape();
  if (dim == shape.size()) {
    if (tensor.is_string()) return {true, std::string(tensor.strings()[index])};
    const int size = DTypeSize(tensor.dtype());
    return {true, std::string(reinterpret_cast<const char*>(
                                  tensor.bytes().data() + index * size),
                              static_cast<size_t>(size))};
  }
  Nested nested;
  for (int64_t i = 0; i < shape[dim]; ++i)
    nested.rows.push_back(NestedItem(tensor, dim + 1, index * shape[dim] + i));
  return nested;
}

inline Nested NestedRow(const Tensor& tensor, int axis, int64_t row) {
  if (axis == tensor.ragged_rank()) return NestedItem(tensor, 1, row);
  const std::span<const Offset> splits = tensor.partition(axis).row_splits();
  Nested nested;
  for (Offset i = splits[row]; i < splits[row + 1]; ++i)
    nested.rows.push_back(NestedRow(tensor, axis + 1, i));
  return nested;
}

inline Nested ToNested(const Tensor& tensor) {
  if (tensor.rank() == 0) return NestedItem(tensor, 0, 0);
  Nested nested;
  for (int64_t row = 0; row < tensor.num_rows(); ++row)
    nested.rows.push_back(NestedRow(tensor, 0, row));
  return nested;
}

inline std::vector<Nested> ToNested(std::span<const Tensor> tensors) {
  std::vector<Nested> list;
  for (const Tensor& tensor : tensors) list.push_back(ToNested(tensor));
  return list;
}

inline constexpr DType kAllDTypes[] = {
    DType::kBool,    DType::kInt8,    DType::kInt16,    DType::kInt32,
    DType::kInt64,   DType::kUInt8,   DType::kUInt16,   DType::kUInt32,
    DType::kUInt64,  DType::kFloat16, DType::kBFloat16, DType::kFloat32,
    DType::kFloat64, DType::kString};

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

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_NESTED_H_
