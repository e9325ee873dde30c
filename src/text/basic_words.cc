#include "text/basic_words.h"

#include <unicode/uchar.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "text/code_point_table.h"
#include "text/fast_wordpiece_state.h"
#include "text/read_character.h"

namespace rowsplit::internal {

namespace {

// Properties of a code point, as bits.
constexpr uint8_t kControl = 1;       // Cc and Cf: becomes a space
constexpr uint8_t kNonspacing = 2;    // Mn: an accent
constexpr uint8_t kWordOfItsOwn = 4;  // punctuation and Chinese

uint8_t PropertiesOf(uint32_t code_point) {
  const auto point = static_cast<UChar32>(code_point);
  const uint32_t mask = U_GET_GC_MASK(point);
  uint8_t properties = 0;
  if ((mask & (U_GC_CC_MASK | U_GC_CF_MASK)) != 0) properties |= kControl;
  if ((mask & U_GC_MN_MASK) != 0) properties |= kNonspacing;
  if (IsPunctuationOrChinese(point)) properties |= kWordOfItsOwn;
  return properties;
}

const CodePointTable<uint8_t>& Properties() {
  static const auto* const table =
      new CodePointTable<uint8_t>(CodePointTable<uint8_t>::Make(PropertiesOf));
  return *table;
}

// What a byte of text may be, for runs of those that are nothing.
constexpr uint8_t kControlByte = 1;
constexpr uint8_t kSpaceByte = 2;
constexpr uint8_t kMarkByte = 4;
constexpr uint8_t kOtherByte = 8;  // not ASCII

constexpr std::array<uint8_t, 256> MakeByteKinds() {
  std::array<uint8_t, 256> kinds{};
  for (size_t byte = 0; byte < kinds.size(); ++byte) {
    uint8_t kind = 0;
    if (byte < 0x20 || byte == 0x7F) kind |= kControlByte;
    if (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' ||
        byte == '\r')
      kind |= kSpaceByte;
    if ((byte >= 33 && byte <= 47) || (byte >= 58 && byte <= 64) ||
        (byte >= 91 && byte <= 96) || (byte >= 123 && byte <= 126))
      kind |= kMarkByte;
    kinds[byte] = byte < 0x80 ? kind : kOtherByte;
  }
  return kinds;
}

constexpr std::array<uint8_t, 256> kByteKinds = MakeByteKinds();

// Where the bytes from `at` on are first one of these kinds.
size_t SkipBytes(std::string_view text, size_t at, uint8_t kinds) {
  while (at < text.size() &&
         (kByteKinds[static_cast<uint8_t>(text[at])] & kinds) == 0)
    ++at;
  return at;
}

bool IsSpaceByte(char byte) {
  return (kByteKinds[static_cast<uint8_t>(byte)] & kSpaceByte) != 0;
}

// The size of "[unused" + digits + "]" at the begin of the text, or 0.
size_t UnusedTokenSize(std::string_view text) {
  constexpr std::string_view kBegin = "[unused";
  if (text.substr(0, kBegin.size()) != kBegin) return 0;
  size_t at = kBegin.size();
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  const bool is_token =
      at > kBegin.size() && at < text.size() && text[at] == ']';
  return is_token ? at + 1 : 0;
}

}  // namespace

void CleanText(std::string_view text, bool drop_marks, std::string& out) {
  const CodePointTable<uint8_t>& properties = Properties();
  out.resize(text.size());
  size_t end = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    at = SkipBytes(text, at, kControlByte | kOtherByte);
    if (at > begin) {
      std::memcpy(out.data() + end, text.data() + begin, at - begin);
      end += at - begin;
      if (at == text.size()) break;
    }
    const Character character = ReadCharacter(text, at);
    const uint8_t bits =
        character.code_point < 0
            ? 0
            : properties.At(static_cast<uint32_t>(character.code_point));
    if ((bits & kControl) != 0) {
      out[end++] = ' ';
    } else if (!drop_marks || (bits & kNonspacing) == 0) {
      for (size_t i = at; i < character.end; ++i) out[end++] = text[i];
    }
    at = character.end;
  }
  out.resize(end);
}

void ForEachBasicToken(
    std::string_view text, bool keep_whitespace, bool preserve_unused_token,
    absl::FunctionRef<void(size_t begin, size_t end)> token) {
  const CodePointTable<uint8_t>& properties = Properties();
  const size_t size = text.size();
  size_t begin = 0;  // of the token that is not ended
  const auto add = [&](size_t from, size_t to) {
    if (from < to) token(from, to);
  };
  for (size_t at = 0; at < size;) {
    at = SkipBytes(text, at, kSpaceByte | kMarkByte | kOtherByte);
    if (at == size) break;
    const size_t here = at;
    bool is_token = false;
    if (IsSpaceByte(text[at])) {
      while (at < size && IsSpaceByte(text[at])) ++at;
      is_token = keep_whitespace;
    } else {
      const size_t unused = preserve_unused_token && text[at] == '['
                                ? UnusedTokenSize(text.substr(at))
                                : 0;
      const Character character = ReadCharacter(text, at);
      at = unused > 0 ? here + unused : character.end;
      const bool is_mark =
          character.code_point >= 0 &&
          (properties.At(static_cast<uint32_t>(character.code_point)) &
           kWordOfItsOwn) != 0;
      if (!is_mark) continue;
      is_token = true;
    }
    add(begin, here);
    if (is_token) add(here, at);
    begin = at;
  }
  add(begin, size);
}

}  // namespace rowsplit::internal
