#include "text/byte_level.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rowsplit/core/offset.h"
#include "text/code_point_table.h"

namespace rowsplit::internal {

namespace {

enum Class : uint8_t { kOther, kLetter, kNumber, kSpace };

const CodePointTable<uint8_t>& Classes() {
  static const auto* table = new CodePointTable<uint8_t>(
      CodePointTable<uint8_t>::Make([](uint32_t code_point) -> uint8_t {
        const auto c = static_cast<UChar32>(code_point);
        if (u_isUWhiteSpace(c)) return kSpace;
        const uint32_t bit = U_GET_GC_MASK(c);
        if ((bit & U_GC_L_MASK) != 0) return kLetter;
        return (bit & U_GC_N_MASK) != 0 ? kNumber : kOther;
      }));
  return *table;
}

struct ByteCharacters {
  std::array<uint16_t, 256> of_byte{};
  // By code point; -1 for none.
  std::array<int16_t, 0x200> byte_of{};
};

constexpr ByteCharacters MakeByteCharacters() {
  ByteCharacters made;
  for (int16_t& byte : made.byte_of) byte = -1;
  uint16_t next = 0x100;
  for (uint32_t byte = 0; byte < 256; ++byte) {
    const bool is_seen =
        (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
    made.of_byte[byte] = is_seen ? static_cast<uint16_t>(byte) : next++;
    made.byte_of[made.of_byte[byte]] = static_cast<int16_t>(byte);
  }
  return made;
}

constexpr ByteCharacters kByteCharacters = MakeByteCharacters();

// The size of 's 't 'm 'd 're 've 'll at the begin of `text`, or 0.
size_t ContractionSize(std::string_view text) {
  if (text.size() < 2 || text[0] != '\'') return 0;
  switch (text[1]) {
    case 's':
    case 't':
    case 'm':
    case 'd':
      return 2;
    case 'r':
    case 'v':
      return text.size() > 2 && text[2] == 'e' ? 3 : 0;
    case 'l':
      return text.size() > 2 && text[2] == 'l' ? 3 : 0;
    default:
      return 0;
  }
}

}  // namespace

void AppendByteCharacter(uint8_t byte, std::string& out) {
  const uint16_t code_point = kByteCharacters.of_byte[byte];
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else {
    out += static_cast<char>(0xC0 | code_point >> 6);
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  }
}

void AppendBytesOfCharacters(std::string_view text, std::string& out) {
  const size_t before = out.size();
  for (size_t at = 0; at < text.size();) {
    UChar32 c;
    // NOLINTNEXTLINE(bugprone-inc-dec-in-conditions): ICU's macro
    U8_NEXT_OR_FFFD(text.data(), at, text.size(), c);
    const auto code_point = static_cast<uint32_t>(c);
    if (code_point >= 0x200 || kByteCharacters.byte_of[code_point] < 0) {
      out.resize(before);
      out += text;
      return;
    }
    out += static_cast<char>(kByteCharacters.byte_of[code_point]);
  }
}

std::vector<TokenSpan> ByteLevelWords(std::string_view text) {
  const CodePointTable<uint8_t>& classes = Classes();
  std::vector<TokenSpan> words;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin + ContractionSize(text.substr(begin));
    if (end == begin) {
      // A blank goes before what is no white space.
      uint8_t first = classes.Next(text, &end);
      if (text[begin] == ' ' && end < text.size()) {
        size_t behind = end;
        const uint8_t second = classes.Next(text, &behind);
        if (second != kSpace) {
          first = second;
          end = behind;
        }
      }
      size_t last = begin;
      for (size_t next = end; end < text.size(); end = next) {
        if (classes.Next(text, &next) != first) break;
        last = end;
      }
      if (first == kSpace && end < text.size() && last > begin) end = last;
    }
    words.push_back(
        {static_cast<uint32_t>(begin), static_cast<uint32_t>(end - begin)});
    begin = end;
  }
  return words;
}

}  // namespace rowsplit::internal
