#ifndef ROWSPLIT_TESTS_SUPPORT_ICU_NORMALIZE_H_
#define ROWSPLIT_TESTS_SUPPORT_ICU_NORMALIZE_H_

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rowsplit/text/normalize.h"
#include "support/seed.h"

namespace rowsplit::testing {

inline constexpr NormalForm kNormalForms[] = {
    NormalForm::kNfc, NormalForm::kNfd, NormalForm::kNfkc, NormalForm::kNfkd,
    NormalForm::kNfkcCasefold};

inline const icu::Normalizer2& IcuNormalizer(NormalForm form) {
  UErrorCode status = U_ZERO_ERROR;
  switch (form) {
    case NormalForm::kNfc:
      return *icu::Normalizer2::getNFCInstance(status);
    case NormalForm::kNfd:
      return *icu::Normalizer2::getNFDInstance(status);
    case NormalForm::kNfkc:
      return *icu::Normalizer2::getNFKCInstance(status);
    case NormalForm::kNfkd:
      return *icu::Normalizer2::getNFKDInstance(status);
    case NormalForm::kNfkcCasefold:
      break;
  }
  return *icu::Normalizer2::getNFKCCasefoldInstance(status);
}

inline std::string NormalizeByIcu(NormalForm form, std::string_view text,
                                  icu::Edits* edits = nullptr) {
  UErrorCode status = U_ZERO_ERROR;
  std::string result;
  icu::StringByteSink<std::string> sink(&result);
  IcuNormalizer(form).normalizeUTF8(
      0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink,
      edits, status);
  return result;
}

inline std::string Utf8Of(uint32_t code_point) {
  char bytes[U8_MAX_LENGTH];
  int32_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, code_point);
  return {bytes, static_cast<size_t>(size)};
}

// Pieces of text that make trouble for normalization: marks of several classes
// that compose or don't, jamo, what is ignored, what becomes long or nothing,
// bytes that are no UTF-8.
inline std::string RandomMarkedText(Random& random, size_t size) {
  static const auto* pieces = new std::vector<std::string>{
      "a",
      "A",
      "e",
      "o",
      "\u00E9",
      "\u00C9",
      "\u1EBF",
      "\u0301",
      "\u0301",
      "\u0302",
      "\u0323",
      "\u0323",
      "\u031B",
      "\u0345",
      "\u0344",
      "\u0340",
      "\u05B7",
      "\u05BC",
      "\u05D0",
      "\u0951",
      "\u0928",
      "\u093C",
      "\u0958",
      "\u09C7",
      "\u09BE",
      "\u09D7",
      "\u09A1",
      "\u09DC",
      "\u0E33",
      "\u0E4D",
      "\u0E48",
      "\u0F71",
      "\u0F72",
      "\u0F73",
      "\u0F81",
      "\u1112",
      "\u1161",
      "\u11AB",
      "\u11A8",
      "\uD558",
      "\uAE00",
      "\uFF21",
      "\uFF76",
      "\uFF9E",
      "\u30AB",
      "\u3099",
      "\u00A0",
      "\u2026",
      "\uFB01",
      "\uFDFA",
      "\u00AD",
      "\u200B",
      "\u034F",
      "\uFE0F",
      "\U0001F44D",
      "\U0001D15F",
      "\U0001D165",
      "\U00011099",
      "\U000110BA",
      "\u212B",
      "\u03A9",
      "\u1F80",
      "\u0308",
      "\u0130",
      "\u1E9E",
      "\u3164",
      "\u115F",
      "\u65E5",
      "\uF900",
      " ",
      ".",
      "some plain words, ",
      "\u0420\u0443\u0441\u0441\u043A\u0438\u0439 ",
      "\x80",
      "\xC3",
      "\xE2\x82",
      "\xED\xA0\x80",
      "\xF0\x9F",
      "\xFF"};
  std::string text;
  while (text.size() < size) {
    const uint64_t kind = Below(random, 20);
    if (kind == 0) {
      const auto code_point = static_cast<uint32_t>(Below(random, 0x30000));
      if (code_point < 0xD800 || code_point >= 0xE000)
        text += Utf8Of(code_point);
    } else {
      text += (*pieces)[Below(random, pieces->size())];
    }
  }
  return text;
}

}  // namespace rowsplit::testing

#endif  // ROWSPLIT_TESTS_SUPPORT_ICU_NORMALIZE_H_
