#ifndef ROWSPLIT_SRC_KERNELS_INLINE_KEY_H_
#define ROWSPLIT_SRC_KERNELS_INLINE_KEY_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "rowsplit/core/hash.h"

// The key of a short token in a hash table: its bytes themselves. A table that
// holds such keys answers a look-up from one cache line, without following a
// pointer to the token's text.
namespace rowsplit::kernels {

// Tokens of at most this many bytes have an inline key.
inline constexpr uint32_t kMaxInlineSize = 15;

// The bytes of a token, zeros, and in the last byte its size plus one: tokens
// that differ have keys that differ ("a" and "a\0" too), and no key is all
// zeros, which marks an empty slot. In memory the key starts with the token.
struct InlineKey {
  uint64_t words[2];

  bool empty() const { return (words[0] | words[1]) == 0; }
  uint32_t size() const {
    constexpr int kShift = std::endian::native == std::endian::little ? 56 : 0;
    return static_cast<uint32_t>((words[1] >> kShift) & 0xFF) - 1;
  }
  // Refers to this key.
  std::string_view token() const {
    return {reinterpret_cast<const char*>(words), size()};
  }
};

// One expression without a branch: && would make a jump of each half.
inline bool SameKey(const InlineKey& a, const InlineKey& b) {
  return ((a.words[0] ^ b.words[0]) | (a.words[1] ^ b.words[1])) == 0;
}

// The word that holds `byte` at index 7 in memory.
constexpr uint64_t LastByte(uint64_t byte) {
  return std::endian::native == std::endian::little ? byte << 56 : byte;
}

// The key of `token`; reads no byte outside it. Requires `token.size() <= 15`.
inline InlineKey CopyKey(std::string_view token) {
  InlineKey key{};
  if (!token.empty()) std::memcpy(key.words, token.data(), token.size());
  key.words[1] |= LastByte(token.size() + 1);
  return key;
}

// Two words that choose the hash. A table has its own, or that of the process.
struct HashSeed {
  uint64_t words[2];
};
// Two random words, the same for the whole process. As no input can know them,
// none can be made to collide; what a table answers must not depend on them.
const HashSeed& ProcessHashSeed();
// Makes it known, for a program whose work must be the same each time it runs.
// Must be called before the first table is made, and by no library code.
void FixProcessHashSeed(const HashSeed& seed);

// The seeded halves of each word multiplied, and the two products added: keys
// that differ have the same sum for one seed in 2^32. The sum's halves are
// folded together and spread by a multiplication, and its product's halves
// again: the low 32 bits are the hash. They need 32-bit multiplications only,
// so that vectors hash several keys at once.
inline constexpr uint32_t kHashFactor = 0x9E3779B9;
inline uint64_t HashKey(const InlineKey& key, const HashSeed& seed) {
  uint64_t sum = 0;
  for (int i = 0; i < 2; ++i) {
    const uint32_t low = static_cast<uint32_t>(key.words[i]) +
                         static_cast<uint32_t>(seed.words[i]);
    const uint32_t high = static_cast<uint32_t>(key.words[i] >> 32) +
                          static_cast<uint32_t>(seed.words[i] >> 32);
    sum += uint64_t{low} * high;
  }
  const uint64_t spread = ((sum ^ (sum >> 32)) & 0xFFFFFFFF) * kHashFactor;
  return spread ^ (spread >> 32);
}

// The hash of a token too long for a key.
inline uint64_t HashLong(std::string_view token, const HashSeed& seed) {
  return Xxh3_64(token, seed.words[0]);
}

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_INLINE_KEY_H_
