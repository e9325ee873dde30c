#include "rowsplit/text/bert_normalize.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/icu_normalize.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RandomMarkedText;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::Utf8Of;

// The goldens of this file were taken from the references.
TEST(FastBertNormalize, MakesControlsSpaces) {
  EXPECT_EQ(
      *FastBertNormalize(Strings({std::string_view("a\0b\t\x7F", 5),
                                  "\u00AD\u0600x", "x\u3000\u00C9", "\xFF"})),
      Strings({"a b  ", "  x", "x\u3000\u00C9", "\xFF"}));
}

TEST(FastBertNormalize, FoldsAndStripsAccents) {
  const auto made = FastBertNormalizeWithOffsets(
      Strings({"\u00C5\uFB01a\u00C9\u00BD", "e\u0301x", "\u00ADab\u200Bc",
               "\uD55C", "\u0323\u0301", "\u0130",
               "\xFF"
               "A\xC3",
               ""}),
      {.lower_case_nfd_strip_accents = true});
  EXPECT_EQ(made->strings, Strings({"afiae1\u20442", "ex", "abc",
                                    "\u1112\u1161\u11AB", "", "i",
                                    "\xFF"
                                    "a\xC3",
                                    ""}));
  EXPECT_EQ(made->offsets,
            *RaggedTensor<Offset>::FromRowSplits(
                {0, 2, 2, 5, 6, 8, 8, 8, 8, 8, 10, 0, 3, 4, 2, 3, 7, 8,
                 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4,  0, 2, 0, 1, 2, 3, 0},
                {0, 11, 14, 18, 28, 29, 31, 35, 36}));
}

TEST(BertNormalize, DoesWhatItsOptionsSay) {
  const StringTensor input =
      Strings({"\u00C9\u03A3 \u0130\u0323\u0301 \u65E5"
               "a\u00A0\uFFFD\u200B\t"});
  EXPECT_EQ(*BertNormalize(input), Strings({"e\u03C3 i  \u65E5 a  "}));
  EXPECT_EQ(*BertNormalize(input, {.strip_accents = false}),
            Strings({"\u00E9\u03C3 i\u0307\u0323\u0301  \u65E5 a  "}));
  EXPECT_EQ(*BertNormalize(input, {.lowercase = false}),
            Strings({"\u00C9\u03A3 \u0130\u0323\u0301  \u65E5 a  "}));
  EXPECT_EQ(*BertNormalize(input, {.clean_text = false,
                                   .handle_chinese_chars = false,
                                   .lowercase = false}),
            input);
  EXPECT_EQ(*BertNormalize(Strings({"\uF900"}), {.clean_text = false}),
            Strings({" \u8C48 "}));
  // The categories are those of Unicode 8.
  EXPECT_EQ(*BertNormalize(Strings({"\u1885\u1886\u1734\uA9BD\U000111C9"})),
            Strings({"\u1885\u1886\uA9BD\U000111C9"}));
}

TEST(CharacterNormalizers, MapEachCharacter) {
  EXPECT_EQ(*LowerCharacters(Strings({"\u0391\u03A3", "A\u0130\uFB01"})),
            Strings({"\u03B1\u03C3", "ai\u0307\uFB01"}));
  // Marks of Unicode 9, and not what became one since.
  EXPECT_EQ(*DeleteMarks(Strings(
                {"e\u0301\u00E9", "\u093E\u1CF2\u08D4", "\u0AFA\U000111C9"})),
            Strings({"e\u00E9", "", "\u0AFA\U000111C9"}));
  EXPECT_EQ(*NormalizeForNmt(Strings({"a\tb\x0B\u200B\u2581\u3000\uFFFD"})),
            Strings({"a b  \u3000 "}));
  const StringTensor padded = Strings({" \u3000a b\u0085 ", " ", "", "\xFF "});
  EXPECT_EQ(*StripUnicodeWhitespace(padded), Strings({"a b", "", "", "\xFF"}));
  EXPECT_EQ(*StripUnicodeWhitespace(padded, {.left = false}),
            Strings({" \u3000a b", "", "", "\xFF"}));
  EXPECT_EQ(*StripUnicodeWhitespace(padded, {.right = false}),
            Strings({"a b\u0085 ", "", "", "\xFF "}));
}

TEST(CharacterNormalizers, ShowBytesAndPrepend) {
  EXPECT_EQ(*ShowBytes(Strings({"a\u00E9 \n", "", "\xFF"})),
            Strings({"a\u00C3\u00A9\u0120\u010A", "", "\u00FF"}));
  EXPECT_EQ(*PrependText(Strings({"ab", "", " "}), "\u2581"),
            Strings({"\u2581"
                     "ab",
                     "", "\u2581 "}));
}

// The mapping of a text is that of its characters one by one, and the offsets
// tell which of them each byte came from.
TEST(FastBertNormalize, MapsCharacterByCharacter) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const bool folds : {false, true}) {
    const FastBertNormalizeOptions options = {.lower_case_nfd_strip_accents =
                                                  folds};
    std::vector<std::string> characters;
    std::string text;
    for (int i = 0; i < 3000; ++i) {
      const auto code_point =
          static_cast<uint32_t>(rowsplit::testing::Below(random, 0x3400));
      characters.push_back(Utf8Of(code_point));
      text += characters.back();
    }
    const StringTensor alone = *FastBertNormalize(
        Strings({characters.begin(), characters.end()}), options);
    const auto whole = *FastBertNormalizeWithOffsets(Strings({text}), options);
    std::string expected(alone.bytes().begin(), alone.bytes().end());
    ASSERT_EQ(whole.strings[0], expected);
    size_t at = 0;
    Offset source = 0;
    for (size_t i = 0; i < characters.size(); ++i) {
      const std::string_view becomes = alone[static_cast<int64_t>(i)];
      for (size_t byte = 0; byte < becomes.size(); ++byte) {
        const Offset expected_offset = becomes == characters[i]
                                           ? source + static_cast<Offset>(byte)
                                           : source;
        ASSERT_EQ(whole.offsets.flat_values()[at++], expected_offset);
      }
      source += static_cast<Offset>(characters[i].size());
    }
    ASSERT_EQ(whole.offsets.flat_values()[at], source);
  }
}

TEST(BertNormalize, IsTheSameForAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  std::vector<std::string> rows;
  for (int i = 0; i < 40; ++i) rows.push_back(RandomMarkedText(random, 8000));
  const StringTensor input = Strings({rows.begin(), rows.end()});
  EXPECT_EQ(*BertNormalize(input, {.exec = {.num_threads = 1}}),
            *BertNormalize(input, {.exec = {.num_threads = 3}}));
  EXPECT_EQ(*StripUnicodeWhitespace(input, {.exec = {.num_threads = 1}}),
            *StripUnicodeWhitespace(input, {.exec = {.num_threads = 3}}));
}

TEST(BertNormalize, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(BertNormalize(Strings({"a"}), {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
  EXPECT_THAT(FastBertNormalizeWithOffsets(Strings({"a"}),
                                           {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
