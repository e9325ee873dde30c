#ifndef ROWSPLIT_SRC_EMBEDDING_ROW_VALUES_H_
#define ROWSPLIT_SRC_EMBEDDING_ROW_VALUES_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "core/half_float.h"
#include "rowsplit/core/dtype.h"

// The items of a table's row, as the type that they are computed in.
namespace rowsplit::internal {

template <typename T>
T Widen(T x) {
  return x;
}
inline float Widen(Float16 x) { return ToFloat(x); }
inline float Widen(BFloat16 x) { return ToFloat(x); }

// float for the 16-bit floats, else T.
template <typename T>
using Wide = decltype(Widen(T()));

inline DType WideDType(DType dtype) {
  const bool half = dtype == DType::kFloat16 || dtype == DType::kBFloat16;
  return half ? DType::kFloat32 : dtype;
}

// x * factor / divisor brings the items of a row to a norm of at most
// max_norm (0 if it is negative). Requires a floating T.
template <typename T>
struct NormScale {
  T factor;
  T divisor;
};

template <typename T>
NormScale<Wide<T>> ScaleToNorm(std::span<const T> row, double max_norm) {
  double squares = 0;
  for (const T x : row) {
    const auto wide = static_cast<double>(Widen(x));
    squares += wide * wide;
  }
  const auto factor = static_cast<Wide<T>>(std::max(max_norm, 0.0));
  return {factor, std::max(static_cast<Wide<T>>(std::sqrt(squares)), factor)};
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_ROW_VALUES_H_
