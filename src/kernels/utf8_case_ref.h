#ifndef ROWSPLIT_SRC_KERNELS_UTF8_CASE_REF_H_
#define ROWSPLIT_SRC_KERNELS_UTF8_CASE_REF_H_

#include <cstddef>
#include <cstdint>

#include "kernels/utf8_case.h"

namespace rowsplit::reference {

// Maps the character of two bytes or more at `src` and returns its size; 0 if
// it is special.
inline size_t MapUtf8Character(const kernels::Utf8CaseMap& map,
                               const uint8_t* src, uint8_t* dst) {
  const uint8_t lead = src[0];
  if (lead < 0xE0) {
    const uint16_t result = map.two_bytes[(lead & 0x1F) << 6 | (src[1] & 0x3F)];
    if (result == 0) return 0;
    dst[0] = static_cast<uint8_t>(result);
    dst[1] = static_cast<uint8_t>(result >> 8);
    return 2;
  }
  const size_t size = lead < 0xF0 ? 3 : 4;
  size_t block_index = lead & (size == 3 ? 0x0F : 0x07);
  for (size_t i = 1; i + 1 < size; ++i)
    block_index = block_index << 6 | (src[i] & 0x3F);
  const uint16_t block = map.block_of[block_index];
  if (block == 0) {
    for (size_t i = 0; i < size; ++i) dst[i] = src[i];
    return size;
  }
  const uint32_t result = map.blocks[block][src[size - 1] & 0x3F];
  if (result == 0) return 0;
  for (size_t i = 0; i < size; ++i)
    dst[i] = static_cast<uint8_t>(result >> (8 * i));
  return size;
}

inline size_t MapUtf8Case(const kernels::Utf8CaseMap& map, const uint8_t* src,
                          size_t n, uint8_t* dst) {
  size_t at = 0;
  while (at < n) {
    if (src[at] < 0x80) {
      const bool changes = src[at] >= map.ascii_first &&
                           src[at] < map.ascii_first + map.num_letters;
      dst[at] = src[at] ^ (changes ? 0x20 : 0);
      ++at;
      continue;
    }
    const size_t size = MapUtf8Character(map, src + at, dst + at);
    if (size == 0) break;
    at += size;
  }
  return at;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_UTF8_CASE_REF_H_
