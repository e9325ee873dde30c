#ifndef ROWSPLIT_SRC_KERNELS_COUNT_CHARACTERS_REF_H_
#define ROWSPLIT_SRC_KERNELS_COUNT_CHARACTERS_REF_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/offset.h"

// The meaning of the kernels of count_characters.h.
namespace rowsplit::reference {

inline bool BeginsCharacter(uint8_t byte) { return (byte & 0xC0) != 0x80; }

inline size_t CountCharacters(const uint8_t* bytes, size_t n) {
  size_t count = 0;
  for (size_t i = 0; i < n; ++i) count += BeginsCharacter(bytes[i]) ? 1 : 0;
  return count;
}

inline void CountRowCharacters(const uint8_t* bytes, const Offset* offsets,
                               size_t num_rows, int32_t* counts) {
  for (size_t row = 0; row < num_rows; ++row) {
    counts[row] = static_cast<int32_t>(
        CountCharacters(bytes + offsets[row],
                        static_cast<size_t>(offsets[row + 1] - offsets[row])));
  }
}

inline size_t FindCharacter(const uint8_t* bytes, size_t n, size_t skip) {
  for (size_t i = 0; i < n; ++i) {
    if (!BeginsCharacter(bytes[i])) continue;
    if (skip == 0) return i;
    --skip;
  }
  return n;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_COUNT_CHARACTERS_REF_H_
