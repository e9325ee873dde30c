#include "rowsplit/pipeline/text_embedding.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "pipeline/vectorize_cases.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/output_mode.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::VectorizeCase;

StringTensor Strings(const std::vector<std::string>& strings) {
  StringTensorBuilder builder;
  for (const std::string& string : strings) builder.Append(string);
  return std::move(builder).Build();
}

TextVectorization Layer(const TextVectorizationOptions& options,
                        const std::vector<std::string>& tokens = {"the",
                                                                  "cat"}) {
  return *TextVectorization::FromTokens(options, Strings(tokens),
                                        {.may_have_special_tokens = false});
}

// Row r is r, 10 r.
EmbeddingTable Rows(int64_t num_rows) {
  BufferBuilder<float> values(2 * num_rows);
  for (int64_t row = 0; row < num_rows; ++row) {
    values[2 * row] = static_cast<float>(row);
    values[2 * row + 1] = static_cast<float>(10 * row);
  }
  return *EmbeddingTable::FromValues(std::move(values).Build(), num_rows, 2);
}

TextEmbedding Make(const TextVectorizationOptions& options = {},
                   const BagOptions& bag = {}) {
  return *TextEmbedding::Create(Layer(options), Rows(4), bag);
}

VectorizeCase RandomIntCase(testing::Random& random) {
  VectorizeCase one;
  do {
    one = testing::RandomVectorizeCase(random);
  } while (one.options.output_mode != OutputMode::kInt);
  return one;
}

// Of all rows that the ids of a text name, in their order.
std::vector<float> PlainBag(const EmbeddingTable& table, BagMode mode,
                            std::span<const int64_t> ids) {
  std::vector<float> bag(table.width(), 0.0F);
  for (size_t i = 0; i < ids.size(); ++i) {
    std::vector<float> row(table.width());
    EXPECT_TRUE(table.ReadRow(ids[i], std::span(row)).ok());
    for (size_t item = 0; item < row.size(); ++item) {
      if (mode != BagMode::kMax) {
        bag[item] += row[item];
      } else {
        bag[item] = i == 0 ? row[item] : std::max(bag[item], row[item]);
      }
    }
  }
  if (mode == BagMode::kMean && !ids.empty()) {
    for (float& item : bag) item /= static_cast<float>(ids.size());
  }
  return bag;
}

TEST(TextEmbedding, GivesTheBagOfTheTextsIds) {
  ROWSPLIT_SEEDED_RANDOM(random);
  constexpr BagMode kModes[] = {BagMode::kSum, BagMode::kMean, BagMode::kMax};
  for (int i = 0; i < 600; ++i) {
    SCOPED_TRACE(::testing::Message() << "case " << i);
    const VectorizeCase one = RandomIntCase(random);
    const TextVectorization layer = Layer(one.options, one.tokens);
    const EmbeddingTable table = *EmbeddingTable::Uniform(
        layer.num_ids(), 1 + i % 20, {.seed = static_cast<uint64_t>(i)});
    const BagMode mode = kModes[i % 3];
    const TextEmbedding embedding =
        *TextEmbedding::Create(layer, table, {.mode = mode});
    const StringTensor texts = Strings(one.texts);
    const Tensor vectors = *embedding.Embed(texts, {.num_threads = 1});
    ASSERT_THAT(vectors.flat_shape(), ElementsAre(texts.size(), table.width()));
    const std::span<const float> items = vectors.items<float>();
    for (int64_t row = 0; row < texts.size(); ++row) {
      std::vector<int64_t> ids;
      one.meaning.AppendIds(one.texts[row], ids);
      const std::vector<float> expected = PlainBag(table, mode, ids);
      for (int64_t item = 0; item < table.width(); ++item) {
        ASSERT_NEAR(items[row * table.width() + item], expected[item], 1e-5)
            << "row " << row << " item " << item;
      }
    }
  }
}

