#include "corpus/adapt.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"

namespace rowsplit::internal {
namespace {

TEST(Adapt, CountsTheCleanedRowsTheSameForAnyThreads) {
  const testing::TempFolder folder;
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += "Word" + std::to_string(i % 97) + " the, THE\n";
  folder.Write("a.txt", text + "TITLE never\n");
  CorpusConfig config;
  config.input.paths = {folder.path()};
  config.input.read.block_bytes = 1000;
  const TextPlan plan = *TextPlan::Compile({DropFullMatch{"TITLE.*"}});
  for (const int threads : {1, 2, 8}) {
    CorpusReport report;
    InputRecord record;
    const auto adapter =
        Adapt(config, plan, {.num_threads = threads}, nullptr, report, &record);
    ASSERT_TRUE(adapter.ok()) << adapter.status();
    EXPECT_EQ(adapter->counts().num_types(), 98);
    EXPECT_EQ(adapter->counts().num_tokens(), 9000);
    const auto top = adapter->counts().MostCommon(1);
    ASSERT_EQ(top.size(), 1u);
    EXPECT_EQ(top[0].token, "the");
    EXPECT_EQ(top[0].count, 6000);
    EXPECT_EQ(report.rows, 3001);
    EXPECT_EQ(report.tokens, 9000);
    EXPECT_EQ(report.rows_dropped(), 1);
    ASSERT_EQ(record.inputs.size(), 1u);
    EXPECT_EQ(record.summaries[0].stored_bytes,
              static_cast<int64_t>(text.size()) + 12);
  }
}

TEST(Adapt, LearnsTheSameInAnyMemory) {
  const testing::TempFolder folder;
  std::string text;
  for (int i = 0; i < 60000; ++i) {
    text += "word" + std::to_string(i * 7919 % 50000) + " the a_long_word_no_" +
            std::to_string(i % 20000) + "\n";
  }
  folder.Write("a.txt", text);
  CorpusConfig config;
  config.input.paths = {folder.path()};
  config.input.read.block_bytes = 30000;
  config.vectorize.max_tokens = 5000;
  config.vectorize.standardize = Standardize::kLower;
  const TextPlan plan = *TextPlan::Compile({});
  for (const OutputMode mode : {OutputMode::kInt, OutputMode::kTfIdf}) {
    config.vectorize.output_mode = mode;
    std::optional<TextVectorization> expected;
    for (const int64_t memory : {-1, 1 << 20, 1 << 28}) {
      for (const int threads : {1, 4}) {
        config.vocabulary.memory = memory;
        CorpusReport report;
        const auto adapter = Adapt(config, plan, {.num_threads = threads},
                                   nullptr, report, nullptr);
        ASSERT_TRUE(adapter.ok()) << adapter.status();
        const auto layer = adapter->Finalize();
        ASSERT_TRUE(layer.ok()) << layer.status();
        EXPECT_EQ(*adapter->CountTypes(), 70001);
        EXPECT_EQ(report.tokens, 180000);
        if (!expected.has_value()) expected = *layer;
        ASSERT_EQ(layer->num_ids(), expected->num_ids());
        for (int64_t id = 0; id < layer->num_ids(); ++id)
          ASSERT_EQ(layer->token(id), expected->token(id));
        EXPECT_TRUE(
            std::ranges::equal(layer->idf_weights(), expected->idf_weights()));
      }
    }
  }
  config.vocabulary.memory = 1 << 20;
  config.vocabulary.temporary_folder = folder / "missing";
  CorpusReport report;
  EXPECT_EQ(Adapt(config, plan, {}, nullptr, report, nullptr).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace rowsplit::internal
