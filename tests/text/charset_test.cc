#include "rowsplit/text/charset.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "rowsplit/text/unicode_codec.h"

namespace rowsplit {
namespace {

// French in windows-1252.
constexpr std::string_view kFrench =
    "L'\xE9t\xE9 dernier, nous avons d\xE9"
    "couvert une for\xEAt pr\xE8s de "
    "la fronti\xE8re. Les \xE9"
    "coliers \xE9taient d\xE9j\xE0 rentr\xE9s \xE0 "
    "la maison, et le ch\xE2teau \xE9tait ferm\xE9.\n";

TEST(DetectCharset, KnowsUtf8ForSure) {
  const CharsetGuess utf8{"UTF-8", 100};
  for (const std::string_view text :
       {"", "plain", "na\xC3\xAFve", "cut \xE2\x82", "cut \xF0\x9F\x91"})
    EXPECT_EQ(*DetectCharset(text), utf8) << text;
  // The sample's end cuts a character, that of the text does not count.
  const std::string text =
      std::string(kCharsetSampleBytes - 1, 'a') + "\xC3\xA9";
  EXPECT_EQ(*DetectCharset(text), utf8);
}

TEST(DetectCharset, GuessesOtherEncodings) {
  const auto french = DetectCharset(kFrench);
  EXPECT_TRUE(french->name == "ISO-8859-1" || french->name == "windows-1252")
      << french->name;
  EXPECT_GT(french->confidence, 30);
  EXPECT_EQ(DetectCharset(std::string_view("\xFF\xFEh\0i\0", 6))->name,
            "UTF-16LE");
  EXPECT_EQ(DetectCharset("\x93\xFA\x96\x7B\x8C\xEA\x82\xCC\x95\xB6\x8F\xCD"
                          "\x82\xC5\x82\xB7\x81\x42\x82\xB1\x82\xEA\x82\xCD"
                          "\x8E\x8E\x8C\xB1\x82\xC5\x82\xB7\x81\x42")
                ->name,
            "Shift_JIS");
}

TEST(DetectCharset, AnswersWithAConverterOrUtf8) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const size_t size : {1, 7, 300}) {
      const auto guess =
          DetectCharset(std::string(size, static_cast<char>(byte)));
      ASSERT_TRUE(guess.ok());
      EXPECT_TRUE(IsKnownCharset(guess->name)) << guess->name;
    }
  }
}

TEST(IsKnownCharset, AsksIcu) {
  EXPECT_TRUE(IsKnownCharset("latin1"));
  EXPECT_TRUE(IsKnownCharset("gb18030"));
  EXPECT_FALSE(IsKnownCharset("auto"));
  EXPECT_FALSE(IsKnownCharset(""));
}

}  // namespace
}  // namespace rowsplit
