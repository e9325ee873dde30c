#ifndef ROWSPLIT_SRC_KERNELS_CRC32C_REF_H_
#define ROWSPLIT_SRC_KERNELS_CRC32C_REF_H_

#include <cstddef>
#include <cstdint>

namespace rowsplit::reference {

// CRC-32C bit by bit: the reflected polynomial 0x1EDC6F41.
inline uint32_t Crc32c(const uint8_t* data, size_t n) {
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 0; i < n; ++i) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
    }
  }
  return ~crc;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_CRC32C_REF_H_
