#include "text/unicode_tokens.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "core/utf8.h"
#include "kernels/token_spans.h"
#include "kernels/utf8_case.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {
namespace {

// Rows of up to so many bytes are copied on the stack.
constexpr size_t kFewBytes = 1024;

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

// White space to blanks, as many as it has bytes.
const kernels::Utf8CaseMap& Blanks() {
  static const auto* map = [] {
    auto* blanks = new kernels::Utf8CaseMap;
    blanks->num_letters = 0;
    for (const uint32_t space : {0x85, 0xA0}) blanks->Set(space, 0x2020);
    for (const uint32_t space : {0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004,
                                 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A,
                                 0x2028, 0x2029, 0x202F, 0x205F, 0x3000})
      blanks->Set(space, 0x202020);
    return blanks;
  }();
  return *map;
}

}  // namespace

// The first byte is no continuation byte, so it can't be a part of a character.
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

void BlankUnicodeWhitespace(std::span<char> row) {
  const std::string_view text(row.data(), row.size());
  if (IsValidUtf8(text)) {
    auto* bytes = reinterpret_cast<uint8_t*>(row.data());
    kernels::MapUtf8Case(Blanks(), bytes, row.size(), bytes);
    return;
  }
  for (size_t at = 0; at < row.size();) {
    const size_t blank = WhitespaceSize(text, at);
    for (size_t i = 0; i < blank; ++i) row[at + i] = ' ';
    at += blank == 0 ? 1 : blank;
  }
}

void AppendUnicodeWhitespaceTokens(std::string_view row, uint32_t base,
                                   BufferBuilder<TokenSpan>& tokens) {
  char few[kFewBytes];
  std::string many;
  if (row.size() > kFewBytes) many.resize(row.size());
  const std::span<char> blanked(many.empty() ? few : many.data(), row.size());
  if (!row.empty()) std::memcpy(blanked.data(), row.data(), row.size());
  BlankUnicodeWhitespace(blanked);
  const size_t before = tokens.size();
  TokenSpan* out = tokens.AppendUninitialized((row.size() + 1) / 2);
  const size_t count = kernels::FindTokenSpans(
      reinterpret_cast<const uint8_t*>(blanked.data()), row.size(), base, out);
  tokens.ResizeUninitialized(before + count);
}

}  // namespace rowsplit::internal
