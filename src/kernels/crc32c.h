#ifndef ROWSPLIT_SRC_KERNELS_CRC32C_H_
#define ROWSPLIT_SRC_KERNELS_CRC32C_H_

#include <cstddef>
#include <cstdint>

namespace rowsplit::kernels {

// CRC-32C (Castagnoli, as iSCSI) of `n` bytes. Uses the CPU's CRC instruction
// where there is one.
uint32_t Crc32c(const uint8_t* data, size_t n);

// The same without the instruction, eight table look-ups for eight bytes.
uint32_t Crc32cTable(const uint8_t* data, size_t n);

// What TFRecord stores in place of a checksum, so that a checksum of data that
// holds checksums stays sound.
constexpr uint32_t MaskCrc32c(uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}
inline uint32_t MaskedCrc32c(const uint8_t* data, size_t n) {
  return MaskCrc32c(Crc32c(data, n));
}

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_CRC32C_H_
