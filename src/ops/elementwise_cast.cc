#include <bit>
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

BFloat16 ToBFloat16(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  if (x != x) return {static_cast<uint16_t>((bits >> 16 & 0x8000) | 0x7fc0)};
  const uint32_t half = 0x7fff + (bits >> 16 & 1);  // ties to even
  return {static_cast<uint16_t>((bits + half) >> 16)};
}

Float16 ToFloat16(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  const auto sign = static_cast<uint16_t>(bits >> 16 & 0x8000);
  const auto with_sign = [&](uint32_t rest) {
    return Float16{static_cast<uint16_t>(sign | rest)};
  };
  const uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return with_sign(0x7e00);   // NaN
  if (magnitude >= 0x477ff000) return with_sign(0x7c00);  // from 65520 on
  if (magnitude < 0x38800000) {
    // Below 2^-14: a multiple of 2^-24, rounded by the addition of 0.5 to it.
    const float shifted = std::bit_cast<float>(magnitude) + 0.5F;
    return with_sign(std::bit_cast<uint32_t>(shifted) -
                     std::bit_cast<uint32_t>(0.5F));
  }
  const uint32_t half = 0xfff + (magnitude >> 13 & 1);  // ties to even
  return with_sign((magnitude - (112U << 23) + half) >> 13);
}

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
