#include "text/hf_characters.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <cstdint>
#include <string>

#include "text/chinese.h"

namespace rowsplit::internal {

namespace {

constexpr int kUnicodeOfCategories = 8;
constexpr int kUnicodeOfDecompositions = 12;
constexpr uint32_t kMongolianMarks[] = {0x1885, 0x1886};  // letters
constexpr uint32_t kHanunooPamudpod = 0x1734;             // Mn
constexpr uint32_t kJavaneseKeret = 0xA9BD;               // Mc
constexpr uint32_t kSharadaSandhiMark = 0x111C9;          // Po
constexpr uint32_t kSyllabicsChi = 0x166D;                // Po

// The bit of the category in Unicode 8. Five of the code points of then have
// another one now.
uint32_t CategoryBit(uint32_t code_point) {
  switch (code_point) {
    case kMongolianMarks[0]:
    case kMongolianMarks[1]:
      return U_GC_LO_MASK;
    case kHanunooPamudpod:
      return U_GC_MN_MASK;
    case kJavaneseKeret:
      return U_GC_MC_MASK;
    case kSharadaSandhiMark:
    case kSyllabicsChi:
      return U_GC_PO_MASK;
    default:
      break;
  }
  const auto c = static_cast<UChar32>(code_point);
  const uint32_t bit = U_GET_GC_MASK(c);
  constexpr uint32_t kAsked = U_GC_MN_MASK | U_GC_P_MASK | U_GC_CF_MASK;
  if ((bit & kAsked) == 0) return bit;
  UVersionInfo age;
  u_charAge(c, age);
  return age[0] <= kUnicodeOfCategories ? bit : U_GC_CN_MASK;
}

bool HasDecomposition(uint32_t code_point) {
  UVersionInfo age;
  u_charAge(static_cast<UChar32>(code_point), age);
  return age[0] <= kUnicodeOfDecompositions;
}

void AppendUtf16(const char16_t* text, int32_t size, std::u32string& out) {
  for (int32_t at = 0; at < size;) {
    UChar32 code_point;
    U16_NEXT_UNSAFE(text, at, code_point);
    out += static_cast<char32_t>(code_point);
  }
}

}  // namespace

bool IsHfControl(uint32_t code_point) {
  if (code_point == '\t' || code_point == '\n' || code_point == '\r')
    return false;
  constexpr uint32_t kControl = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK;
  return (CategoryBit(code_point) & kControl) != 0;
}

bool IsUnassigned(uint32_t code_point) {
  return u_charType(static_cast<UChar32>(code_point)) == U_UNASSIGNED;
}

bool IsHfSpace(uint32_t code_point) {
  return u_isUWhiteSpace(static_cast<UChar32>(code_point)) != 0;
}

bool IsHfChinese(uint32_t code_point) {
  return IsBertChinese<0x2B920>(code_point);
}

bool IsHfNonspacingMark(uint32_t code_point) {
  return (CategoryBit(code_point) & U_GC_MN_MASK) != 0;
}

bool IsHfPunctuation(uint32_t code_point) {
  if (code_point < 0x80)
    return u_ispunct(static_cast<UChar32>(code_point)) != 0 ||
           (CategoryBit(code_point) & U_GC_S_MASK) != 0;
  return (CategoryBit(code_point) & U_GC_P_MASK) != 0;
}

uint8_t HfCombiningClass(uint32_t code_point) {
  const uint8_t combining =
      u_getCombiningClass(static_cast<UChar32>(code_point));
  return combining != 0 && HasDecomposition(code_point) ? combining : 0;
}

void AppendHfDecomposition(uint32_t code_point, std::u32string& out) {
  constexpr int32_t kRoom = 32;
  char16_t text[kRoom];
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfd = unorm2_getNFDInstance(&status);
  int32_t size = -1;
  if (U_SUCCESS(status)) {
    size = unorm2_getDecomposition(nfd, static_cast<UChar32>(code_point), text,
                                   kRoom, &status);
  }
  if (U_FAILURE(status) || size < 0 || !HasDecomposition(code_point)) {
    out += static_cast<char32_t>(code_point);
  } else {
    AppendUtf16(text, size, out);
  }
}

void AppendHfLower(uint32_t code_point, std::u32string& out) {
  constexpr int32_t kRoom = 16;
  char16_t text[U16_MAX_LENGTH];
  int32_t size = 0;
  U16_APPEND_UNSAFE(text, size, code_point);
  char16_t lower[kRoom];
  UErrorCode status = U_ZERO_ERROR;
  size = u_strToLower(lower, kRoom, text, size, "", &status);
  if (U_FAILURE(status)) {
    out += static_cast<char32_t>(code_point);
  } else {
    AppendUtf16(lower, size, out);
  }
}

}  // namespace rowsplit::internal
