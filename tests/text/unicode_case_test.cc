#include "rowsplit/text/unicode_case.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/icu_case.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::IcuCase;
using ::rowsplit::testing::MapByIcu;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;

TEST(LowerUnicode, MapsAllAlphabets) {
  EXPECT_EQ(*LowerUnicode(Strings({"The ÉCOLE", "", "МИР", "ΟΔΟΣ, ΣΣ", "İ",
                                   "ẞK", "ԱԲ", "Ⴀ", "日本 👍", "ᏣᎳᎩ"})),
            Strings({"the école", "", "мир", "οδος, σς", "i̇", "ßk", "աբ", "ⴀ",
                     "日本 👍", "ꮳꮃꭹ"}));
}

TEST(UpperUnicode, MapsAllAlphabets) {
  EXPECT_EQ(*UpperUnicode(Strings({"The école", "", "мир", "οδος", "ı", "ß",
                                   "ŉ ﬁ", "եւ և", "ა"})),
            Strings({"THE ÉCOLE", "", "МИР", "ΟΔΟΣ", "I", "SS", "ʼN FI",
                     "ԵՒ ԵՒ", "Ა"}));
}

TEST(FoldCase, MakesEqualWhatDiffersInCase) {
  EXPECT_EQ(*FoldCase(Strings({"Straße", "STRASSE", "ΟΔΟΣ", "οδος", "İ", "ꭰ"})),
            Strings({"strasse", "strasse", "οδοσ", "οδοσ", "i̇", "Ꭰ"}));
}

TEST(UnicodeCase, ReplacesIllFormedBytes) {
  const StringTensor input =
      Strings({"\xFF\xFE", "ab\xE2\x82", "\xED\xA0\x80x", "\xC3"});
  EXPECT_EQ(*LowerUnicode(input), Strings({"\uFFFD\uFFFD", "ab\uFFFD",
                                           "\uFFFD\uFFFD\uFFFDx", "\uFFFD"}));
  EXPECT_EQ(*UpperUnicode(input), Strings({"\uFFFD\uFFFD", "AB\uFFFD",
                                           "\uFFFD\uFFFD\uFFFDX", "\uFFFD"}));
}

TEST(UnicodeCase, KeepsNulUnlessItEndsTheString) {
  const StringTensor input =
      Strings({std::string_view("A\0B", 3), "CD", std::string_view("\0É", 3)});
  EXPECT_EQ(*LowerUnicode(input), Strings({std::string_view("a\0b", 3), "cd",
                                           std::string_view("\0é", 3)}));
  EXPECT_EQ(*LowerUnicode(input, {.nul_ends_string = true}),
            Strings({"a", "cd", ""}));
  EXPECT_EQ(*FoldCase(Strings({"AB"}), {.nul_ends_string = true}),
            Strings({"ab"}));
}

TEST(UnicodeCase, MapsEachRowForAnyNumberOfThreads) {
  for (const std::string_view alphabet :
       {"aB .", "AZ\xC3\x89", "\xCE\xA3\xC4\xB0 a"}) {
    for (const StringCase& c : StringCases(Seed(), alphabet, 400'000)) {
      SCOPED_TRACE(c.name);
      std::vector<std::string> expected;
      for (int64_t row = 0; row < c.view().size(); ++row)
        expected.push_back(MapByIcu(IcuCase::kLower, c.view()[row]));
      const StringTensor strings = Strings({expected.begin(), expected.end()});
      for (const int threads : {1, 2, 8}) {
        const auto lower =
            LowerUnicode(c.view(), {.exec = {.num_threads = threads}});
        ASSERT_TRUE(lower.ok());
        ASSERT_EQ(*lower, strings);
      }
    }
  }
}

TEST(UnicodeCase, FollowsTheRulesOfALocale) {
  const UnicodeCaseOptions turkish{.locale = "tr"};
  EXPECT_EQ(*LowerUnicode(Strings({"II\xFF", "İ"}), turkish),
            Strings({"ıı\uFFFD", "i"}));
  EXPECT_EQ(*UpperUnicode(Strings({"iı"}), turkish), Strings({"İI"}));
  EXPECT_EQ(*UpperUnicode(Strings({"άλφα"}), {.locale = "el"}),
            Strings({"ΑΛΦΑ"}));
  EXPECT_EQ(*FoldCase(Strings({"Iß"}), turkish), Strings({"ıss"}));
  EXPECT_EQ(*FoldCase(Strings({"Iß"}), {.locale = "de"}), Strings({"iss"}));
  const std::string_view with_nul("IA\0I", 4);
  EXPECT_EQ(*LowerUnicode(Strings({with_nul}),
                          {.nul_ends_string = true, .locale = "tr"}),
            Strings({"ıa"}));
}

TEST(UnicodeCase, RefusesAnUnknownLocale) {
  const StringTensor input = Strings({"a"});
  for (const char* none : {"turkish", "not a tag", "qq", "t"}) {
    for (const auto op : {LowerUnicode, UpperUnicode, TitleUnicode, FoldCase})
      EXPECT_THAT(op(input, {.locale = none}),
                  FailsWith(absl::StatusCode::kInvalidArgument, none));
  }
  for (const char* root : {"", "root", "und", "en_US", "zh-Hant-TW"})
    EXPECT_EQ(*UpperUnicode(input, {.locale = root}), Strings({"A"})) << root;
}

TEST(TitleUnicode, BeginsEachWordWithACapital) {
  EXPECT_EQ(*TitleUnicode(Strings({"ǆ in the éCOLE", "", "ijs 'n word"})),
            Strings({"ǅ In The École", "", "Ijs 'N Word"}));
  EXPECT_EQ(*TitleUnicode(Strings({"ijs"}), {.locale = "nl"}),
            Strings({"IJs"}));
}

TEST(UnicodeCase, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const UnicodeCaseOptions options{.exec = {.cancellation = &token}};
  for (const auto op : {LowerUnicode, UpperUnicode, FoldCase})
    EXPECT_THAT(op(Strings({"a"}), options),
                FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
