#ifndef ROWSPLIT_SRC_KERNELS_WORD_BLOCKS_REF_H_
#define ROWSPLIT_SRC_KERNELS_WORD_BLOCKS_REF_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "kernels/word_blocks.h"

// The meaning of NextWordBlock.
namespace rowsplit::reference {

struct Word {
  std::string bytes;
  // The source of each byte.
  std::vector<uint32_t> sources;
  std::vector<uint8_t> source_sizes;

  friend bool operator==(const Word&, const Word&) = default;
};

struct WordsOfRow {
  std::vector<Word> words;
  bool special = false;

  friend bool operator==(const WordsOfRow&, const WordsOfRow&) = default;
};

// The value of the character, or ill-formed piece, at `at`; sets its size.
inline uint32_t CharacterAt(const kernels::CharacterMap& map,
                            std::string_view row, size_t at, size_t* size,
                            std::string_view* bytes) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(row[at + i]); };
  internal::Utf8Sequence piece = {1, true};
  if (byte(0) >= 0x80) piece = internal::ReadUtf8Sequence(row, at);
  *size = piece.size;
  *bytes =
      piece.good ? row.substr(at, piece.size) : internal::kReplacementCharacter;
  uint32_t code_point = byte(0);
  if (!piece.good) {
    code_point = 0xFFFD;
  } else if (piece.size > 1) {
    code_point &= 0x7Fu >> piece.size;
    for (size_t i = 1; i < piece.size; ++i)
      code_point = code_point << 6 | (byte(i) & 0x3Fu);
  }
  return map
      .values[size_t{map.block_of[code_point / 64]} * 64 + code_point % 64];
}

inline WordsOfRow FindWords(const kernels::CharacterMap& map,
                            std::string_view row) {
  WordsOfRow result;
  bool open = false;
  for (size_t at = 0, size = 0; at < row.size(); at += size) {
    std::string_view bytes;
    const uint32_t value = CharacterAt(map, row, at, &size, &bytes);
    if ((value & kernels::character::kSpecial) != 0) result.special = true;
    if ((value & kernels::character::kSpace) != 0) {
      open = false;
      continue;
    }
    if ((value & kernels::character::kCopy) == 0) {
      bytes = {map.pool + kernels::character::PoolBegin(value),
               kernels::character::Size(value)};
    }
    if (bytes.empty()) continue;
    const bool own = (value & kernels::character::kOwn) != 0;
    if (!open || own) result.words.emplace_back();
    open = !own;
    Word& word = result.words.back();
    word.bytes += bytes;
    word.sources.resize(word.bytes.size(), static_cast<uint32_t>(at));
    word.source_sizes.resize(word.bytes.size(), static_cast<uint8_t>(size));
  }
  return result;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_WORD_BLOCKS_REF_H_
