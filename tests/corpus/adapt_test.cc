#include "corpus/adapt.h"

#include <string>
#include <vector>

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

}  // namespace
}  // namespace rowsplit::internal
