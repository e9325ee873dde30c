#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/pipeline/text_embedding.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;

StringTensor Texts() {
  StringTensorBuilder texts;
  for (const char* text : {"the cat", "The old cat", "", "a"}) {
    texts.Append(text);
  }
  return std::move(texts).Build();
}

TextVectorization Layer() {
  TextVectorizationAdapter adapter({.ngrams = {1, 2}, .num_oov_indices = 2});
  EXPECT_TRUE(adapter.Update(Texts()).ok());
  return *adapter.Finalize();
}

EmbeddingTable Rows(int64_t num_rows) {
  return *EmbeddingTable::Uniform(num_rows, 5)->ConvertTo(RowFormat::kInt8);
}

TEST(TextEmbeddingJson, GivesTheSameVectorsAfterwards) {
  const TextVectorization layer = Layer();
  const EmbeddingTable table = Rows(layer.num_ids());
  const BagOptions all[] = {
      {},
      {.mode = BagMode::kLogSumExp, .padding_idx = 1, .max_norm = 0.01F},
      {.mode = BagMode::kLast, .empty_row = 2},
      {.mode = BagMode::kSqrtN,
       .out_of_range = OutOfRangeIds::kRow,
       .out_of_range_row = 1}};
  for (const BagOptions& bag : all) {
    const TextEmbedding embedding = *TextEmbedding::Create(layer, table, bag);
    const std::string json = TextEmbeddingToJson(embedding);
    const auto again = TextEmbeddingFromJson(json, "e.json", table);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again->Embed(Texts()), *embedding.Embed(Texts()));
    EXPECT_EQ(TextEmbeddingToJson(*again), json);
  }
}

TEST(TextEmbeddingJson, ReadsOptionsOfTheBag) {
  EXPECT_EQ(BagOptionsFromJson("{}", "bag")->mode, BagMode::kMean);
  const BagOptions bag = *BagOptionsFromJson(
      R"({"mode": "max", "padding_idx": 7, "out_of_range": "zero"})", "bag");
  EXPECT_EQ(bag.mode, BagMode::kMax);
  EXPECT_EQ(bag.padding_idx, 7);
  EXPECT_EQ(bag.out_of_range, OutOfRangeIds::kZero);
  EXPECT_EQ(BagOptionsToJson(bag),
            R"({"mode":"max","padding_idx":7,"out_of_range":"zero",)"
            R"("out_of_range_row":0,"max_norm":null,"empty_row":null})");
}

TEST(TextEmbeddingJson, NamesWhatIsWrong) {
  const auto message = [](std::string_view json) {
    const absl::Status status = BagOptionsFromJson(json, "bag").status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  EXPECT_THAT(message(R"({"mode": "median"})"),
              HasSubstr("bag: .mode: expected one of sum, mean"));
  EXPECT_THAT(message(R"({"out_of_range": "ignore"})"),
              HasSubstr("expected one of error, skip, zero, row"));
  EXPECT_THAT(message(R"({"padding": 1})"), HasSubstr("padding"));
  EXPECT_THAT(message(R"({"max_norm": [1, 2]})"), HasSubstr(".max_norm"));
  EXPECT_THAT(message(R"({"empty_row": "x"})"), HasSubstr(".empty_row"));
}

TEST(TextEmbeddingJson, RefusesAnotherTableOrDocument) {
  const TextVectorization layer = Layer();
  const EmbeddingTable table = Rows(layer.num_ids());
  const std::string json =
      TextEmbeddingToJson(*TextEmbedding::Create(layer, table));
  const auto message = [](std::string_view text, const EmbeddingTable& rows) {
    const absl::Status status =
        TextEmbeddingFromJson(text, "e.json", rows).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  EXPECT_THAT(message(json, Rows(layer.num_ids() + 1)),
              HasSubstr("e.json: .table: expected a table of"));
  EXPECT_THAT(message(json, *table.ConvertTo(RowFormat::kFloat16)),
              HasSubstr("as int8; got"));
  EXPECT_THAT(message("{}", table), HasSubstr("format"));
  EXPECT_THAT(message(R"({"format": "rowsplit.vectorizer",
                          "format_version": 1})",
                      table),
              HasSubstr("expected rowsplit.text_embedding version 1"));
  EXPECT_THAT(message("[", table), HasSubstr("e.json"));
}

}  // namespace
}  // namespace rowsplit
