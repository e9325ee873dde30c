#ifndef ROWSPLIT_SRC_KERNELS_UTF8_ENCODE_REF_H_
#define ROWSPLIT_SRC_KERNELS_UTF8_ENCODE_REF_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/offset.h"

namespace rowsplit::reference {

inline bool IsScalarValue(int32_t code_point) {
  return code_point >= 0 && code_point <= 0x10FFFF &&
         (code_point < 0xD800 || code_point > 0xDFFF);
}

inline size_t Utf8Size(int32_t code_point) {
  if (code_point < 0x80) return 1;
  if (code_point < 0x800) return 2;
  return code_point < 0x10000 ? 3 : 4;
}

// Writes one scalar value and returns its size.
inline size_t EncodeUtf8Character(int32_t code_point, uint8_t* bytes) {
  const size_t size = Utf8Size(code_point);
  if (size == 1) {
    bytes[0] = static_cast<uint8_t>(code_point);
    return 1;
  }
  for (size_t i = size - 1; i > 0; --i, code_point >>= 6)
    bytes[i] = static_cast<uint8_t>(0x80 | (code_point & 0x3F));
  constexpr uint8_t kFirst[5] = {0, 0, 0xC0, 0xE0, 0xF0};
  bytes[0] = static_cast<uint8_t>(kFirst[size] | code_point);
  return size;
}

inline size_t FindNonScalar(const int32_t* code_points, size_t n) {
  size_t at = 0;
  while (at < n && IsScalarValue(code_points[at])) ++at;
  return at;
}

inline void CountUtf8Bytes(const int32_t* code_points, const Offset* offsets,
                           size_t num_rows, Offset* row_ends) {
  Offset size = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    for (Offset at = offsets[row]; at < offsets[row + 1]; ++at)
      size += static_cast<Offset>(Utf8Size(code_points[at]));
    row_ends[row] = size;
  }
}

inline void EncodeUtf8(const int32_t* code_points, size_t n, uint8_t* bytes) {
  for (size_t at = 0; at < n; ++at)
    bytes += EncodeUtf8Character(code_points[at], bytes);
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_UTF8_ENCODE_REF_H_
