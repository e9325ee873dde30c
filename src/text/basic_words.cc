#include "text/basic_words.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "text/code_point_table.h"
#include "text/fast_wordpiece_state.h"

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

bool IsSpaceByte(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' ||
         byte == '\r';
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
  const auto size = static_cast<int64_t>(text.size());
  int64_t end = 0;
  for (int64_t at = 0; at < size;) {
    const int64_t begin = at;
    UChar32 point;
    U8_NEXT(text.data(), at, size, point);
    const uint8_t bits =
        point < 0 ? 0 : properties.At(static_cast<uint32_t>(point));
    if ((bits & kControl) != 0) {
      out[end++] = ' ';
    } else if (!drop_marks || (bits & kNonspacing) == 0) {
      for (int64_t i = begin; i < at; ++i) out[end++] = text[i];
    }
  }
  out.resize(static_cast<size_t>(end));
}

void ForEachBasicToken(
    std::string_view text, bool keep_whitespace, bool preserve_unused_token,
    absl::FunctionRef<void(size_t begin, size_t end)> token) {
  const CodePointTable<uint8_t>& properties = Properties();
  const auto size = static_cast<int64_t>(text.size());
  int64_t begin = 0;  // of the token that is not ended
  const auto add = [&](int64_t from, int64_t to) {
    if (from < to) token(static_cast<size_t>(from), static_cast<size_t>(to));
  };
  for (int64_t at = 0; at < size;) {
    const int64_t here = at;
    bool is_token = false;
    if (IsSpaceByte(text[at])) {
      while (at < size && IsSpaceByte(text[at])) ++at;
      is_token = keep_whitespace;
    } else {
      const size_t unused = preserve_unused_token && text[at] == '['
                                ? UnusedTokenSize(text.substr(at))
                                : 0;
      UChar32 point;
      U8_NEXT(text.data(), at, size, point);
      if (unused > 0) at = here + static_cast<int64_t>(unused);
      const bool is_mark =
          point >= 0 &&
          (properties.At(static_cast<uint32_t>(point)) & kWordOfItsOwn) != 0;
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
