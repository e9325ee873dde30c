#include "rowsplit/text/language.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;

constexpr std::string_view kGerman =
    "Das ist ein ganz gewöhnlicher deutscher Satz, der etwas länger ist.";
constexpr std::string_view kEnglish =
    "This is quite an ordinary English sentence, and a little longer one.";

TEST(DetectLanguage, KnowsLanguages) {
  EXPECT_EQ(DetectLanguage(kGerman).code, "de");
  EXPECT_GT(DetectLanguage(kGerman).confidence, 0.8F);
  EXPECT_EQ(DetectLanguage(kEnglish).code, "en");
  EXPECT_EQ(DetectLanguage("これは日本語の文章です。").code, "ja");
  EXPECT_EQ(DetectLanguage("זהו משפט רגיל בעברית, קצת יותר ארוך.").code, "he");
}

TEST(DetectLanguage, IsUnsureOfLittleText) {
  EXPECT_EQ(DetectLanguage("").confidence, 0);
  EXPECT_EQ(DetectLanguage("").code, "und");
  EXPECT_EQ(DetectLanguage("12 34 !").confidence, 0);
  EXPECT_EQ(DetectLanguage("\xFF\xFE").confidence, 0);
}

TEST(DetectLanguage, TakesIllFormedAndLongText) {
  const std::string broken = std::string(kEnglish) + "\xFF\xC3 \xF0\x9F";
  EXPECT_EQ(DetectLanguage(broken).code, "en");
  std::string text;
  while (text.size() < (size_t{1} << 20) + 1000)
    text += "é" + std::string(kGerman);
  EXPECT_EQ(DetectLanguage(text).code, "de");
}

TEST(DetectLanguages, TakesAllStrings) {
  std::vector<std::string_view> texts;
  for (int i = 0; i < 50; ++i) texts.push_back(i % 2 == 0 ? kGerman : kEnglish);
  texts.emplace_back("");
  const StringTensor input = StringTensor::FromStrings(texts);
  for (const int threads : {1, 4}) {
    const auto guesses =
        DetectLanguages(input, {.exec = {.num_threads = threads}});
    ASSERT_TRUE(guesses.ok());
    EXPECT_EQ(guesses->codes[0], "de");
    EXPECT_EQ(guesses->codes[49], "en");
    EXPECT_EQ(guesses->codes[50], "und");
    EXPECT_EQ(guesses->confidences[50], 0);
    EXPECT_EQ(guesses->confidences.size(), 51u);
  }
}

TEST(CheckLanguageCodes, NamesWhatIsNone) {
  EXPECT_TRUE(CheckLanguageCodes({"en", "he", "und", "zh-Hant"}).ok());
  EXPECT_THAT(CheckLanguageCodes({"en", "english"}),
              FailsWith(absl::StatusCode::kInvalidArgument, "'english'"));
}

}  // namespace
}  // namespace rowsplit
