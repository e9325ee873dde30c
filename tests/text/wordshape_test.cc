#include "rowsplit/text/wordshape.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;

bool Matches(std::string_view name, std::string_view text) {
  const std::vector<std::string_view> texts = {text};
  return (*MatchWordShape(StringTensor::FromStrings(texts),
                          *WordShapeByName(name)))[0];
}

struct ShapeCase {
  std::string_view name;
  std::vector<std::string_view> yes;
  std::vector<std::string_view> no;
};

TEST(MatchWordShape, KnowsEachShape) {
  const ShapeCase cases[] = {
      {"HAS_PUNCTUATION_DASH", {"a-b", "\u2014"}, {"ab", "", "\u00AD"}},
      {"HAS_NO_DIGITS", {"abc", "", "a\nb"}, {"a1", "\u0663"}},
      {"HAS_SOME_DIGITS", {"a1", "1a", "1\n"}, {"1", "a", "", "x\n1y\xFF"}},
      {"HAS_ONLY_DIGITS", {"123", "\u0663"}, {"", "1a", "1.5"}},
      {"IS_NUMERIC_VALUE",
       {"1", "-1.", ".5", "+2.5e-3", "1e9"},
       {"", ".", "1,234", "1e+9", "--1", "NaN"}},
      {"HAS_NO_PUNCT_OR_SYMBOL", {"abc", "", "1 2"}, {"a.", "$"}},
      {"HAS_SOME_PUNCT_OR_SYMBOL", {"a.", ".a", "a$"}, {"...", "abc", ""}},
      {"IS_PUNCT_OR_SYMBOL", {"...", "$", "|"}, {"", "a.", " "}},
      {"BEGINS_WITH_PUNCT_OR_SYMBOL", {".a", "$"}, {"a.", ""}},
      {"ENDS_WITH_PUNCT_OR_SYMBOL", {"a.", "+"}, {".a", "", ".\n"}},
      {"ENDS_WITH_ELLIPSIS", {"...", "a...", "a\u2026", "\u22EF"}, {"..", ""}},
      {"IS_EMOTICON",
       {":-)", ":(", ":\u3063C", "\u0CA0_\u0CA0", "DX:\u3063)", "XD"},
       {"DX", ":\u3063)", "a:-)", ""}},
      {"ENDS_WITH_EMOTICON", {":-)", "hi :-)"}, {":-) hi", "hi", "a\n:-)"}},
      {"HAS_EMOJI", {"a\u2600b", "\U0001F44D", "\u2B50"}, {"a", "", ":-)"}},
      {"IS_ACRONYM_WITH_PERIODS", {"U.S.A.", "I."}, {"U.S", "u.s.", ""}},
      {"IS_UPPERCASE", {"ABC", "\u00C9"}, {"Abc", "A1", ""}},
      {"IS_LOWERCASE", {"abc", "\u00E9"}, {"Abc", "a1", ""}},
      {"HAS_MIXED_CASE", {"Abc", "a1B"}, {"ABC", "abc", "A\nb"}},
      {"IS_MIXED_CASE_LETTERS", {"Abc", "aB\u4E2D"}, {"a1B", "AB", "ab"}},
      {"HAS_TITLE_CASE", {"Abc", "\"Abc", "\u01C8bc", "Ab9"}, {"aBc", "AB"}},
      {"BEGINS_WITH_OPEN_QUOTE",
       {"\"a", "``a", "\u00ABa", "`"},
       {"\"a\"", "a", ""}},
      {"ENDS_WITH_CLOSE_QUOTE", {"a\"", "a''", "a\u00BB"}, {"\"a\"", "", "a"}},
      {"HAS_MATH_SYMBOL", {"1+1", "\u2211"}, {"1-1", "*"}},
      {"HAS_CURRENCY_SYMBOL", {"$5", "5\u20AC"}, {"5", ""}},
      {"HAS_NON_LETTER", {"a1", " "}, {"abc", "", "\xFF"}},
  };
  for (const ShapeCase& c : cases) {
    for (const std::string_view text : c.yes)
      EXPECT_TRUE(Matches(c.name, text)) << c.name << ": " << text;
    for (const std::string_view text : c.no)
      EXPECT_FALSE(Matches(c.name, text)) << c.name << ": " << text;
  }
}

TEST(MatchWordShape, IsTheSameForAnyNumberOfThreads) {
  StringTensorBuilder words;
  for (int i = 0; i < 3000; ++i)
    words.Append(i % 3 == 0 ? "Word" + std::to_string(i) : "word");
  const StringTensor input = std::move(words).Build();
  for (const int threads : {1, 4}) {
    const auto matches = MatchWordShape(input, WordShape::kHasTitleCase,
                                        {.exec = {.num_threads = threads}});
    ASSERT_TRUE(matches.ok());
    for (size_t i = 0; i < matches->size(); ++i)
      ASSERT_EQ((*matches)[i], i % 3 == 0);
  }
}

TEST(MatchWordShape, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const std::vector<std::string_view> words = {"a"};
  EXPECT_THAT(
      MatchWordShape(StringTensor::FromStrings(words), WordShape::kIsEmoticon,
                     {.exec = {.cancellation = &token}}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

TEST(WordShapeByName, RefusesOthers) {
  EXPECT_THAT(
      WordShapeByName("IS_WHITESPACE"),
      FailsWith(absl::StatusCode::kInvalidArgument, "\"IS_WHITESPACE\""));
}

}  // namespace
}  // namespace rowsplit
