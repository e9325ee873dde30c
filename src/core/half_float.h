#ifndef ROWSPLIT_SRC_CORE_HALF_FLOAT_H_
#define ROWSPLIT_SRC_CORE_HALF_FLOAT_H_

#include <bit>
#include <cmath>
#include <cstdint>

#include "rowsplit/core/dtype.h"

// The values of the 16-bit floats, which float32 has all of, and the nearest of
// them to a float32 (of two, the even one). What is beyond the largest becomes
// infinite; NaN is one NaN of either sign.
namespace rowsplit::internal {

inline float ToFloat(BFloat16 x) {
  return std::bit_cast<float>(static_cast<uint32_t>(x.bits) << 16);
}

// 5 bits of exponent and 10 of mantissa.
inline float ToFloat(Float16 x) {
  const uint32_t sign = static_cast<uint32_t>(x.bits & 0x8000) << 16;
  const uint32_t exponent = (x.bits >> 10) & 31;
  const uint32_t mantissa = x.bits & 1023;
  if (exponent == 0) {  // zero and denormal numbers
    const float value = std::ldexp(static_cast<float>(mantissa), -24);
    return sign != 0 ? -value : value;
  }
  const uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

inline BFloat16 ToBFloat16(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  if (x != x) return {static_cast<uint16_t>((bits >> 16 & 0x8000) | 0x7fc0)};
  const uint32_t half = 0x7fff + (bits >> 16 & 1);  // ties to even
  return {static_cast<uint16_t>((bits + half) >> 16)};
}

inline Float16 ToFloat16(float x) {
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

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_HALF_FLOAT_H_
