#ifndef ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_REF_H_
#define ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_REF_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/reduce_lanes_ref.h"

namespace rowsplit::reference {

// The values of each row in order.
template <typename T, typename Result, typename Fold>
void FoldRows(const int64_t* splits, size_t num_rows, const T* values,
              size_t width, Result start, Fold fold, Result* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    for (size_t item = 0; item < width; ++item) {
      Result result = start;
      for (int64_t value = splits[row]; value < splits[row + 1]; ++value)
        result =
            fold(result, values[static_cast<size_t>(value) * width + item]);
      output[row * width + item] = result;
    }
  }
}

template <typename T>
T WrappingMul(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  } else {
    return a * b;
  }
}

template <typename T>
void SumRows(const int64_t* splits, size_t num_rows, const T* values,
             size_t width, T* output) {
  if (width != 1) {
    return FoldRows(splits, num_rows, values, width, T{0}, WrappingAdd<T>,
                    output);
  }
  SumLanes(splits, num_rows, values, output);
}

template <typename T>
void ProdRows(const int64_t* splits, size_t num_rows, const T* values,
              size_t width, T* output) {
  FoldRows(splits, num_rows, values, width, T{1}, WrappingMul<T>, output);
}

template <typename T>
void MaxRows(const int64_t* splits, size_t num_rows, const T* values,
             size_t width, T* output) {
  FoldRows(
      splits, num_rows, values, width, std::numeric_limits<T>::lowest(),
      [](T a, T b) { return a > b ? a : b; }, output);
}

template <typename T>
void MinRows(const int64_t* splits, size_t num_rows, const T* values,
             size_t width, T* output) {
  FoldRows(
      splits, num_rows, values, width, std::numeric_limits<T>::max(),
      [](T a, T b) { return a < b ? a : b; }, output);
}

inline void AnyRows(const int64_t* splits, size_t num_rows, const bool* values,
                    size_t width, bool* output) {
  FoldRows(
      splits, num_rows, values, width, false,
      [](bool a, bool b) { return a || b; }, output);
}

inline void AllRows(const int64_t* splits, size_t num_rows, const bool* values,
                    size_t width, bool* output) {
  FoldRows(
      splits, num_rows, values, width, true,
      [](bool a, bool b) { return a && b; }, output);
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_REF_H_
