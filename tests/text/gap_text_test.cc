#include "text/gap_text.h"

#include <unicode/translit.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;

icu::UnicodeString Units(Random& random, uint64_t most) {
  // Both halves of pairs, alone too.
  static constexpr char16_t kUnits[] = {'a', 'b', 0xE9, 0x301, 0xD83D, 0xDE00};
  icu::UnicodeString text;
  for (uint64_t left = Below(random, most + 1); left > 0; --left)
    text.append(kUnits[Below(random, std::size(kUnits))]);
  return text;
}

void ExpectSame(const icu::Replaceable& got, const icu::UnicodeString& text) {
  ASSERT_EQ(got.length(), text.length());
  for (int32_t i = -1; i <= text.length(); ++i) {
    ASSERT_EQ(got.charAt(i), text.charAt(i)) << i;
    ASSERT_EQ(got.char32At(i), text.char32At(i)) << i;
  }
}

TEST(GapText, IsAsAUnicodeString) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int run = 0; run < 200; ++run) {
    icu::UnicodeString text = Units(random, 40);
    GapText got(text);
    for (int step = 0; step < 40; ++step) {
      const auto place = [&](int32_t from) {
        const auto more = static_cast<uint64_t>(text.length() - from) + 1;
        return from + static_cast<int32_t>(Below(random, more));
      };
      const int32_t start = place(0);
      const int32_t limit = std::min(place(start), start + 3);
      if (Below(random, 4) == 0) {
        const int32_t dest = place(0);
        icu::UnicodeString part;
        static_cast<const icu::Replaceable&>(text).extractBetween(start, limit,
                                                                  part);
        text.replaceBetween(dest, dest, part);
        got.copy(start, limit, dest);
      } else {
        const icu::UnicodeString part = Units(random, 5);
        text.replaceBetween(start, limit, part);
        got.handleReplaceBetween(start, limit, part);
      }
      ExpectSame(got, text);
      ASSERT_EQ(got.ToString(), text);
      icu::UnicodeString expected;
      icu::UnicodeString extracted(u"before");
      static_cast<const icu::Replaceable&>(text).extractBetween(start, limit,
                                                                expected);
      got.extractBetween(start, limit, extracted);
      ASSERT_EQ(extracted, expected);
    }
    EXPECT_FALSE(got.overflowed());
  }
}

// As the transforms of ICU change a text: rules that delete, put in and look
// around, and those that are not rules.
TEST(GapText, IsTransformedAsAUnicodeString) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::vector<std::string> pieces = {
      "a",     "É",      "e\u0301", "\u0301\u0302", " ",      "Москва",
      "щ",     "Ω",      "日本",    "カタ",         "한국",   "ß",
      "हिन्दी", "\u00BD", "&#x41;",  "\\u0041",      "😀",     "ﬁ",
      "'",     "ll",     "ไทย",     "العربية",      "{U+41}", "𝔘"};
  for (const char* id :
       {"Latin-ASCII", "Any-Latin; Latin-ASCII", "Cyrillic-Latin",
        "NFD; [:Mn:] Remove; NFC", "Any-Title", "Any-Hex", "Hex-Any",
        "Any-Name", "Katakana-Hiragana", "Fullwidth-Halfwidth",
        "[aeiou] Any-Upper", "Any-Publishing", "Greek-Latin; NFKC"}) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::Transliterator> transform(
        icu::Transliterator::createInstance(id, UTRANS_FORWARD, status));
    ASSERT_TRUE(U_SUCCESS(status) != 0) << id;
    for (int run = 0; run < 60; ++run) {
      std::string source;
      for (uint64_t left = Below(random, 30); left > 0; --left)
        source += pieces[Below(random, pieces.size())];
      icu::UnicodeString text = icu::UnicodeString::fromUTF8(source);
      GapText got(text);
      transform->transliterate(text);
      transform->transliterate(got);
      std::string expected;
      std::string made;
      ASSERT_EQ(got.ToString().toUTF8String(made), text.toUTF8String(expected))
          << id << " of " << source;
    }
  }
}

}  // namespace
}  // namespace rowsplit::internal
