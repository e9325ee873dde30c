#ifndef ROWSPLIT_SRC_KERNELS_REDUCE_MOMENTS_REF_H_
#define ROWSPLIT_SRC_KERNELS_REDUCE_MOMENTS_REF_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "kernels/reduce_lanes_ref.h"
#include "kernels/reduce_rows_ref.h"

namespace rowsplit::reference {

// `using` takes no __extension__.
__extension__ typedef __int128 Int128;  // NOLINT(modernize-use-using)

template <typename T>
void MeanRows(
    const int64_t* splits, size_t num_rows, const T* values, size_t width,
    std::conditional_t<std::is_floating_point_v<T>, T, double>* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    const int64_t count = splits[row + 1] - splits[row];
    if constexpr (std::is_floating_point_v<T>) {
      SumRows(splits + row, 1, values, width, output + row * width);
      for (size_t item = 0; item < width; ++item)
        output[row * width + item] /= static_cast<T>(count);
    } else {
      for (size_t item = 0; item < width; ++item) {
        Int128 sum = 0;
        for (int64_t value = splits[row]; value < splits[row + 1]; ++value)
          sum += values[static_cast<size_t>(value) * width + item];
        output[row * width + item] =
            static_cast<double>(sum) / static_cast<double>(count);
      }
    }
  }
}

// The sums of values and of squares are those of doubles: LaneSum's order with
// a width of 1, otherwise value after value.
template <typename T>
double VarianceOf(const T* row, size_t num_values, size_t width) {
  constexpr size_t kLanes = kRowLanes<double>;
  const size_t num_lanes = width == 1 ? kLanes : 1;
  const auto sum = [&](double mean, bool square) {
    double lanes[kLanes] = {};
    for (size_t i = 0; i < num_values; ++i) {
      const double d = static_cast<double>(row[i * width]) - mean;
      lanes[i % num_lanes] += square ? d * d : d;
    }
    for (size_t half = num_lanes / 2; half > 0; half /= 2)
      for (size_t i = 0; i < half; ++i) lanes[i] += lanes[i + half];
    return lanes[0];
  };
  const auto count = static_cast<double>(num_values);
  return sum(sum(0, false) / count, true) / count;
}

template <typename T>
void VarianceRows(
    const int64_t* splits, size_t num_rows, const T* values, size_t width,
    std::conditional_t<std::is_floating_point_v<T>, T, double>* output) {
  using Result = std::conditional_t<std::is_floating_point_v<T>, T, double>;
  for (size_t row = 0; row < num_rows; ++row) {
    const T* begin = values + static_cast<size_t>(splits[row]) * width;
    const auto num_values = static_cast<size_t>(splits[row + 1] - splits[row]);
    for (size_t item = 0; item < width; ++item) {
      output[row * width + item] =
          static_cast<Result>(VarianceOf(begin + item, num_values, width));
    }
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_REDUCE_MOMENTS_REF_H_
