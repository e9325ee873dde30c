#include "pipeline/token_stages.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Views = std::vector<std::string_view>;
using Rows = std::vector<std::vector<std::string>>;

Rows ToRows(const TokenRows& tokens) {
  Rows rows;
  Offset begin = 0;
  for (const Offset end : tokens.row_ends.span()) {
    std::vector<std::string>& row = rows.emplace_back();
    for (; begin < end; ++begin) {
      const TokenSpan span = tokens.tokens()[begin];
      row.emplace_back(tokens.bytes().substr(span.begin, span.size));
    }
  }
  return rows;
}

Rows TokensOf(const TextVectorizationOptions& options, const Views& texts,
              std::vector<Offset> splits = {}) {
  const TokenStages stages = *TokenStages::Create(options);
  TokenRows out;
  // Again into the same memory: nothing of the first is left.
  for (int repeat = 0; repeat < 2; ++repeat) {
    EXPECT_TRUE(stages.Run(StringTensor::FromStrings(texts), splits, out).ok());
  }
  return ToRows(out);
}

TEST(TokenStages, StandardizesAndSplits) {
  const Views texts = {"A, b!", "", " c-D\t"};
  EXPECT_EQ(TokensOf({}, texts), (Rows{{"a", "b"}, {}, {"cd"}}));
  EXPECT_EQ(TokensOf({.standardize = Standardize::kNone}, texts),
            (Rows{{"A,", "b!"}, {}, {"c-D"}}));
  EXPECT_EQ(TokensOf({.split = Split::kNone}, texts),
            (Rows{{"a b"}, {""}, {" cd\t"}}));
}

TEST(TokenStages, SplitsIntoCharacters) {
  EXPECT_EQ(
      TokensOf({.standardize = Standardize::kLower, .split = Split::kCharacter},
               {"A \xc3\xa9", "\xe2\x82x\xff", ""}),
      (Rows{
          {"a", " ", "\xc3\xa9"}, {"\xef\xbf\xbd", "x", "\xef\xbf\xbd"}, {}}));
}

TEST(TokenStages, SplitsAtUnicodeWhiteSpace) {
  EXPECT_EQ(TokensOf({.split = Split::kUnicodeWhitespace}, {"a\xc2\xa0"
                                                            "b\xe3\x80\x80",
                                                            " \xff "}),
            (Rows{{"a", "b"}, {"\xff"}}));
}

TEST(TokenStages, RunsStepsBeforeStandardizing) {
  EXPECT_EQ(TokensOf({.steps = {ReplaceRegex{"[A-Z]+", "<X>"},
                                ReplaceRegex{"-", " "}}},
                     {"ab-CD e", ""}),
            (Rows{{"ab", "x", "e"}, {}}));
}

TEST(TokenStages, MakesNgramsOfEachRow) {
  EXPECT_EQ(TokensOf({.ngrams = {2, 1}}, {"a  b c", "d", ""}),
            (Rows{{"a b", "b c", "a", "b", "c"}, {"d"}, {}}));
  EXPECT_EQ(TokensOf({.split = Split::kCharacter, .ngrams = {2}}, {"ab\xff"}),
            (Rows{{"a b", "b \xef\xbf\xbd"}}));
}

TEST(TokenStages, GroupsTextsThatAreTokens) {
  EXPECT_EQ(TokensOf({.split = Split::kNone, .ngrams = {1, 2}},
                     {"A", "", "c", "d"}, {3, 5, 5, 7}),
            (Rows{{"a", "", "a "}, {}, {"c", "d", "c d"}}));
}

TEST(TokenStages, TakesSpansOfBytes) {
  const TokenStages stages = *TokenStages::Create({});
  TokenRows out;
  const std::vector<TokenSpan> spans = {{2, 3}, {0, 1}, {5, 0}};
  ASSERT_TRUE(stages.Run("Ab, C", spans, out).ok());
  EXPECT_EQ(ToRows(out), (Rows{{"c"}, {"a"}, {}}));
}

TEST(TokenStages, NamesAWrongStep) {
  const auto stages =
      TokenStages::Create({.steps = {LowerCase{}, ReplaceRegex{"(", ""}}});
  EXPECT_EQ(stages.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(stages.status().message()), HasSubstr("step 2"));
}

TEST(TokenStages, ExplainsItsStages) {
  const TokenStages stages = *TokenStages::Create(
      {.steps = {ReplaceRegex{"a+", "b"}}, .ngrams = {1, 2}});
  EXPECT_EQ(stages.Explain(),
            "step 1: replace every match of \"a+\" by \"b\", found by vectors\n"
            "standardize: map bytes and drop some, vectors\n"
            "split: ASCII white space, vectors\n"
            "n-grams: widths 1, 2, joined by one space\n");
  EXPECT_EQ(TokenStages::Create(
                {.standardize = Standardize::kLower, .split = Split::kNone})
                ->Explain(),
            "standardize: map bytes, vectors\n");
  EXPECT_EQ(TokenStages::Create(
                {.standardize = Standardize::kNone, .split = Split::kCharacter})
                ->Explain(),
            "split: UTF-8 characters\n");
}

}  // namespace
}  // namespace rowsplit::internal