// All texts of several pieces, one of them longer than a piece.
StringTensor TextsOfManyPieces(testing::Random& random) {
  StringTensorBuilder texts;
  for (int i = 0; i < 3000; ++i) {
    texts.Append(
        testing::HostileText(random, testing::Below(random, 200), false));
    if (i == 1000) texts.Append(testing::HostileText(random, 300'000, false));
  }
  texts.Append("");
  return std::move(texts).Build();
}

TEST(TextEmbedding, GivesTheSameBitsByEachPlanAndOnSeveralThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const StringTensor texts = TextsOfManyPieces(random);
  TextVectorizationAdapter adapter({.max_tokens = 2000, .num_oov_indices = 3});
  ASSERT_TRUE(adapter.Update(texts).ok());
  const TextVectorization layer = *adapter.Finalize();
  const EmbeddingTable rows = *EmbeddingTable::Uniform(layer.num_ids(), 20);
  constexpr BagMode kModes[] = {
      BagMode::kSum, BagMode::kMean,      BagMode::kSqrtN, BagMode::kMax,
      BagMode::kMin, BagMode::kLogSumExp, BagMode::kFirst, BagMode::kLast};
  for (const BagMode mode : kModes) {
    for (const RowFormat format :
         {RowFormat::kFloat32, RowFormat::kFloat16, RowFormat::kInt4}) {
      const TextEmbedding fused = *TextEmbedding::Create(
          layer, *rows.ConvertTo(format), {.mode = mode, .padding_idx = 2});
      const Tensor expected =
          *fused.StageByStage().Embed(texts, {.num_threads = 1});
      ASSERT_EQ(*fused.Embed(texts, {.num_threads = 1}), expected);
      ASSERT_EQ(*fused.Embed(texts, {.num_threads = 3}), expected);
      ASSERT_EQ(*fused.StageByStage().Embed(texts, {.num_threads = 3}),
                expected);
    }
  }
}

TEST(TextEmbedding, GivesTheSameBitsOfAFactorizedTable) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const StringTensor texts = TextsOfManyPieces(random);
  TextVectorizationAdapter adapter({.max_tokens = 2000, .ngrams = {1, 2}});
  ASSERT_TRUE(adapter.Update(texts).ok());
  const TextVectorization layer = *adapter.Finalize();
  const EmbeddingTable matrix = *EmbeddingTable::Uniform(4, 9, {.seed = 1});
  const TextEmbedding fused = *TextEmbedding::Create(
      layer,
      *EmbeddingTable::Factorized(*EmbeddingTable::Uniform(layer.num_ids(), 4),
                                  matrix.values(), 9));
  const Tensor expected = *fused.StageByStage().Embed(texts);
  EXPECT_EQ(*fused.Embed(texts, {.num_threads = 1}), expected);
  EXPECT_EQ(*fused.Embed(texts, {.num_threads = 3}), expected);
}

TEST(TextEmbedding, TakesTheOptionsOfTheBag) {
  const StringTensor texts = Strings({"the cat", "a cat", "", "a"});
  const auto first_items = [&](const BagOptions& bag) {
    std::vector<float> items;
    const Tensor vectors = *Make({}, bag).Embed(texts);
    for (size_t i = 0; i < 8; i += 2) {
      items.push_back(vectors.items<float>()[i]);
    }
    return items;
  };
  EXPECT_THAT(first_items({}), ElementsAre(2.5, 2, 0, 1));
  EXPECT_THAT(first_items({.padding_idx = 1}), ElementsAre(2.5, 3, 0, 0));
  EXPECT_THAT(first_items({.mode = BagMode::kSum, .empty_row = 3}),
              ElementsAre(5, 4, 3, 1));
}

TEST(TextEmbedding, CutsRowsAndDoesNotPadThem) {
  const TextEmbedding embedding = Make({.output_sequence_length = 3});
  const StringTensor texts = Strings({"cat", "the the the cat cat"});
  for (const TextEmbedding& plan : {embedding, embedding.StageByStage()}) {
    EXPECT_THAT(plan.Embed(texts)->items<float>(), ElementsAre(3, 30, 2, 20));
  }
}

TEST(TextEmbedding, TakesTextsOfAnyRank) {
  const TextEmbedding embedding = Make();
  const StringTensor texts = Strings({"the cat", "cat"});
  EXPECT_EQ(*embedding.Call(Tensor(texts)), *embedding.Embed(texts));
  const Tensor scalar =
      *embedding.Call(Tensor::Scalar(std::string_view("the cat")));
  EXPECT_THAT(scalar.flat_shape(), ElementsAre(2));
  EXPECT_THAT(scalar.items<float>(), ElementsAre(2.5, 25));
  const Tensor column = *embedding.Call(*Tensor::Dense(texts, {2, 1}));
  EXPECT_THAT(column.flat_shape(), ElementsAre(2, 2));
  const Tensor cube = *embedding.Call(*Tensor::Dense(texts, {1, 2, 1}));
  EXPECT_THAT(cube.flat_shape(), ElementsAre(1, 2, 2));
  const Tensor ragged = *embedding.Call(
      *Tensor::FromRowSplits(*Tensor::Dense(texts, {2, 1}), {0, 0, 2}));
  EXPECT_EQ(ragged.ragged_rank(), 1);
  EXPECT_THAT(ragged.flat_shape(), ElementsAre(2, 2));
  EXPECT_THAT(ragged.items<float>(), ElementsAre(2.5, 25, 3, 30));
  EXPECT_THAT(ragged.partition(0).row_splits(), ElementsAre(0, 0, 2));
}

TEST(TextEmbedding, PoolsTextsThatAreTokens) {
  const TextEmbedding embedding = Make({.split = Split::kNone});
  const StringTensor tokens = Strings({"The", "cat", "the cat"});
  EXPECT_THAT(embedding.Embed(tokens)->items<float>(),
              ElementsAre(2, 20, 3, 30, 1, 10));
  const Tensor one = *embedding.Call(Tensor(tokens));
  EXPECT_THAT(one.flat_shape(), ElementsAre(2));
  EXPECT_THAT(one.items<float>(), ElementsAre(2, 20));
  const Tensor rows =
      *embedding.Call(*Tensor::FromRowSplits(Tensor(tokens), {0, 2, 2, 3}));
  EXPECT_THAT(rows.items<float>(), ElementsAre(2.5, 25, 0, 0, 1, 10));
}

TEST(TextEmbedding, GivesNothingForNoTexts) {
  const Tensor vectors = *Make().Embed(StringTensor());
  EXPECT_THAT(vectors.flat_shape(), ElementsAre(0, 2));
  EXPECT_EQ(vectors.dtype(), DType::kFloat32);
}

TEST(TextEmbedding, RefusesWhatDoesNotFit) {
  const absl::Status mode =
      TextEmbedding::Create(Layer({.output_mode = OutputMode::kCount}), Rows(9))
          .status();
  EXPECT_EQ(mode.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(mode.message(), HasSubstr("output mode must be int"));
  const absl::Status small = TextEmbedding::Create(Layer({}), Rows(3)).status();
  EXPECT_EQ(small.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(small.message(), HasSubstr("the layer's 4 ids, it has 3"));
  const absl::Status option =
      TextEmbedding::Create(Layer({}), Rows(4), {.empty_row = 4}).status();
  EXPECT_FALSE(option.ok());
  const absl::Status numbers = Make().Call(Tensor::Scalar(int64_t{1})).status();
  EXPECT_EQ(numbers.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(numbers.message(), HasSubstr("expected texts, got int64"));
}

TEST(TextEmbedding, SkipsIdsWithoutARowIfAsked) {
  const StringTensor texts = Strings({"the cat", "cat"});
  const TextEmbedding embedding = *TextEmbedding::Create(
      Layer({}), Rows(3), {.out_of_range = OutOfRangeIds::kSkip});
  for (const TextEmbedding& plan : {embedding, embedding.StageByStage()}) {
    EXPECT_THAT(plan.Embed(texts)->items<float>(), ElementsAre(2, 20, 0, 0));
  }
}

TEST(TextEmbedding, StopsWhenCancelled) {
  CancellationToken token;
  token.Cancel();
  const ExecOptions exec{.cancellation = &token};
  const StringTensor texts = Strings({"the cat"});
  EXPECT_TRUE(absl::IsCancelled(Make().Embed(texts, exec).status()));
  EXPECT_TRUE(
      absl::IsCancelled(Make({}, {.exec = exec}).Embed(texts).status()));
}

TEST(TextEmbedding, ExplainsItsPlan) {
  EXPECT_EQ(Make().Explain(),
            "fused, in blocks that stay in the cache\n"
            "  standardize: map bytes and drop some, vectors\n"
            "  split: ASCII white space, vectors\n"
            "  look up: 4 ids, 1 of unknown tokens\n"
            "  pool: mean of float32 rows of 2 items, from the ids of a piece; "
            "no others are kept\n");
  EXPECT_THAT(
      Make({.split = Split::kCharacter}, {.mode = BagMode::kMax}).Explain(),
      HasSubstr("  output: ids\n"
                "pool: max of float32 rows of 2 items, from all ids\n"));
  EXPECT_THAT(Make().StageByStage().Explain(),
              HasSubstr("not fused: as asked"));
}

}  // namespace
}  // namespace rowsplit
