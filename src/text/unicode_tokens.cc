#include "text/unicode_tokens.h"

#include <algorithm>
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
// Longer ones in parts of so many bytes, which stay in the cache.
constexpr size_t kPartBytes = size_t{32} << 10;

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

// The end of the part of a row that begins at `begin`: not inside a character.
size_t PartEnd(std::string_view row, size_t begin) {
  if (row.size() - begin <= kPartBytes) return row.size();
  const size_t most = begin + kPartBytes;
  for (size_t end = most; end + 4 > most; --end)
    if (!IsContinuation(row[end])) return end;
  return most;
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
  Utf8Stretches stretches(row);
  for (Utf8Stretch stretch = stretches.Next(); stretch.size > 0;
       stretch = stretches.Next()) {
    if (stretch.good) {
      AppendGoodCharacters(row.substr(stretch.begin, stretch.size),
                           base + static_cast<uint32_t>(stretch.begin), tokens);
    } else {
      tokens.Append(TokenSpan{
          replacement, static_cast<uint32_t>(kReplacementCharacter.size())});
    }
  }
}

// White space begins with a byte that begins a character, so none lies in what
// is ill-formed.
void BlankUnicodeWhitespace(std::span<char> row) {
  Utf8Stretches stretches({row.data(), row.size()});
  for (Utf8Stretch stretch = stretches.Next(); stretch.size > 0;
       stretch = stretches.Next()) {
    if (!stretch.good) continue;
    auto* bytes = reinterpret_cast<uint8_t*>(row.data()) + stretch.begin;
    kernels::MapUtf8Case(Blanks(), bytes, stretch.size, bytes);
  }
}

void AppendUnicodeWhitespaceTokens(std::string_view row, uint32_t base,
                                   BufferBuilder<TokenSpan>& tokens) {
  char few[kFewBytes];
  std::string many;
  if (row.size() > kFewBytes) many.resize(std::min(row.size(), kPartBytes));
  char* const blanked = many.empty() ? few : many.data();
  const size_t num_before = tokens.size();
  for (size_t begin = 0; begin < row.size();) {
    const size_t size = PartEnd(row, begin) - begin;
    std::memcpy(blanked, row.data() + begin, size);
    BlankUnicodeWhitespace({blanked, size});
    const size_t num_done = tokens.size();
    const uint32_t part_base = base + static_cast<uint32_t>(begin);
    TokenSpan* out = tokens.AppendUninitialized((size + 1) / 2);
    size_t count = kernels::FindTokenSpans(
        reinterpret_cast<const uint8_t*>(blanked), size, part_base, out);
    // A token may lie across the border of two parts.
    if (count > 0 && num_done > num_before && out[0].begin == part_base &&
        out[-1].end() == part_base) {
      out[-1].size += out[0].size;
      std::copy(out + 1, out + count, out);
      --count;
    }
    tokens.ResizeUninitialized(num_done + count);
    begin += size;
  }
}

}  // namespace rowsplit::internal
