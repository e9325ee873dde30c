#ifndef ROWSPLIT_SRC_CORE_SHA256_H_
#define ROWSPLIT_SRC_CORE_SHA256_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rowsplit::internal {

// SHA-256 of a stream (FIPS 180-4).
//
//   Sha256 hash;
//   hash.Update("abc");
//   hash.Finish();  // "ba7816bf8f01cfea…", 64 digits
class Sha256 {
 public:
  void Update(std::string_view bytes);
  // The digest in lower-case hexadecimal; nothing may follow.
  std::string Finish();

 private:
  void AddBlock(const unsigned char* block);

  std::array<uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
                                    0xa54ff53a, 0x510e527f, 0x9b05688c,
                                    0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> partial_{};
  size_t partial_bytes_ = 0;
  uint64_t total_bytes_ = 0;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_SHA256_H_
