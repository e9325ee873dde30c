#ifndef ROWSPLIT_SRC_VOCAB_OOV_BUCKET_H_
#define ROWSPLIT_SRC_VOCAB_OOV_BUCKET_H_

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rowsplit/core/hash.h"
#include "rowsplit/vocab/lookup.h"

namespace rowsplit::internal {

// The most buckets that a lookup may have, so that sums of ids fit 64 bits.
inline constexpr int64_t kMaxOovBuckets = int64_t{1} << 62;

// The bucket of a token, in [0, num_buckets): TensorFlow's rule, with its
// hashes and one of ours. Requires `num_buckets > 0`.
struct OovBuckets {
  int64_t num_buckets;
  OovHash hash = OovHash::kFarmHash;
  // SipHash with this key instead.
  std::optional<SipHashKey> salt = std::nullopt;

  int64_t Of(std::string_view token) const {
    if (num_buckets == 1) return 0;
    const uint64_t bits = salt.has_value()             ? SipHash24(token, *salt)
                          : hash == OovHash::kFarmHash ? Fingerprint64(token)
                                                       : Xxh3_64(token);
    return static_cast<int64_t>(bits % static_cast<uint64_t>(num_buckets));
  }
  // The bucket of the decimal text.
  int64_t OfInteger(int64_t token) const {
    std::array<char, 20> text;
    const char* const end =
        std::to_chars(text.data(), text.data() + text.size(), token).ptr;
    return Of({text.data(), static_cast<size_t>(end - text.data())});
  }
  int64_t OfInteger(uint64_t token) const {
    std::array<char, 20> text;
    const char* const end =
        std::to_chars(text.data(), text.data() + text.size(), token).ptr;
    return Of({text.data(), static_cast<size_t>(end - text.data())});
  }
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_OOV_BUCKET_H_
