#ifndef ROWSPLIT_SRC_CORE_PHILOX_H_
#define ROWSPLIT_SRC_CORE_PHILOX_H_

#include <array>
#include <cstdint>

namespace rowsplit::internal {

// Philox4x32-10, a random function of a counter: 128 bits for each number, with
// no state, so that item n gets the same bits whoever asks for them, and when.
//
//   PhiloxBits(seed, stream, item)  // four words of 32 bits
//
// The counter's words are the item's low and high half, then the stream's; the
// key's are the seed's low and high half.
inline std::array<uint32_t, 4> PhiloxBits(uint64_t seed, uint64_t stream,
                                          uint64_t item) {
  auto key0 = static_cast<uint32_t>(seed);
  auto key1 = static_cast<uint32_t>(seed >> 32);
  std::array<uint32_t, 4> c = {
      static_cast<uint32_t>(item), static_cast<uint32_t>(item >> 32),
      static_cast<uint32_t>(stream), static_cast<uint32_t>(stream >> 32)};
  for (int round = 0; round < 10; ++round) {
    const uint64_t a = uint64_t{0xD2511F53} * c[0];
    const uint64_t b = uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<uint32_t>(b >> 32) ^ c[1] ^ key0, static_cast<uint32_t>(b),
         static_cast<uint32_t>(a >> 32) ^ c[3] ^ key1,
         static_cast<uint32_t>(a)};
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return c;
}

// A number in [0, 1), a multiple of 2^-24, of one word.
inline float UnitFloat(uint32_t bits) {
  return static_cast<float>(bits >> 8) * 0x1p-24F;
}

// A number in [0, end) of two words: the high half of their product with `end`.
inline uint64_t BelowEnd(uint32_t high, uint32_t low, uint64_t end) {
  __extension__ using uint128 = unsigned __int128;
  const uint64_t bits = uint64_t{high} << 32 | low;
  return static_cast<uint64_t>((uint128{bits} * end) >> 64);
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_PHILOX_H_
