#ifndef ROWSPLIT_SRC_TEXT_CODE_POINT_TABLE_H_
#define ROWSPLIT_SRC_TEXT_CODE_POINT_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

namespace rowsplit::internal {

// A property of each code point, in two levels: blocks of 64 code points, equal
// ones stored once. A block is what the last byte of a character of UTF-8
// chooses from, so a look-up in text needs no code point. Immutable once made.
//
//   const auto scripts = CodePointTable<uint8_t>::Make(
//       [](uint32_t code_point) { return ScriptOf(code_point); });
//   scripts.At(0x3B1)
template <typename T>
class CodePointTable {
 public:
  static constexpr uint32_t kNumCodePoints = 0x110000;
  static constexpr uint32_t kBlock = 64;

  // Asks `property(code_point)` for each of the 1,114,112 code points,
  // surrogates too: some 10 ms with a property of ICU. Requires fewer than
  // 65,536 different blocks, which any property has (there are 17,408).
  template <typename Property>
  static CodePointTable Make(const Property& property) {
    CodePointTable table;
    table.block_of_.resize(kNumCodePoints / kBlock);
    std::map<std::array<T, kBlock>, uint16_t> known;
    std::array<T, kBlock> block;
    for (uint32_t first = 0; first < kNumCodePoints; first += kBlock) {
      for (uint32_t i = 0; i < kBlock; ++i) block[i] = property(first + i);
      const auto [found, is_new] =
          known.try_emplace(block, static_cast<uint16_t>(known.size()));
      if (is_new)
        table.values_.insert(table.values_.end(), block.begin(), block.end());
      table.block_of_[first / kBlock] = found->second;
    }
    return table;
  }

  // Requires `code_point <= 0x10FFFF`.
  T At(uint32_t code_point) const {
    return InBlock(code_point / kBlock, code_point);
  }

  // The property of the character that begins at `*at`, which moves behind it.
  // Requires well-formed text with a character there.
  T Next(std::string_view text, size_t* at) const {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data()) + *at;
    const uint32_t first = bytes[0];
    if (first < 0x80) {
      *at += 1;
      return At(first);
    }
    if (first < 0xE0) {
      *at += 2;
      return InBlock(first & 0x1F, bytes[1]);
    }
    if (first < 0xF0) {
      *at += 3;
      return InBlock((first & 0x0F) << 6 | (bytes[1] & 0x3Fu), bytes[2]);
    }
    *at += 4;
    return InBlock(
        (first & 0x07) << 12 | (bytes[1] & 0x3Fu) << 6 | (bytes[2] & 0x3Fu),
        bytes[3]);
  }

  // For kernels: `values()[block_of()[code_point / 64] * 64 + code_point % 64]`
  // is the property.
  const std::vector<uint16_t>& block_of() const { return block_of_; }
  const std::vector<T>& values() const { return values_; }

 private:
  CodePointTable() = default;

  T InBlock(uint32_t block, uint32_t low_bits) const {
    return values_[size_t{block_of_[block]} * kBlock + low_bits % kBlock];
  }

  std::vector<uint16_t> block_of_;
  std::vector<T> values_;
};

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_CODE_POINT_TABLE_H_
