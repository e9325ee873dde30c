#ifndef ROWSPLIT_SRC_KERNELS_UTF8_DECODE_REF_H_
#define ROWSPLIT_SRC_KERNELS_UTF8_DECODE_REF_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/offset.h"

namespace rowsplit::reference {

inline bool BeginsUtf8Character(uint8_t byte) { return (byte & 0xC0) != 0x80; }

// The code point of the well-formed character at `bytes`.
inline int32_t DecodeUtf8Character(const uint8_t* bytes) {
  const int32_t first = bytes[0];
  const auto bits = [&](size_t i) { return bytes[i] & 0x3F; };
  if (first < 0x80) return first;
  if (first < 0xE0) return (first & 0x1F) << 6 | bits(1);
  if (first < 0xF0) return (first & 0x0F) << 12 | bits(1) << 6 | bits(2);
  return (first & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3);
}

inline void CountUtf8Characters(const uint8_t* bytes, const Offset* offsets,
                                size_t num_rows, Offset* row_ends) {
  Offset count = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    for (Offset at = offsets[row]; at < offsets[row + 1]; ++at)
      count += BeginsUtf8Character(bytes[at]) ? 1 : 0;
    row_ends[row] = count;
  }
}

inline void DecodeUtf8(const uint8_t* bytes, size_t n, int32_t* code_points) {
  for (size_t at = 0; at < n; ++at) {
    if (BeginsUtf8Character(bytes[at]))
      *code_points++ = DecodeUtf8Character(bytes + at);
  }
}

inline void FindUtf8Characters(const uint8_t* bytes, size_t n, Offset base,
                               Offset* places) {
  for (size_t at = 0; at < n; ++at) {
    if (BeginsUtf8Character(bytes[at]))
      *places++ = base + static_cast<Offset>(at);
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_UTF8_DECODE_REF_H_
