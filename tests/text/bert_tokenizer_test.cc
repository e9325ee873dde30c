#include "rowsplit/text/bert_tokenizer.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::ToStrings;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

StringTensor Lines(const std::vector<std::string>& strings) {
  StringTensorBuilder builder;
  for (const std::string& string : strings) builder.Append(string);
  return std::move(builder).Build();
}

TEST(BasicTokenize, SplitsAtSpacesMarksAndChinese) {
  const auto tokens =
      *BasicTokenize(Lines({"They're 日本", "", " ", "a\u00A0b…c\xFF!"}));
  EXPECT_THAT(tokens.tokens, RaggedIs({{"They", "'", "re", "日", "本"},
                                       {},
                                       {},
                                       {"a\u00A0b", "…", "c\xFF", "!"}}));
  EXPECT_THAT(tokens.starts, ElementsAre(0, 4, 5, 8, 11, 0, 4, 7, 9));
  EXPECT_THAT(tokens.ends, ElementsAre(4, 5, 7, 11, 14, 4, 7, 9, 10));
}

TEST(BasicTokenize, MakesSpacesOfControls) {
  EXPECT_THAT(BasicTokenize(Lines({"a\u200Bb\x01\u00ADc\u0085\x7Fz"}))->tokens,
              RaggedIs({{"a", "b", "c", "z"}}));
}

TEST(BasicTokenize, MakesLettersSmall) {
  EXPECT_THAT(BasicTokenize(Lines({"ÉCOLE ß ﬁ ①"}),
                            {.lower_case = BertLowerCase::kStripAccents})
                  ->tokens,
              RaggedIs({{"ecole", "ss", "fi", "1"}}));
  EXPECT_THAT(BasicTokenize(Lines({"ÉCOLE ﬁ", std::string("Ab\0c", 4)}),
                            {.lower_case = BertLowerCase::kKeepAccents})
                  ->tokens,
              RaggedIs({{"école", "ﬁ"}, {"ab"}}));
}

TEST(BasicTokenize, Normalizes) {
  const auto tokens = *BasicTokenize(Lines({"e\u0301 x"}),
                                     {.normalization_form = NormalForm::kNfc});
  EXPECT_THAT(tokens.tokens, RaggedIs({{"é", "x"}}));
  EXPECT_THAT(tokens.starts, ElementsAre(0, 3));
}

TEST(BasicTokenize, KeepsSpacesAndUnusedTokens) {
  EXPECT_THAT(
      BasicTokenize(Lines({"a  b "}), {.keep_whitespace = true})->tokens,
      RaggedIs({{"a", "  ", "b", " "}}));
  EXPECT_THAT(BasicTokenize(Lines({"x[unused12]y[unused]"}),
                            {.preserve_unused_token = true})
                  ->tokens,
              RaggedIs({{"x", "[unused12]", "y", "[", "unused", "]"}}));
}

TEST(BasicTokenize, RefusesFormsBesideLowerCase) {
  EXPECT_THAT(
      BasicTokenize(Lines({"a"}), {.lower_case = BertLowerCase::kStripAccents,
                                   .normalization_form = NormalForm::kNfc}),
      FailsWith(absl::StatusCode::kInvalidArgument, "must be NFD"));
}

TEST(BasicTokenize, TokensAreWhatLiesAtTheirOffsets) {
  std::mt19937_64 random(Seed());
  const std::vector<std::string> parts = {
      "a", " ", "é", "日", "!", "\xE6", "\u0301", "\u200B", "[unused1]"};
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i) {
    std::string& text = texts.emplace_back();
    for (size_t n = random() % 12; n > 0; --n)
      text += parts[random() % parts.size()];
  }
  const BasicTokenizeOptions options = {.lower_case =
                                            BertLowerCase::kStripAccents};
  const StringTensor changed = *BasicNormalize(Lines(texts), options);
  const auto tokens = *BasicTokenize(Lines(texts), options);
  const auto splits = tokens.tokens.shape().innermost().row_splits();
  for (size_t row = 0; row < texts.size(); ++row) {
    for (Offset i = splits[row]; i < splits[row + 1]; ++i) {
      ASSERT_EQ(tokens.tokens.flat_values()[i],
                changed[static_cast<int64_t>(row)].substr(
                    tokens.starts[i], tokens.ends[i] - tokens.starts[i]));
    }
  }
}

