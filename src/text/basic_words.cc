#include "text/basic_words.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/bert_tokenizer.h"
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

namespace {

// Whether a code point may become something else.
bool MayChange(uint32_t code_point, bool lower_case) {
  const auto point = static_cast<UChar32>(code_point);
  if (!U_IS_UNICODE_CHAR(point)) return false;
  const uint8_t bits = Properties().At(code_point);
  if (!lower_case) return (bits & kControl) != 0;
  return (bits & (kControl | kNonspacing)) != 0 ||
         u_hasBinaryProperty(point, UCHAR_CHANGES_WHEN_NFKC_CASEFOLDED) != 0 ||
         u_getIntPropertyValue(point, UCHAR_NFD_QUICK_CHECK) != UNORM_YES;
}

}  // namespace

absl::StatusOr<const FastBertText*> FastBertText::Make(bool lower_case) {
  std::vector<uint32_t> points;
  StringTensorBuilder builder;
  for (uint32_t point = 0; point < CodePointTable<uint16_t>::kNumCodePoints;
       ++point) {
    if (!MayChange(point, lower_case)) continue;
    char bytes[4];
    int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, point);
    builder.Append({bytes, static_cast<size_t>(size)});
    points.push_back(point);
  }
  const StringTensor before = std::move(builder).Build();
  BasicTokenizeOptions options;
  if (lower_case) options.lower_case = BertLowerCase::kStripAccents;
  ROWSPLIT_ASSIGN_OR_RETURN(const StringTensor after,
                            BasicNormalize(before, options));
  std::vector<std::string> texts = {""};
  absl::flat_hash_map<std::string_view, uint16_t> known;
  absl::flat_hash_map<uint32_t, uint16_t> changes;
  for (size_t i = 0; i < points.size(); ++i) {
    const std::string_view text = after[static_cast<int64_t>(i)];
    if (text == before[static_cast<int64_t>(i)]) continue;
    const auto [found, is_new] =
        known.try_emplace(text, static_cast<uint16_t>(texts.size()));
    if (is_new) texts.emplace_back(text);
    changes[points[i]] = found->second;
  }
  auto index = CodePointTable<uint16_t>::Make([&](uint32_t point) {
    const auto found = changes.find(point);
    return found == changes.end() ? uint16_t{0} : found->second;
  });
  return new FastBertText(std::move(texts), std::move(index));
}

absl::StatusOr<const FastBertText*> FastBertText::Get(bool lower_case) {
  if (lower_case) {
    static const auto* const lower =
        new absl::StatusOr<const FastBertText*>(Make(true));
    return *lower;
  }
  static const auto* const plain =
      new absl::StatusOr<const FastBertText*>(Make(false));
  return *plain;
}

bool FastBertText::Normalize(std::string_view text, std::string& out,
                             std::vector<Offset>& places) const {
  out.clear();
  places.clear();
  const auto size = static_cast<int64_t>(text.size());
  bool is_changed = false;
  for (int64_t at = 0; at < size;) {
    const int64_t begin = at;
    UChar32 point;
    U8_NEXT(text.data(), at, size, point);
    const uint16_t change =
        point < 0 ? 0 : index_.At(static_cast<uint32_t>(point));
    if (change == 0) {
      for (int64_t i = begin; i < at; ++i) {
        out += text[i];
        places.push_back(i);
      }
      continue;
    }
    is_changed = true;
    out += texts_[change];
    places.resize(out.size(), begin);
  }
  places.push_back(size);
  return is_changed;
}

}  // namespace rowsplit::internal
