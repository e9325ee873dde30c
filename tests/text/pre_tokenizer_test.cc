#include "rowsplit/text/pre_tokenizer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::ToRows;
using ::testing::ElementsAre;

using Tokens = std::vector<std::string>;

Tokens Split(const PreTokenizer& tokenizer, std::string_view text) {
  const auto made = tokenizer.Split(Strings({text}));
  EXPECT_TRUE(made.ok()) << made.status();
  return ToRows(made->tokens)[0];
}

PreTokenizer Pattern(std::string_view pattern, SplitBehavior behavior,
                     bool invert = false) {
  return PreTokenizer::SplitPattern(*Regex::Compile(pattern), behavior, invert);
}

constexpr SplitBehavior kBehaviors[] = {
    SplitBehavior::kRemoved, SplitBehavior::kIsolated,
    SplitBehavior::kMergedWithPrevious, SplitBehavior::kMergedWithNext,
    SplitBehavior::kContiguous};

TEST(PreTokenizer, SplitsAtWhitespace) {
  EXPECT_EQ(Split(PreTokenizer::Whitespace(), "don't  x\u00A0été_1 …日"),
            (Tokens{"don", "'", "t", "x", "été_1", "…", "日"}));
  EXPECT_EQ(Split(PreTokenizer::WhitespaceSplit(), " don't\u3000x "),
            (Tokens{"don't", "x"}));
  EXPECT_EQ(Split(*PreTokenizer::CharDelimiterSplit("é"), "aébécé"),
            (Tokens{"a", "b", "c"}));
  EXPECT_EQ(Split(PreTokenizer::Whitespace(), ""), Tokens());
}

TEST(PreTokenizer, TreatsPunctuationAsTheBehaviourSays) {
  const Tokens expected[] = {
      {"a", "b", "c"},
      {"a", ".", ".", "b", ".", ",", "c"},
      {"a.", ".", "b.", ",", "c"},
      {"a", ".", ".b", ".", ",c"},
      {"a", "..", "b", ".,", "c"},
  };
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Split(PreTokenizer::Punctuation(kBehaviors[i]), "a..b.,c"),
              expected[i]);
  }
  EXPECT_EQ(Split(PreTokenizer::Punctuation(), "$1+…"),
            (Tokens{"$", "1", "+", "…"}));
}

TEST(PreTokenizer, SplitsAtAPatternOrBetween) {
  const Tokens expected[] = {{"x", "y"},
                             {"x", "ab", "ab", "y"},
                             {"xab", "ab", "y"},
                             {"x", "ab", "aby"},
                             {"x", "abab", "y"}};
  const Tokens inverted[] = {{"ab", "ab"},
                             {"x", "ab", "ab", "y"},
                             {"x", "ab", "aby"},
                             {"xab", "ab", "y"},
                             {"x", "abab", "y"}};
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Split(Pattern("ab", kBehaviors[i]), "xababy"), expected[i]);
    EXPECT_EQ(Split(Pattern("ab", kBehaviors[i], true), "xababy"), inverted[i]);
  }
  EXPECT_EQ(Split(Pattern("", SplitBehavior::kIsolated), "aéc"),
            (Tokens{"a", "é", "c"}));
  EXPECT_EQ(Split(Pattern("x*", SplitBehavior::kIsolated), "axxb"),
            (Tokens{"a", "xx", "b"}));
}

TEST(PreTokenizer, SplitsNumbersScriptsAndLengths) {
  EXPECT_EQ(Split(PreTokenizer::Digits(), "a12²b"), (Tokens{"a", "12²", "b"}));
  EXPECT_EQ(Split(PreTokenizer::Digits(true), "a12"), (Tokens{"a", "1", "2"}));
  EXPECT_EQ(Split(PreTokenizer::UnicodeScripts(), " a あカ漢ー, б"),
            (Tokens{"a ", "あカ漢ー", ", ", "б"}));
  EXPECT_EQ(Split(*PreTokenizer::FixedLength(2), "abéde"),
            (Tokens{"ab", "éd", "e"}));
}

