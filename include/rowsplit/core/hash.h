#ifndef ROWSPLIT_CORE_HASH_H_
#define ROWSPLIT_CORE_HASH_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rowsplit {

// FarmHash's Fingerprint64: the hash of TensorFlow's OOV buckets and of
// tf.strings.to_hash_bucket_fast. The same on every machine.
uint64_t Fingerprint64(std::string_view bytes);

// The hash of tf.strings.to_hash_bucket: MurmurHash2's 64-bit form with one
// seed. The same on every machine.
uint64_t MurmurHash64(std::string_view bytes);

// XXH3, 64 bits. The same on every machine.
uint64_t Xxh3_64(std::string_view bytes, uint64_t seed = 0);

using SipHashKey = std::array<uint64_t, 2>;

// SipHash-2-4: the hash of tf.strings.to_hash_bucket_strong. Who does not know
// the key can't make strings that collide. The same on every machine.
uint64_t SipHash24(std::string_view bytes, const SipHashKey& key);

// A 128-bit XXH3 digest in its canonical byte order (most significant first).
struct Digest128 {
  std::array<uint8_t, 16> bytes;

  // 32 lower-case hexadecimal digits, as `xxhsum -H2` prints.
  std::string ToHex() const;
  friend bool operator==(const Digest128&, const Digest128&) = default;
};

// XXH3-128 of a stream. Movable, not copyable.
class Xxh3Hasher {
 public:
  Xxh3Hasher();
  ~Xxh3Hasher();
  Xxh3Hasher(Xxh3Hasher&&) noexcept;
  Xxh3Hasher& operator=(Xxh3Hasher&&) noexcept;

  void Update(std::string_view bytes);
  // The digest of all bytes so far; more may follow.
  Digest128 Digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_CORE_HASH_H_
