// Embedding::AlignTo.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/embedding_files.h"
#include "support/matchers.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Strings;

using ::testing::ElementsAre;
using testing::FailsWith;
using testing::NumberedTable;
using testing::ValuesOf;

Vocabulary Words(std::vector<std::string_view> words) {
  return *Vocabulary::FromTokens(Strings(std::move(words)));
}

// a: -100 -99, b: -98 -97, cat: -96 -95.
Embedding Small() {
  return *Embedding::FromParts(Words({"a", "b", "cat"}), NumberedTable(3, 2));
}

TEST(AlignTo, PutsRowsInTheOrderOfTheVocabulary) {
  const auto aligned = Small().AlignTo(Words({"cat", "dog", "a", ""}));
  ASSERT_TRUE(aligned.ok()) << aligned.status();
  EXPECT_THAT(ValuesOf(aligned->table),
              ElementsAre(-96, -95, 0, 0, -100, -99, 0, 0));
  EXPECT_EQ(aligned->report.num_found, 2);
  EXPECT_EQ(aligned->report.num_missing, 2);
  EXPECT_THAT(aligned->report.missing_ids, ElementsAre(1, 3));
  EXPECT_EQ(aligned->report.missing_tokens, Strings({"dog", ""}));
}

TEST(AlignTo, TriesOtherSpellingsInOrder) {
  const Vocabulary words = Words({"CAT", "B", "a", "X"});
  AlignOptions options;
  EXPECT_EQ(Small().AlignTo(words)->report.num_missing, 3);
  options.lower_case = true;
  const auto lower = Small().AlignTo(words, options);
  EXPECT_THAT(ValuesOf(lower->table),
              ElementsAre(-96, -95, -98, -97, -100, -99, 0, 0));
  EXPECT_EQ(lower->report.num_found, 1);
  EXPECT_EQ(lower->report.num_lower_case, 2);
  options.alternatives = Strings({"a", "none", "b", "b"});
  const auto both = Small().AlignTo(words, options);
  EXPECT_THAT(ValuesOf(both->table),
              ElementsAre(-100, -99, -98, -97, -100, -99, -98, -97));
  EXPECT_EQ(both->report.num_found, 1);
  EXPECT_EQ(both->report.num_alternatives, 2);
  EXPECT_EQ(both->report.num_lower_case, 1);
  EXPECT_EQ(both->report.num_missing, 0);
  options.alternatives = Strings({"a"});
  EXPECT_THAT(Small().AlignTo(words, options),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "4 tokens, 1 alternatives"));
}

TEST(AlignTo, FillsMissingRows) {
  const Vocabulary words = Words({"x", "a", "y"});
  const auto mean = Small().AlignTo(words, {.missing = MissingRows::kMean});
  EXPECT_THAT(ValuesOf(mean->table),
              ElementsAre(-98, -97, -100, -99, -98, -97));
  const AlignOptions uniform = {.missing = MissingRows::kUniform,
                                .uniform = {.limit = 1, .seed = 7}};
  const std::vector<float> random =
      ValuesOf(*EmbeddingTable::Uniform(2, 2, uniform.uniform));
  EXPECT_THAT(
      ValuesOf(Small().AlignTo(words, uniform)->table),
      ElementsAre(random[0], random[1], -100, -99, random[2], random[3]));
  AlignOptions of_codes = uniform;
  of_codes.uniform.format = RowFormat::kInt8;
  EXPECT_EQ(ValuesOf(Small().AlignTo(words, of_codes)->table),
            ValuesOf(Small().AlignTo(words, uniform)->table));
  EXPECT_THAT(Small().AlignTo(words, {.missing = MissingRows::kError}),
              FailsWith(absl::StatusCode::kNotFound,
                        "2 of 3 tokens have no vector; the first is token 0, "
                        "\"x\""));
  EXPECT_TRUE(
      Small().AlignTo(Words({"b"}), {.missing = MissingRows::kError}).ok());
}

TEST(AlignTo, AsksSubwordsBeforeItFills) {
  const auto subwords = *SubwordRows::Create(NumberedTable(4, 2), {1, 2});
  const auto embedding = *Embedding::FromParts(Words({"a", "b", "cat"}),
                                               NumberedTable(3, 2), subwords);
  const Vocabulary words = Words({"dog", "cat", ""});
  const auto aligned = embedding.AlignTo(words);
  std::vector<float> dog(2);
  ASSERT_TRUE(embedding.Vector("dog", dog).ok());
  EXPECT_NE(dog, std::vector<float>(2));
  const std::vector<float> values = ValuesOf(aligned->table);
  EXPECT_EQ(std::vector<float>(values.begin(), values.begin() + 2), dog);
  EXPECT_EQ(values[2], -96);
  EXPECT_EQ(aligned->report.num_subwords + aligned->report.num_missing, 2);
  EXPECT_EQ(embedding.AlignTo(words, {.subwords = false})->report.num_missing,
            2);
}