TEST(BertTokenizer, GivesTheSubwordsOfWords) {
  const BertTokenizer tokenizer(
      *WordpieceTokenizer::Create(
          Lines({"they", "'", "re", "great", "##est", "[UNK]"})),
      {.lower_case = BertLowerCase::kStripAccents});
  const auto groups = *tokenizer.Tokenize(
      Lines({"They're GREATEST x", "", "re"}), SubwordKind::kIds);
  EXPECT_THAT(groups.groups.row_splits(), ElementsAre(0, 5, 5, 6));
  EXPECT_THAT(groups.subwords.rows.row_splits(),
              ElementsAre(0, 1, 2, 3, 5, 6, 7));
  EXPECT_THAT(groups.subwords.ids, ElementsAre(0, 1, 2, 3, 4, 5, 2));
  EXPECT_THAT(groups.subwords.starts, ElementsAre(0, 4, 5, 8, 13, 17, 0));
  EXPECT_THAT(groups.subwords.ends, ElementsAre(4, 5, 7, 13, 16, 18, 2));
}

TEST(BertTokenizer, IsTheSameForAnyNumberOfThreads) {
  const BertTokenizer tokenizer(
      *WordpieceTokenizer::Create(Lines({"a", "##b", "!", "[UNK]"})));
  std::vector<std::string> texts;
  for (int i = 0; i < 20'000; ++i)
    texts.push_back(i % 5 == 0 ? "" : "ab ab! é " + std::string(i % 7, 'a'));
  const StringTensor input = Lines(texts);
  const auto one =
      *tokenizer.Tokenize(input, SubwordKind::kStrings, {.num_threads = 1});
  const auto many =
      *tokenizer.Tokenize(input, SubwordKind::kStrings, {.num_threads = 8});
  EXPECT_EQ(one.groups, many.groups);
  EXPECT_EQ(one.subwords.rows, many.subwords.rows);
  EXPECT_EQ(one.subwords.strings, many.subwords.strings);
  EXPECT_THAT(one.subwords.starts, ElementsAreArray(many.subwords.starts));
}

TEST(FastBertTokenizer, GivesOffsetsInTheTextAsGiven) {
  const FastBertTokenizer tokenizer(
      *FastWordpieceTokenizer::Create(Lines({"e", "a", "ss", "##e", "[UNK]"})),
      true);
  const auto subwords = *tokenizer.Tokenize(
      Lines({"É a", "ße\u0301 \u200Ba", "ae"}), SubwordKind::kStrings);
  EXPECT_THAT(subwords.rows.row_splits(), ElementsAre(0, 2, 5, 7));
  EXPECT_THAT(ToStrings(subwords.strings),
              ElementsAre("e", "a", "ss", "##e", "a", "a", "##e"));
  EXPECT_THAT(subwords.starts, ElementsAre(0, 3, 0, 2, 9, 0, 1));
  EXPECT_THAT(subwords.ends, ElementsAre(2, 4, 2, 5, 10, 1, 2));
}

TEST(FastBertTokenizer, LeavesLettersWithoutLowerCase) {
  const FastBertTokenizer tokenizer(
      *FastWordpieceTokenizer::Create(Lines({"É", "a", "[UNK]"})));
  const auto subwords = *tokenizer.Tokenize(Lines({"É\x01"
                                                   "a A"}),
                                            SubwordKind::kIds);
  EXPECT_THAT(subwords.ids, ElementsAre(0, 1, 2));
}

TEST(BertTokenizer, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(BasicTokenize(Lines({"a"}), {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