TEST(PreTokenizer, PutsAMarkForSpaces) {
  const auto made = PreTokenizer::Metaspace()->Split(Strings({" é  b", "x y"}));
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(ToRows(made->tokens),
            (std::vector<Tokens>{{"▁é", "▁", "▁b"}, {"▁x", "▁y"}}));
  EXPECT_THAT(made->starts, ElementsAre(0, 3, 4, 0, 1));
  EXPECT_THAT(made->ends, ElementsAre(3, 4, 6, 1, 3));
  EXPECT_EQ(
      Split(*PreTokenizer::Metaspace({.prepend_scheme = PrependScheme::kNever}),
            "a b"),
      (Tokens{"a", "▁b"}));
  EXPECT_EQ(
      Split(*PreTokenizer::Metaspace({.replacement = "_", .split = false}),
            "a b"),
      (Tokens{"_a_b"}));
}

TEST(PreTokenizer, SplitsAsBertAndGpt2) {
  EXPECT_EQ(Split(PreTokenizer::BertPreTokenizer(), "a_b, don't"),
            (Tokens{"a", "_", "b", ",", "don", "'", "t"}));
  const auto made = PreTokenizer::ByteLevel().Split(Strings({"É we're"}));
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(ToRows(made->tokens)[0], (Tokens{"ĠÃī", "Ġwe", "'re"}));
  EXPECT_THAT(made->starts, ElementsAre(0, 2, 5));
  EXPECT_THAT(made->ends, ElementsAre(2, 5, 8));
  EXPECT_EQ(Split(PreTokenizer::ByteLevel(false, false), "a\xFF b"),
            (Tokens{"aÿĠb"}));
}

TEST(PreTokenizer, GoesOverTheTokensOfTheOneBefore) {
  const auto metaspace = *PreTokenizer::Metaspace();
  const auto first =
      *PreTokenizer::Metaspace({.prepend_scheme = PrependScheme::kFirst});
  EXPECT_EQ(Split(PreTokenizer::Sequence(
                      {PreTokenizer::WhitespaceSplit(), metaspace}),
                  "a bc"),
            (Tokens{"▁a", "▁bc"}));
  EXPECT_EQ(
      Split(PreTokenizer::Sequence({PreTokenizer::WhitespaceSplit(), first}),
            "a bc"),
      (Tokens{"▁a", "bc"}));
  const auto made =
      PreTokenizer::Sequence(
          {metaspace, PreTokenizer::Punctuation(), PreTokenizer::Digits(true)})
          .Split(Strings({"é b,c 12"}), {.character_offsets = true});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(ToRows(made->tokens)[0],
            (Tokens{"▁é", "▁b", ",", "c", "▁", "1", "2"}));
  EXPECT_THAT(made->starts, ElementsAre(0, 1, 3, 4, 5, 6, 7));
  EXPECT_THAT(made->ends, ElementsAre(1, 3, 4, 5, 6, 7, 8));
}

TEST(PreTokenizer, LosesNothingForAnyNumberOfThreads) {
  constexpr std::string_view kAlphabet = "ab1., \xC3\xA9\xE2\x96\x81\xFF";
  const PreTokenizer tokenizers[] = {
      PreTokenizer::Punctuation(), PreTokenizer::Digits(),
      *PreTokenizer::FixedLength(3),
      Pattern("b.", SplitBehavior::kMergedWithNext)};
  for (const StringCase& c : StringCases(Seed(), kAlphabet, 100'000)) {
    SCOPED_TRACE(c.name);
    for (const PreTokenizer& tokenizer : tokenizers) {
      const auto made = tokenizer.Split(c.view(), {.exec = {.num_threads = 1}});
      ASSERT_TRUE(made.ok());
      ASSERT_EQ(made->tokens.flat_values().view().text(), c.view().text());
      const auto threaded =
          tokenizer.Split(c.view(), {.exec = {.num_threads = 4}});
      ASSERT_EQ(made->tokens, threaded->tokens);
    }
  }
}

TEST(PreTokenizer, RefusesWhatIsNoCharacter) {
  for (const char* text : {"", "ab", "\xFF"}) {
    EXPECT_THAT(PreTokenizer::CharDelimiterSplit(text),
                FailsWith(absl::StatusCode::kInvalidArgument,
                          "the delimiter must be one character"));
    EXPECT_THAT(PreTokenizer::Metaspace({.replacement = text}),
                FailsWith(absl::StatusCode::kInvalidArgument,
                          "the replacement must be one character"));
  }
  EXPECT_THAT(PreTokenizer::FixedLength(0),
              FailsWith(absl::StatusCode::kInvalidArgument, "got 0"));
}

TEST(PreTokenizer, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(PreTokenizer::Whitespace().Split(
                  Strings({"a"}), {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