TEST(AlignTo, KeepsTheFormatOfTheRows) {
  const Vocabulary words = Words({"b", "x"});
  for (const RowFormat format : {RowFormat::kFloat16, RowFormat::kBfloat16,
                                 RowFormat::kInt8, RowFormat::kInt4}) {
    const auto table = *NumberedTable(3, 2).ConvertTo(format);
    const auto embedding =
        *Embedding::FromParts(Words({"a", "b", "cat"}), table);
    const auto aligned =
        embedding.AlignTo(words, {.missing = MissingRows::kMean});
    ASSERT_TRUE(aligned.ok()) << aligned.status();
    EXPECT_EQ(aligned->table.format(), format);
    const std::vector<float> values = ValuesOf(aligned->table);
    EXPECT_EQ(values[0], ValuesOf(table)[2]);
    EXPECT_NEAR(values[3], -97, 0.5);
  }
}

TEST(AlignTo, KeepsAFactorizedTableWhereItCan) {
  const auto table = *EmbeddingTable::Factorized(NumberedTable(3, 1),
                                                 Buffer<float>{1, 2, 3}, 3);
  const auto embedding = *Embedding::FromParts(Words({"a", "b", "cat"}), table);
  const Vocabulary words = Words({"x", "b"});
  for (const auto& [missing, value] :
       {std::pair(MissingRows::kZeros, 0.0f), {MissingRows::kMean, -99.0f}}) {
    const auto aligned = embedding.AlignTo(words, {.missing = missing});
    ASSERT_TRUE(aligned.ok()) << aligned.status();
    EXPECT_TRUE(aligned->table.is_factorized());
    EXPECT_THAT(ValuesOf(aligned->table),
                ElementsAre(value, 2 * value, 3 * value, -99, -198, -297));
  }
  const auto random =
      embedding.AlignTo(words, {.missing = MissingRows::kUniform});
  EXPECT_FALSE(random->table.is_factorized());
  EXPECT_EQ(ValuesOf(random->table)[3], -99);
}

TEST(AlignTo, DoesNotDependOnThreads) {
  const auto embedding = *Embedding::FromParts(testing::NumberedTokens(9000),
                                               NumberedTable(9000, 3));
  StringTensorBuilder tokens;
  for (int i = 0; i < 9000; ++i) tokens.Append("T" + std::to_string(i * 7));
  const auto words = *Vocabulary::FromTokens(std::move(tokens).Build());
  AlignOptions options = {.lower_case = true, .missing = MissingRows::kMean};
  options.exec.num_threads = 1;
  const auto one = embedding.AlignTo(words, options);
  options.exec.num_threads = 4;
  const auto four = embedding.AlignTo(words, options);
  EXPECT_EQ(ValuesOf(one->table), ValuesOf(four->table));
  EXPECT_EQ(one->report.num_missing, four->report.num_missing);
  EXPECT_EQ(one->report.num_lower_case, 1286);
}

TEST(AlignTo, TakesEmptyOnes) {
  const auto none = Small().AlignTo(Vocabulary());
  EXPECT_EQ(none->table.num_rows(), 0);
  EXPECT_EQ(none->table.width(), 2);
  const auto from_none = Embedding().AlignTo(Words({"a"}));
  ASSERT_TRUE(from_none.ok()) << from_none.status();
  EXPECT_EQ(from_none->table.num_rows(), 1);
  EXPECT_EQ(from_none->report.num_missing, 1);
}

// A table without rows may be of any width.
TEST(AlignTo, SaysThatThereIsNoMemory) {
  constexpr int64_t kWidth = int64_t{1} << 56;
  const auto embedding = Embedding::FromParts(
      Vocabulary(), *EmbeddingTable::FromValues(Buffer<float>(), 0, kWidth));
  ASSERT_TRUE(embedding.ok()) << embedding.status();
  for (const MissingRows missing :
       {MissingRows::kZeros, MissingRows::kMean, MissingRows::kUniform}) {
    EXPECT_THAT(embedding->AlignTo(Words({"a"}), {.missing = missing}),
                FailsWith(absl::StatusCode::kResourceExhausted,
                          "no memory for 288230376151711744 table items"));
  }
  const auto none = embedding->AlignTo(Vocabulary());
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(none->table.width(), kWidth);
}

}  // namespace
}  // namespace rowsplit
