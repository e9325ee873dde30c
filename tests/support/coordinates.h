#ifndef ROWSPLIT_TESTS_SUPPORT_COORDINATES_H_
#define ROWSPLIT_TESTS_SUPPORT_COORDINATES_H_

#include <cstdint>
#include <map>
#include <vector>

#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/tensor.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit::testing {

using Coordinates = std::vector<int64_t>;

namespace internal {

inline void AddCoordinates(const Tensor& tensor, int axis, int64_t index,
                           Coordinates& at, std::vector<Coordinates>& all) {
  if (axis == tensor.rank()) {
    all.push_back(at);
    return;
  }
  const int ragged_rank = tensor.ragged_rank();
  int64_t begin = 0;
  int64_t size = 0;
  if (axis == 0) {
    size = tensor.num_rows();
  } else if (axis <= ragged_rank) {
    begin = tensor.partition(axis - 1).row_splits()[index];
    size = tensor.partition(axis - 1).row_length(index);
  } else {
    size = tensor.flat_shape()[axis - ragged_rank];
    begin = index * size;
  }
  for (int64_t i = 0; i < size; ++i) {
    at.push_back(i);
    AddCoordinates(tensor, axis + 1, begin + i, at, all);
    at.pop_back();
  }
}

}  // namespace internal

// The coordinates of each item, in the order of the items.
inline std::vector<Coordinates> CoordinatesOf(const Tensor& tensor) {
  std::vector<Coordinates> all;
  Coordinates at;
  internal::AddCoordinates(tensor, 0, 0, at, all);
  return all;
}

// The items of each group along `axes`, in order, under the coordinates that
// are left (of a kept axis: 0).
template <typename T>
std::map<Coordinates, std::vector<T>> GroupsAlong(const Tensor& tensor,
                                                  const std::vector<int>& axes,
                                                  bool keepdims) {
  std::map<Coordinates, std::vector<T>> groups;
  const std::vector<Coordinates> all = CoordinatesOf(tensor);
  for (size_t item = 0; item < all.size(); ++item) {
    Coordinates left;
    for (int axis = 0; axis < tensor.rank(); ++axis) {
      bool folded = false;
      for (const int a : axes) folded |= a == axis;
      if (!folded) left.push_back(all[item][axis]);
      if (folded && keepdims) left.push_back(0);
    }
    groups[left].push_back(tensor.items<T>()[item]);
  }
  return groups;
}

// Small whole numbers, some of them equal; exact in every dtype.
template <typename T>
Buffer<T> SmallNumbers(int64_t size, uint64_t seed) {
  Random random(seed);
  BufferBuilder<T> values(static_cast<size_t>(size));
  for (int64_t i = 0; i < size; ++i)
    values[i] = static_cast<T>(Below(random, 9));
  return std::move(values).Build();
}

// Tensors of small numbers: dense ones, ragged ones of rank 1 to 4, and those
// with an inner shape.
template <typename T>
std::vector<Tensor> SmallTensors(uint64_t seed) {
  std::vector<Tensor> tensors;
  for (const std::vector<int64_t>& shape : std::vector<std::vector<int64_t>>{
           {7}, {0}, {3, 4}, {2, 0, 3}, {2, 3, 2, 2}}) {
    int64_t size = 1;
    for (const int64_t dim : shape) size *= dim;
    tensors.push_back(*Tensor::Dense(SmallNumbers<T>(size, ++seed), shape));
  }
  for (const RaggedShape& shape : DeepShapes(seed)) {
    for (const std::vector<int64_t>& inner :
         std::vector<std::vector<int64_t>>{{}, {3}, {2, 2}, {0}}) {
      std::vector<int64_t> flat_shape = {shape.num_values()};
      int64_t size = shape.num_values();
      for (const int64_t dim : inner) size *= dim;
      flat_shape.insert(flat_shape.end(), inner.begin(), inner.end());
      tensors.push_back(*Tensor::FromPartitions(
          {shape.partitions().begin(), shape.partitions().end()},
          *Tensor::Dense(SmallNumbers<T>(size, ++seed), flat_shape)));
    }
  }
  return tensors;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_COORDINATES_H_
