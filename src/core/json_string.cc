#include "core/json_string.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/utf8.h"

namespace rowsplit::internal {
namespace {

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
      const Utf8Sequence sequence = ReadUtf8Sequence(text, i);
      size = sequence.size;
      if (sequence.good) {
        i += size;
        continue;
      }
    }
    Put(text.substr(copied, i - copied), out);
    if (c >= 0x80) {
      Put(kReplacementCharacter, out);
    } else {
      PutEscape(text[i], out);
    }
    i += size;
    copied = i;
  }
  Put(text.substr(copied), out);
  out.Append('"');
}

}  // namespace rowsplit::internal
