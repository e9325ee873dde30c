#include "vocab/count_merge.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/counted_tokens.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using testing::CountedToken;
using testing::CountedTokens;

SpillRun WriteRun(const CountRuns& runs, const CountedTokens& tokens) {
  auto run = runs.Write([&](CountBlockWriter& writer) {
    for (const CountedToken& token : tokens) {
      if (absl::Status status = writer.Add(token.view()); !status.ok())
        return status;
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(run.ok()) << run.status();
  return *std::move(run);
}

CountedTokens ReadAll(CountMerger& merger) {
  CountedTokens tokens;
  while (true) {
    const auto next = merger.Next();
    EXPECT_TRUE(next.ok()) << next.status();
    if (!next.ok() || !*next) return tokens;
    tokens.emplace_back(merger.entry());
  }
}

TEST(CountMerge, AddsRunsInAnyNumberOfLevels) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const auto rows = testing::RandomTokenRows(random, 2000);
  const CountedTokens expected = testing::CountByMap(rows);
  for (const size_t num_runs : {1, 2, 7, 40}) {
    for (const size_t max_readers : {2, 3, 64}) {
      auto file = SpillFile::Create("");
      ASSERT_TRUE(file.ok()) << file.status();
      CountRuns runs(file->get(), {true, CountOrder::kToken}, 200, max_readers);
      std::vector<testing::TokenRows> parts(num_runs);
      for (const auto& row : rows)
        parts[testing::Below(random, num_runs)].push_back(row);
      for (const auto& part : parts)
        runs.Append(WriteRun(runs, testing::CountByMap(part)));
      // Twice: merging changes nothing.
      for (int pass = 0; pass < 2; ++pass) {
        auto merger = runs.Merge();
        ASSERT_TRUE(merger.ok()) << merger.status();
        ASSERT_EQ(ReadAll(*merger), expected) << num_runs << " " << max_readers;
      }
      runs.Clear();
      EXPECT_TRUE(runs.empty());
    }
  }
}

TEST(CountMerge, KeepsTheOrderOfAVocabulary) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const CountedTokens all =
      testing::CountByMap(testing::RandomTokenRows(random, 2000));
  auto file = SpillFile::Create("");
  ASSERT_TRUE(file.ok());
  CountRuns runs(file->get(), {true, CountOrder::kMoreCommon}, 100, 3);
  std::vector<CountedTokens> parts(10);
  for (const CountedToken& token : all)
    parts[testing::Below(random, parts.size())].push_back(token);
  for (const CountedTokens& part : parts)
    runs.Append(WriteRun(runs, testing::MostCommonBySort(part, -1, 1)));
  auto merger = runs.Merge();
  ASSERT_TRUE(merger.ok());
  EXPECT_EQ(ReadAll(*merger), testing::MostCommonBySort(all, -1, 1));
}

TEST(CountMerge, HandsOnTheErrorOfWhatFillsARun) {
  auto file = SpillFile::Create("");
  ASSERT_TRUE(file.ok());
  const CountRuns runs(file->get(), {}, 100, 3);
  EXPECT_EQ(
      runs.Write([](CountBlockWriter&) { return absl::AbortedError("enough"); })
          .status()
          .code(),
      absl::StatusCode::kAborted);
}

}  // namespace
}  // namespace rowsplit::internal
