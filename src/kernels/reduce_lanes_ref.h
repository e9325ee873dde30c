#ifndef ROWSPLIT_SRC_KERNELS_REDUCE_LANES_REF_H_
#define ROWSPLIT_SRC_KERNELS_REDUCE_LANES_REF_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace rowsplit::reference {

template <typename T>
T WrappingAdd(T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  } else {
    return a + b;
  }
}

// Lanes that a row of single items is added in: 256 bytes of them.
template <typename T>
inline constexpr size_t kRowLanes = 256 / sizeof(T);

// The order of a sum of floats: value i goes to lane i % kRowLanes, in order;
// then the upper half of the lanes is added to the lower half, lane by lane,
// until one is left. Any number of lanes a vector has divides this evenly.
template <typename T>
T LaneSum(const T* row, size_t num_values) {
  T lanes[kRowLanes<T>] = {};
  for (size_t i = 0; i < num_values; ++i)
    lanes[i % kRowLanes<T>] = WrappingAdd(lanes[i % kRowLanes<T>], row[i]);
  for (size_t half = kRowLanes<T> / 2; half > 0; half /= 2)
    for (size_t i = 0; i < half; ++i)
      lanes[i] = WrappingAdd(lanes[i], lanes[i + half]);
  return lanes[0];
}

template <typename T>
void SumLanes(const int64_t* splits, size_t num_rows, const T* values,
              T* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    output[row] = LaneSum(values + splits[row],
                          static_cast<size_t>(splits[row + 1] - splits[row]));
  }
}

template <typename T>
void MaxLanes(const int64_t* splits, size_t num_rows, const T* values,
              T* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    T max = std::numeric_limits<T>::lowest();
    for (int64_t value = splits[row]; value < splits[row + 1]; ++value)
      max = max > values[value] ? max : values[value];
    output[row] = max;
  }
}

template <typename T>
void MinLanes(const int64_t* splits, size_t num_rows, const T* values,
              T* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    T min = std::numeric_limits<T>::max();
    for (int64_t value = splits[row]; value < splits[row + 1]; ++value)
      min = min < values[value] ? min : values[value];
    output[row] = min;
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_REDUCE_LANES_REF_H_
