#ifndef ROWSPLIT_SRC_CORE_HALF_FLOAT_H_
#define ROWSPLIT_SRC_CORE_HALF_FLOAT_H_

#include <bit>
#include <cmath>
#include <cstdint>

#include "rowsplit/core/dtype.h"

// The values of the 16-bit floats, which float32 has all of.
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

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_HALF_FLOAT_H_
