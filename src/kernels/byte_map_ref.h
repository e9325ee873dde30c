#ifndef ROWSPLIT_SRC_KERNELS_BYTE_MAP_REF_H_
#define ROWSPLIT_SRC_KERNELS_BYTE_MAP_REF_H_

#include <cstddef>
#include <cstdint>

#include "kernels/byte_map.h"
#include "rowsplit/core/offset.h"

// The meaning of the kernels of byte_map.h.
namespace rowsplit::reference {

inline void MapBytes(const kernels::ByteMap& map, const uint8_t* src, size_t n,
                     uint8_t* dst) {
  for (size_t i = 0; i < n; ++i) dst[i] = map.to[src[i]];
}

inline size_t MapAndDropBytes(const kernels::ByteMap& map, const uint8_t* src,
                              size_t n, uint8_t* dst) {
  size_t size = 0;
  for (size_t i = 0; i < n; ++i) {
    if (!map.drop[src[i]]) dst[size++] = map.to[src[i]];
  }
  return size;
}

inline void CountKeptBytes(const kernels::ByteMap& map, const uint8_t* bytes,
                           const Offset* offsets, size_t num_rows,
                           Offset* row_ends) {
  Offset kept = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    for (Offset i = offsets[row]; i < offsets[row + 1]; ++i) {
      if (!map.drop[bytes[i]]) ++kept;
    }
    row_ends[row] = kept;
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_BYTE_MAP_REF_H_
