#include "kernels/crc32c.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

// A CRC instruction is not a vector operation, so Highway has none: this kernel
// names the two instruction sets itself.
#if defined(__x86_64__)
#include <nmmintrin.h>
#define ROWSPLIT_CRC32C_TARGET __attribute__((target("sse4.2")))
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#define ROWSPLIT_CRC32C_TARGET
#endif

namespace rowsplit::kernels {
namespace {

// table[k][b] is the register after the byte b and k zero bytes.
using SliceTable = std::array<std::array<uint32_t, 256>, 8>;

constexpr SliceTable MakeSliceTable() {
  SliceTable table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
    }
    table[0][byte] = crc;
  }
  for (size_t k = 1; k < 8; ++k) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t crc = table[k - 1][byte];
      table[k][byte] = (crc >> 8) ^ table[0][crc & 0xFF];
    }
  }
  return table;
}

constexpr SliceTable kSlices = MakeSliceTable();

uint64_t LoadLittleEndian(const uint8_t* data) {
  uint64_t word;
  std::memcpy(&word, data, sizeof(word));
  if constexpr (std::endian::native == std::endian::big) {
    word = __builtin_bswap64(word);
  }
  return word;
}

#ifdef ROWSPLIT_CRC32C_TARGET

// The register is linear over GF(2), so appending kBytes zero bytes is a 32x32
// bit matrix: kept as four tables, one for each byte of the register.
using ShiftTable = std::array<std::array<uint32_t, 256>, 4>;
using Matrix = std::array<uint32_t, 32>;

constexpr uint32_t Multiply(const Matrix& matrix, uint32_t vector) {
  uint32_t sum = 0;
  for (int bit = 0; bit < 32; ++bit) {
    if ((vector >> bit & 1) != 0) sum ^= matrix[bit];
  }
  return sum;
}

// Requires a power of two.
constexpr ShiftTable MakeShiftTable(size_t num_bytes) {
  Matrix matrix{};
  for (uint32_t bit = 0; bit < 32; ++bit) {
    const uint32_t crc = uint32_t{1} << bit;
    matrix[bit] = (crc >> 8) ^ kSlices[0][crc & 0xFF];
  }
  for (; num_bytes > 1; num_bytes /= 2) {
    Matrix squared{};
    for (int bit = 0; bit < 32; ++bit) {
      squared[bit] = Multiply(matrix, matrix[bit]);
    }
    matrix = squared;
  }
  ShiftTable table{};
  for (size_t byte = 0; byte < 4; ++byte) {
    for (uint32_t value = 1; value < 256; ++value) {
      // One more bit set than a value already in the table.
      table[byte][value] = table[byte][value & (value - 1)] ^
                           matrix[8 * byte + std::countr_zero(value)];
    }
  }
  return table;
}

uint32_t Shift(const ShiftTable& table, uint32_t crc) {
  return table[0][crc & 0xFF] ^ table[1][crc >> 8 & 0xFF] ^
         table[2][crc >> 16 & 0xFF] ^ table[3][crc >> 24];
}

#if defined(__x86_64__)
ROWSPLIT_CRC32C_TARGET inline uint64_t Step8(uint64_t crc, uint64_t word) {
  return _mm_crc32_u64(crc, word);
}
ROWSPLIT_CRC32C_TARGET inline uint32_t Step1(uint32_t crc, uint8_t byte) {
  return _mm_crc32_u8(crc, byte);
}
#else
inline uint64_t Step8(uint64_t crc, uint64_t word) {
  return __crc32cd(static_cast<uint32_t>(crc), word);
}
inline uint32_t Step1(uint32_t crc, uint8_t byte) {
  return __crc32cb(crc, byte);
}
#endif

// The instruction takes 3 cycles and one can start in each, so three pieces of
// kBytes are run side by side and their registers joined.
template <size_t kBytes>
ROWSPLIT_CRC32C_TARGET void RunThreeStreams(const uint8_t*& data, size_t& n,
                                            uint64_t& crc) {
  static constexpr ShiftTable kShift = MakeShiftTable(kBytes);
  while (n >= 3 * kBytes) {
    uint64_t crc0 = crc;
    uint64_t crc1 = 0;
    uint64_t crc2 = 0;
    for (size_t i = 0; i < kBytes; i += 8) {
      crc0 = Step8(crc0, LoadLittleEndian(data + i));
      crc1 = Step8(crc1, LoadLittleEndian(data + kBytes + i));
      crc2 = Step8(crc2, LoadLittleEndian(data + 2 * kBytes + i));
    }
    crc1 ^= Shift(kShift, static_cast<uint32_t>(crc0));
    crc = crc2 ^ Shift(kShift, static_cast<uint32_t>(crc1));
    data += 3 * kBytes;
    n -= 3 * kBytes;
  }
}

ROWSPLIT_CRC32C_TARGET uint32_t Crc32cInstruction(const uint8_t* data,
                                                  size_t n) {
  uint64_t crc = 0xFFFFFFFFu;
  RunThreeStreams<4096>(data, n, crc);
  RunThreeStreams<128>(data, n, crc);
  for (; n >= 8; n -= 8, data += 8) crc = Step8(crc, LoadLittleEndian(data));
  uint32_t narrow = static_cast<uint32_t>(crc);
  for (; n > 0; --n, ++data) narrow = Step1(narrow, *data);
  return ~narrow;
}

bool HasCrcInstruction() {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("sse4.2") != 0;
  return has;
#else
  return true;
#endif
}

#endif  // ROWSPLIT_CRC32C_TARGET

}  // namespace

uint32_t Crc32cTable(const uint8_t* data, size_t n) {
  uint32_t crc = 0xFFFFFFFFu;
  for (; n >= 8; n -= 8, data += 8) {
    const uint64_t word = LoadLittleEndian(data) ^ crc;
    crc = kSlices[7][word & 0xFF] ^ kSlices[6][word >> 8 & 0xFF] ^
          kSlices[5][word >> 16 & 0xFF] ^ kSlices[4][word >> 24 & 0xFF] ^
          kSlices[3][word >> 32 & 0xFF] ^ kSlices[2][word >> 40 & 0xFF] ^
          kSlices[1][word >> 48 & 0xFF] ^ kSlices[0][word >> 56];
  }
  for (; n > 0; --n, ++data)
    crc = (crc >> 8) ^ kSlices[0][(crc ^ *data) & 0xFF];
  return ~crc;
}

uint32_t Crc32c(const uint8_t* data, size_t n) {
#ifdef ROWSPLIT_CRC32C_TARGET
  if (HasCrcInstruction()) return Crc32cInstruction(data, n);
#endif
  return Crc32cTable(data, n);
}

}  // namespace rowsplit::kernels
