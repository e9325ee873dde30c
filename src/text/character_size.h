#ifndef ROWSPLIT_SRC_TEXT_CHARACTER_SIZE_H_
#define ROWSPLIT_SRC_TEXT_CHARACTER_SIZE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/utf8.h"

// How long a character is, where text may be anything. All require a byte at
// `at`.
namespace rowsplit::internal {

// The bytes of the character, or of the maximal ill-formed subpart.
inline size_t CharacterSize(std::string_view text, size_t at) {
  if (static_cast<uint8_t>(text[at]) < 0x80) return 1;
  return ReadUtf8Sequence(text, at).size;
}

// The bytes of the character; 1 where there is none.
inline size_t CharacterOrByteSize(std::string_view text, size_t at) {
  if (static_cast<uint8_t>(text[at]) < 0x80) return 1;
  const Utf8Sequence sequence = ReadUtf8Sequence(text, at);
  return sequence.good ? sequence.size : 1;
}

// Whether a byte is none that goes on with a character.
inline bool IsLeadByte(char byte) { return static_cast<int8_t>(byte) >= -64; }

// The byte and those behind it that go on with a character: its bytes in
// well-formed text.
inline size_t SizeToNextLead(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && !IsLeadByte(text[end])) ++end;
  return end - at;
}

// The characters of well-formed text.
inline int64_t CountLeadBytes(std::string_view text) {
  return std::count_if(text.begin(), text.end(), IsLeadByte);
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_CHARACTER_SIZE_H_
