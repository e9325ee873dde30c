#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/half_float.h"
#include "core/visit_dtype.h"
#include "ops/elementwise_kernels.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit::internal {

namespace {

// Towards zero; I's lowest value for what does not fit.
template <typename I, typename F>
I Truncate(F x) {
  // Both bounds are exact as floats.
  constexpr F kLowest = static_cast<F>(std::numeric_limits<I>::lowest());
  // Without a branch on the bad case being taken: NaN fails both.
  if (x > kLowest - F{1} && x < -kLowest) return static_cast<I>(x);
  return std::numeric_limits<I>::lowest();
}

template <typename R, typename F>
R FloatToInteger(F x) {
  if constexpr (sizeof(R) < 4 || std::is_same_v<R, int32_t>) {
    return static_cast<R>(Truncate<int32_t>(x));
  } else if constexpr (std::is_same_v<R, uint64_t>) {
    constexpr F kHalf = static_cast<F>(uint64_t{1} << 63);
    if (!(x >= kHalf)) return static_cast<R>(Truncate<int64_t>(x));
    if (x >= 2 * kHalf) return uint64_t{1} << 63;
    return static_cast<R>(x - kHalf) + (uint64_t{1} << 63);
  } else {
    return static_cast<R>(Truncate<int64_t>(x));
  }
}

template <typename T>
inline constexpr bool kIsHalf =
    std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>;

template <typename T, typename R>
struct CastItem {
  R operator()(T x) const {
    if constexpr (std::is_same_v<T, R>) {
      return x;
    } else if constexpr (kIsHalf<T>) {
      return CastItem<float, R>()(ToFloat(x));
    } else if constexpr (std::is_same_v<R, Float16>) {
      return ToFloat16(static_cast<float>(x));
    } else if constexpr (std::is_same_v<R, BFloat16>) {
      return ToBFloat16(static_cast<float>(x));
    } else if constexpr (std::is_same_v<R, bool>) {
      return x != T{0};
    } else if constexpr (std::is_floating_point_v<T> && std::is_integral_v<R>) {
      return FloatToInteger<R>(x);
    } else {
      return static_cast<R>(x);
    }
  }
};

}  // namespace

UnaryKernel FindCast(DType from, DType to) {
  return VisitItem(from, [&]<typename T>(TypeTag<T>) -> UnaryKernel {
    return VisitItem(to, [&]<typename R>(TypeTag<R>) -> UnaryKernel {
      return {&RunUnary<T, R, CastItem<T, R>>, to};
    });
  });
}

}  // namespace rowsplit::internal
