#include "core/json_string.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace rowsplit::internal {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

void Put(std::string_view bytes, BufferBuilder<char>& out) {
  out.Append(std::span<const char>(bytes.data(), bytes.size()));
}

// Whether one of the eight bytes is a control, a quote, a backslash or above
// 0x7F. `(x - 0x01..) & ~x & 0x80..` has a bit where a byte of x is 0.
bool NeedsCare(uint64_t word) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  constexpr uint64_t kHigh = 0x8080808080808080u;
  const uint64_t quote = word ^ (kOnes * '"');
  const uint64_t backslash = word ^ (kOnes * '\\');
  const uint64_t found = ((word - kOnes * 0x20) & ~word) |
                         ((quote - kOnes) & ~quote) |
                         ((backslash - kOnes) & ~backslash) | word;
  return (found & kHigh) != 0;
}

struct Utf8Piece {
  size_t size;  // At least 1.
  bool valid;
};

// The character at the start of `text`, or the longest start of one that stands
// there (the Unicode standard's table 3-7). Requires a first byte above 0x7F.
Utf8Piece NextPiece(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte is bounded against overlong forms, surrogates and what
  // lies above U+10FFFF.
  const uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (text.size() < 2 || byte(1) < low || byte(1) > high) return {1, false};
  for (size_t i = 2; i < size; ++i) {
    if (text.size() <= i || (byte(i) & 0xC0) != 0x80) return {i, false};
  }
  return {size, true};
}

void PutEscape(char c, BufferBuilder<char>& out) {
  constexpr char kDigits[] = "0123456789abcdef";
  switch (c) {
    case '"':
      return Put("\\\"", out);
    case '\\':
      return Put("\\\\", out);
    case '\n':
      return Put("\\n", out);
    case '\r':
      return Put("\\r", out);
    case '\t':
      return Put("\\t", out);
    default:
      Put("\\u00", out);
      out.Append(kDigits[c >> 4 & 1]);
      out.Append(kDigits[c & 15]);
  }
}

}  // namespace

void AppendJsonString(std::string_view text, BufferBuilder<char>& out) {
  out.Append('"');
  size_t copied = 0;  // text[copied, i) stays as it is.
  size_t i = 0;
  while (i < text.size()) {
    if (i + 8 <= text.size()) {
      uint64_t word;
      std::memcpy(&word, text.data() + i, sizeof(word));
      if (!NeedsCare(word)) {
        i += 8;
        continue;
      }
    }
    const auto c = static_cast<uint8_t>(text[i]);
    if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
      ++i;
      continue;
    }
    size_t size = 1;
    if (c >= 0x80) {
      const Utf8Piece piece = NextPiece(text.substr(i));
      size = piece.size;
      if (piece.valid) {
        i += size;
        continue;
      }
    }
    Put(text.substr(copied, i - copied), out);
    if (c >= 0x80) {
      Put(kReplacement, out);
    } else {
      PutEscape(text[i], out);
    }
    i += size;
    copied = i;
  }
  Put(text.substr(copied), out);
  out.Append('"');
}

size_t FindIllFormedUtf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    if (static_cast<uint8_t>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const Utf8Piece piece = NextPiece(text.substr(i));
    if (!piece.valid) break;
    i += piece.size;
  }
  return i;
}

}  // namespace rowsplit::internal
