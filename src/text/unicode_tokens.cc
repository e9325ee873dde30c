#include "text/unicode_tokens.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/utf8.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {
namespace {

bool IsContinuation(char byte) { return static_cast<int8_t>(byte) < -64; }

// A span for each byte that begins a character of well-formed text.
void AppendGoodCharacters(std::string_view row, uint32_t base,
                          BufferBuilder<TokenSpan>& tokens) {
  size_t count = 0;
  for (const char byte : row) count += IsContinuation(byte) ? 0 : 1;
  TokenSpan* out = tokens.AppendUninitialized(count);
  for (size_t begin = 0; begin < row.size();) {
    size_t end = begin + 1;
    while (end < row.size() && IsContinuation(row[end])) ++end;
    *out++ = {base + static_cast<uint32_t>(begin),
              static_cast<uint32_t>(end - begin)};
    begin = end;
  }
}

// The size of the white space that begins at `at`; 0 if there is none. Its
// first byte is no continuation byte, so it can't be a part of a character.
size_t WhitespaceSize(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return at + i < text.size() ? static_cast<uint8_t>(text[at + i])
                                : uint8_t{0};
  };
  switch (byte(0)) {
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case ' ':
      return 1;
    case 0xC2:  // U+0085, U+00A0
      return byte(1) == 0x85 || byte(1) == 0xA0 ? 2 : 0;
    case 0xE1:  // U+1680
      return byte(1) == 0x9A && byte(2) == 0x80 ? 3 : 0;
    case 0xE2: {
      if (byte(1) == 0x81) return byte(2) == 0x9F ? 3 : 0;  // U+205F
      if (byte(1) != 0x80) return 0;
      // U+2000 to U+200A, U+2028, U+2029, U+202F
      const uint8_t last = byte(2);
      const bool is_space = (last >= 0x80 && last <= 0x8A) || last == 0xA8 ||
                            last == 0xA9 || last == 0xAF;
      return is_space ? 3 : 0;
    }
    case 0xE3:  // U+3000
      return byte(1) == 0x80 && byte(2) == 0x80 ? 3 : 0;
    default:
      return 0;
  }
}

}  // namespace

void AppendCharacterTokens(std::string_view row, uint32_t base,
                           uint32_t replacement,
                           BufferBuilder<TokenSpan>& tokens) {
  if (IsValidUtf8(row)) return AppendGoodCharacters(row, base, tokens);
  for (size_t at = 0; at < row.size();) {
    Utf8Sequence piece = {1, true};
    if (static_cast<uint8_t>(row[at]) >= 0x80)
      piece = ReadUtf8Sequence(row, at);
    tokens.Append(
        piece.good ? TokenSpan{base + static_cast<uint32_t>(at),
                               static_cast<uint32_t>(piece.size)}
                   : TokenSpan{replacement, static_cast<uint32_t>(
                                                kReplacementCharacter.size())});
    at += piece.size;
  }
}

void AppendUnicodeWhitespaceTokens(std::string_view row, uint32_t base,
                                   BufferBuilder<TokenSpan>& tokens) {
  size_t begin = 0;
  for (size_t at = 0; at < row.size();) {
    const size_t blank = WhitespaceSize(row, at);
    if (blank == 0) {
      ++at;
      continue;
    }
    if (at > begin) {
      tokens.Append({base + static_cast<uint32_t>(begin),
                     static_cast<uint32_t>(at - begin)});
    }
    at += blank;
    begin = at;
  }
  if (begin < row.size()) {
    tokens.Append({base + static_cast<uint32_t>(begin),
                   static_cast<uint32_t>(row.size() - begin)});
  }
}

}  // namespace rowsplit::internal
