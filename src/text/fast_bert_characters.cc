#include "text/fast_bert_characters.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kernels/word_blocks.h"
#include "text/code_point_table.h"
#include "text/fast_wordpiece_state.h"
#include "text/read_character.h"

namespace rowsplit::internal {

namespace {

namespace character = kernels::character;

std::string Utf8(const icu::UnicodeString& text) {
  std::string bytes;
  return text.toUTF8String(bytes);
}

bool IsControl(UChar32 character) {
  const int8_t category = u_charType(character);
  return category == U_CONTROL_CHAR || category == U_FORMAT_CHAR;
}

std::optional<std::string> Fold(UChar32 character) {
  UErrorCode status = U_ZERO_ERROR;
  static const auto& fold = *icu::Normalizer2::getNFKCCasefoldInstance(status);
  static const auto& nfd = *icu::Normalizer2::getNFDInstance(status);
  const bool is_plain = fold.isInert(character) && nfd.isInert(character) &&
                        !IsControl(character) &&
                        u_charType(character) != U_NON_SPACING_MARK;
  if (is_plain) return {};
  const icu::UnicodeString source(character);
  const icu::UnicodeString decomposed =
      nfd.normalize(fold.normalize(source, status), status);
  icu::UnicodeString kept;
  for (int32_t at = 0; at < decomposed.length();
       at = decomposed.moveIndex32(at, 1)) {
    const UChar32 part = decomposed.char32At(at);
    if (u_charType(part) == U_NON_SPACING_MARK) continue;
    kept.append(IsControl(part) ? UChar32{' '} : part);
  }
  if (kept == source) return {};
  return Utf8(kept);
}

}  // namespace

std::optional<std::string> ChangeForFastBert(uint32_t code_point,
                                             FastBertChange change) {
  const auto character = static_cast<UChar32>(code_point);
  if (change == FastBertChange::kFold) return Fold(character);
  if (change == FastBertChange::kNone || !IsControl(character)) return {};
  return " ";
}

uint8_t FastKindOf(int32_t code_point) {
  static const auto* const table =
      new CodePointTable<uint8_t>(CodePointTable<uint8_t>::Make([](uint32_t c) {
        const auto point = static_cast<UChar32>(c);
        return static_cast<uint8_t>(
            (u_isUWhiteSpace(point) != 0 ? kFastSpace : 0) |
            (IsPunctuationOrChinese(point) ? kFastMark : 0));
      }));
  return code_point < 0 ? uint8_t{0}
                        : table->At(static_cast<uint32_t>(code_point));
}

uint32_t FastBertCharacters::ValueOf(uint32_t code_point,
                                     FastBertChange change) {
  constexpr uint32_t kSpecial = character::Make(character::kSpecial, 0, 0);
  if (code_point >= 0xD800 && code_point < 0xE000) return kSpecial;
  if (code_point == 0xFFFD ||
      (code_point == 0x11 && change == FastBertChange::kNone))
    return kSpecial;
  const std::optional<std::string> changed =
      ChangeForFastBert(code_point, change);
  // Most code points, quickly.
  const uint32_t source_size = U8_LENGTH(code_point);
  if (!changed.has_value() && FastKindOf(static_cast<int32_t>(code_point)) == 0)
    return character::Make(character::kCopy, source_size, 0);
  const std::string source =
      Utf8(icu::UnicodeString(static_cast<UChar32>(code_point)));
  const std::string& made = changed.has_value() ? *changed : source;
  if (made.empty()) return character::Make(0, 0, 0);
  int num_spaces = 0;
  int num_marks = 0;
  int num_characters = 0;
  for (size_t at = 0; at < made.size(); ++num_characters) {
    const Character part = ReadCharacter(made, at);
    const uint8_t kind = FastKindOf(part.code_point);
    if ((kind & kFastSpace) != 0) ++num_spaces;
    if ((kind & kFastMark) != 0) ++num_marks;
    at = part.end;
  }
  if (num_spaces == num_characters)
    return character::Make(character::kSpace, 1, 0);
  if (num_spaces > 0 || num_marks > 1 ||
      (num_marks == 1 && num_characters > 1) ||
      made.size() > character::kMaxSize)
    return kSpecial;
  const uint32_t flags = num_marks == 1 ? character::kOwn : 0;
  const auto size = static_cast<uint32_t>(made.size());
  if (made == source) return character::Make(flags | character::kCopy, size, 0);
  growth_ = std::max(growth_, (size - 1) / source_size + 1);
  return character::Make(flags, size, Place(made));
}

uint32_t FastBertCharacters::Place(const std::string& word) {
  const size_t found = pool_.find(word);
  if (found != std::string::npos) return static_cast<uint32_t>(found);
  pool_ += word;
  return static_cast<uint32_t>(pool_.size() - word.size());
}

FastBertCharacters::FastBertCharacters(FastBertChange change)
    : pool_(1, ' '),
      values_(CodePointTable<uint32_t>::Make(
          [&](uint32_t code_point) { return ValueOf(code_point, change); })),
      map_{} {
  // Of each result so many bytes can be read.
  pool_.append(16, '\0');
  map_.block_of = values_.block_of().data();
  map_.values = values_.values().data();
  map_.pool = pool_.data();
  map_.growth = growth_;
  map_.lowers_ascii = change == FastBertChange::kFold;
  kernels::SetAsciiRows(map_);
}

const FastBertCharacters& FastBertCharacters::Of(FastBertChange change) {
  switch (change) {
    case FastBertChange::kNone: {
      static const auto* const none = new FastBertCharacters(change);
      return *none;
    }
    case FastBertChange::kControls: {
      static const auto* const controls = new FastBertCharacters(change);
      return *controls;
    }
    case FastBertChange::kFold:
      break;
  }
  static const auto* const fold = new FastBertCharacters(FastBertChange::kFold);
  return *fold;
}

}  // namespace rowsplit::internal
