#ifndef ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_REF_H_
#define ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_REF_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace rowsplit::reference {

template <typename T, typename Fold>
void FoldRows(const int64_t* splits, size_t num_rows, const T* values,
              size_t width, T start, Fold fold, T* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    for (size_t item = 0; item < width; ++item) {
      T result = start;
      for (int64_t value = splits[row]; value < splits[row + 1]; ++value)
        result =
            fold(result, values[static_cast<size_t>(value) * width + item]);
      output[row * width + item] = result;
    }
  }
}

template <typename T>
T WrappingAdd(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    using U = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<U>(a) + static_cast<U>(b));
  } else {
    return a + b;
  }
}

template <typename T>
void SumRows(const int64_t* splits, size_t num_rows, const T* values,
             size_t width, T* output) {
  FoldRows(splits, num_rows, values, width, T{0}, WrappingAdd<T>, output);
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

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_REF_H_
