#include "pipeline/fused_tokenizer.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipeline/vectorize_cases.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;

using Rows = std::vector<std::vector<std::string>>;

Rows Tokens(const TextVectorizationOptions& options,
            const std::vector<std::string_view>& texts) {
  const auto tokenizer = FusedTokenizer::Compile(options);
  FusedTokenizer::Scratch scratch;
  RowTokens block;
  EXPECT_TRUE(
      tokenizer->Tokenize(StringTensor::FromStrings(texts), scratch, block)
          .ok());
  Rows rows;
  int64_t token = 0;
  for (const Offset end : block.row_ends.span()) {
    rows.emplace_back();
    for (; token < end; ++token) {
      const TokenSpan span = block.tokens[token];
      rows.back().emplace_back(block.text().substr(span.begin, span.size));
    }
  }
  EXPECT_EQ(token, static_cast<int64_t>(block.tokens.size()));
  return rows;
}

TEST(FusedTokenizer, StandardizesAndSplits) {
  EXPECT_THAT(Tokens({}, {"The CAT's\that!", "", " ... "}),
              ElementsAre(ElementsAre("the", "cats", "hat"), ElementsAre(),
                          ElementsAre()));
  EXPECT_THAT(Tokens({.standardize = Standardize::kNone}, {"A. b"}),
              ElementsAre(ElementsAre("A.", "b")));
}

TEST(FusedTokenizer, JoinsNgramsByOneSpaceWhateverStoodBetween) {
  EXPECT_THAT(
      Tokens({.ngrams = {2, 1}}, {"a \t b - c", "d", "", "e f"}),
      ElementsAre(ElementsAre("a b", "b c", "a", "b", "c"), ElementsAre("d"),
                  ElementsAre(), ElementsAre("e f", "e", "f")));
  EXPECT_THAT(Tokens({.ngrams = {INT64_MAX}}, {"a b"}),
              ElementsAre(ElementsAre()));
}

TEST(FusedTokenizer, RunsStepsThatAreNoByteMapsBefore) {
  EXPECT_THAT(
      Tokens({.steps = {ReplaceRegex{"a+", "X y"}, ReplaceRegex{",", " "}}},
             {"baac,d", "", "aa"}),
      ElementsAre(ElementsAre("bx", "yc", "d"), ElementsAre(),
                  ElementsAre("x", "y")));
  const auto tokenizer =
      FusedTokenizer::Compile({.steps = {LowerCase{}, ReplaceRegex{"a+", "b"},
                                         ReplaceRegex{",", " "}}});
  EXPECT_EQ(tokenizer->prefix().steps().size(), 2);
  EXPECT_TRUE(FusedTokenizer::Compile({})->prefix().steps().empty());
}

TEST(FusedTokenizer, RefusesOtherSplitsAndWrongSteps) {
  EXPECT_FALSE(FusedTokenizer::Compile({.split = Split::kNone}).has_value());
  EXPECT_FALSE(
      FusedTokenizer::Compile({.split = Split::kCharacter}).has_value());
  EXPECT_FALSE(
      FusedTokenizer::Compile({.steps = {ReplaceRegex{"(", ""}}}).has_value());
}

class FusedTokenizerTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(FusedTokenizerTest);

TEST_P(FusedTokenizerTest, EqualsTheReference) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < 2000; ++i) {
    const testing::VectorizeCase one = testing::RandomVectorizeCase(random);
    const std::vector<std::string_view> texts(one.texts.begin(),
                                              one.texts.end());
    Rows expected;
    for (const std::string& text : one.texts) {
      expected.push_back(one.meaning.Tokens(text));
    }
    ASSERT_EQ(Tokens(one.options, texts), expected) << "case " << i;
  }
}

}  // namespace
}  // namespace rowsplit::internal
