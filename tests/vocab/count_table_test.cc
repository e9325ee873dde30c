#include "vocab/count_table.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/counted_tokens.h"
#include "support/hostile_tokens.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using testing::CountedToken;
using testing::CountedTokens;

void AddRows(const testing::TokenRows& rows, CountTable& table) {
  const testing::RowText text(rows);
  table.AddRows(text.text.bytes(), text.text.spans(), text.row_ends);
}

CountedTokens DrainAll(CountTable& table) {
  CountedTokens counts;
  EXPECT_TRUE(table
                  .Drain([&](const TokenCount& token) {
                    counts.emplace_back(token);
                    return absl::OkStatus();
                  })
                  .ok());
  return counts;
}

CountedTokens Sorted(const CountTable& table) {
  CountedTokens counts;
  table.ForEach([&](const TokenCount& token) { counts.emplace_back(token); });
  std::sort(counts.begin(), counts.end(),
            [](const auto& a, const auto& b) { return a.token < b.token; });
  return counts;
}

TEST(CountTable, CountsTokensAndDocumentsAsAMap) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const size_t num_rows : {0, 1, 2, 50, 3000}) {
    const auto rows = testing::RandomTokenRows(random, num_rows);
    const CountedTokens expected = testing::CountByMap(rows);
    CountTable table;
    table.EnableDocuments();
    AddRows(rows, table);
    EXPECT_EQ(table.num_documents(), static_cast<int64_t>(num_rows));
    EXPECT_EQ(Sorted(table), expected);
    EXPECT_EQ(table.num_types(), static_cast<int64_t>(expected.size()));
    // Again after it was drained: nothing is left of the first time.
    ASSERT_EQ(DrainAll(table), expected);
    EXPECT_EQ(table.num_types(), 0);
    EXPECT_EQ(table.num_tokens(), 0);
    AddRows(rows, table);
    EXPECT_EQ(DrainAll(table), expected);
  }
}

TEST(CountTable, GoesOnWithARowInTheNextCall) {
  CountTable table;
  table.EnableDocuments();
  const testing::Text text(std::vector<std::string>{"a", "b", "a"});
  const std::vector<Offset> none;
  const std::vector<Offset> first = {1};
  const std::vector<Offset> ends = {0, 0, 3, 3};
  table.AddRows(text.bytes(), text.spans(), none);
  table.AddRows(text.bytes(), text.spans(), first);  // the row before ends at 1
  table.AddRows(text.bytes(), text.spans(), ends);   // and this one at 0
  EXPECT_EQ(table.num_documents(), 5);
  EXPECT_EQ(DrainAll(table), (CountedTokens{{"a", 6, 3}, {"b", 3, 3}}));
}

TEST(CountTable, StaysInItsBudget) {
  const std::vector<std::string> types = testing::Counters(200000);
  for (const bool documents : {false, true}) {
    for (const int64_t budget : {200'000, 1'000'000, 5'000'000}) {
      CountTable table;
      if (documents) table.EnableDocuments();
      int64_t kept = 0;
      for (int pass = 0; pass < 2; ++pass) {
        size_t added = 0;
        for (; added < types.size(); ++added) {
          const std::string& type = types[added];
          if (type.size() > kernels::kMaxInlineSize) continue;
          if (!table.Reserve(1, budget)) break;
          table.Add(type, 1, documents ? 1 : 0);
          ASSERT_LE(table.size_bytes(), budget);
        }
        ASSERT_LT(added, types.size());
        // All of the memory is made use of, more so when it is made at once.
        EXPECT_GT(table.num_types() * 140, budget) << documents << pass;
        EXPECT_GE(table.num_types(), kept);
        kept = table.num_types();
        EXPECT_EQ(DrainAll(table).size(), static_cast<size_t>(kept));
        table.FillBudget(budget);
        EXPECT_LE(table.size_bytes(), budget);
      }
    }
  }
}

TEST(CountTable, IsEmptyAfterAnErrorOfTheVisitor) {
  CountTable table;
  table.Add("a", 1, 0);
  table.Add("a token of more than 15 bytes", 1, 0);
  const absl::Status status = table.Drain(
      [](const TokenCount&) { return absl::AbortedError("enough"); });
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(table.num_types(), 0);
  EXPECT_TRUE(Sorted(table).empty());
}

}  // namespace
}  // namespace rowsplit::internal
