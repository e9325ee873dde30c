#ifndef ROWSPLIT_SRC_TEXT_READ_CHARACTER_H_
#define ROWSPLIT_SRC_TEXT_READ_CHARACTER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/utf8.h"

namespace rowsplit::internal {

// A character of text, or a maximal ill-formed subpart, which has the code
// point -1.
struct Character {
  int32_t code_point = 0;
  size_t end = 0;
};

// What begins at `begin`. Requires a byte there.
inline Character ReadCharacter(std::string_view text, size_t begin) {
  const auto byte_at = [&](size_t i) {
    return static_cast<int32_t>(static_cast<uint8_t>(text[begin + i]));
  };
  if (byte_at(0) < 0x80) return {byte_at(0), begin + 1};
  const Utf8Sequence sequence = ReadUtf8Sequence(text, begin);
  if (!sequence.good) return {-1, begin + sequence.size};
  int32_t code_point = byte_at(0) & (0x7F >> sequence.size);
  for (size_t i = 1; i < sequence.size; ++i)
    code_point = code_point << 6 | (byte_at(i) & 0x3F);
  return {code_point, begin + sequence.size};
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_READ_CHARACTER_H_
