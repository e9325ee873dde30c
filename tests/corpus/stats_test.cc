#include "rowsplit/corpus/stats.h"

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/files.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;

TEST(ComputeStats, CountsWhatIsThere) {
  const testing::TempFolder temporary;
  temporary.Write("a.txt",
                  "The cat, the dog\n\nthe\nCHAPTER one\n... a b c d e f g\n");
  temporary.Write("vocab.txt", "the\ncat\n");
  CorpusConfig config;
  config.input.paths = {temporary.path() + "/a.txt"};
  config.clean = {DropFullMatch{"CHAPTER.*"}};
  config.vocabulary.file = temporary.path() + "/vocab.txt";
  for (const int threads : {1, 4}) {
    config.input.read.block_bytes = threads == 1 ? 1 << 20 : 5;
    const auto stats = ComputeStats(config, 2, {.num_threads = threads});
    ASSERT_TRUE(stats.ok()) << stats.status();
    EXPECT_EQ(stats->report.rows, 5);
    EXPECT_EQ(stats->report.rows_dropped(), 1);
    EXPECT_EQ(stats->report.tokens, 13);
    EXPECT_EQ(stats->report.empty_tokens, 1);
    EXPECT_EQ(stats->report.types, 10);
    EXPECT_TRUE(stats->has_vocabulary);
    EXPECT_EQ(stats->report.unknown_tokens, 8);
    EXPECT_DOUBLE_EQ(stats->report.oov_share(), 8.0 / 12);
    ASSERT_EQ(stats->top_tokens.size(), 2u);
    EXPECT_EQ(stats->top_tokens[0].token, "the");
    EXPECT_EQ(stats->top_tokens[0].count, 3);
    EXPECT_EQ(stats->top_tokens[1].token, "g") << "ties by bytes descending";
    ASSERT_EQ(stats->lengths.size(), 5u);
    const std::vector<std::vector<int64_t>> expected = {
        {0, 0, 1}, {1, 1, 1}, {2, 3, 0}, {4, 7, 1}, {8, 15, 1}};
    for (size_t bin = 0; bin < expected.size(); ++bin) {
      EXPECT_EQ(stats->lengths[bin].lowest, expected[bin][0]);
      EXPECT_EQ(stats->lengths[bin].highest, expected[bin][1]);
      EXPECT_EQ(stats->lengths[bin].lines, expected[bin][2]);
    }
  }
}

TEST(ComputeStats, FailsForAVocabularyThatIsMissing) {
  CorpusConfig config;
  config.input.paths = {"-"};
  config.vocabulary.file = "/no/such/file";
  const absl::Status status = ComputeStats(config, 2, {}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("/no/such/file"));
}

}  // namespace
}  // namespace rowsplit
