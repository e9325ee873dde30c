#ifndef ROWSPLIT_CORE_BYTE_SET_H_
#define ROWSPLIT_CORE_BYTE_SET_H_

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace rowsplit {

// A set of byte values.
//
//   const ByteSet blanks = ByteSet::Of(" \t");
//   blanks.contains('\t')  // true
class ByteSet {
 public:
  constexpr ByteSet() = default;

  // The bytes of `bytes`.
  static constexpr ByteSet Of(std::string_view bytes) {
    ByteSet set;
    for (const char byte : bytes) set.Add(static_cast<uint8_t>(byte));
    return set;
  }

  constexpr void Add(uint8_t byte) {
    words_[byte >> 6] |= uint64_t{1} << (byte & 63);
  }
  constexpr void Remove(uint8_t byte) {
    words_[byte >> 6] &= ~(uint64_t{1} << (byte & 63));
  }
  constexpr bool contains(uint8_t byte) const {
    return (words_[byte >> 6] >> (byte & 63) & 1) != 0;
  }
  constexpr bool empty() const { return *this == ByteSet(); }
  // True if no byte above 7F is in the set.
  constexpr bool is_ascii() const { return (words_[2] | words_[3]) == 0; }
  constexpr int size() const {
    int size = 0;
    for (const uint64_t word : words_) size += std::popcount(word);
    return size;
  }

  friend constexpr bool operator==(const ByteSet&, const ByteSet&) = default;

 private:
  std::array<uint64_t, 4> words_{};
};

}  // namespace rowsplit

#endif  // ROWSPLIT_CORE_BYTE_SET_H_
