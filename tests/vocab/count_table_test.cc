#include "vocab/count_table.h"

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/hostile_tokens.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

// Count and documents of each token.
using Counts = std::map<std::string, std::pair<int64_t, int64_t>>;
using Rows = std::vector<std::vector<std::string>>;

Rows RandomRows(testing::Random& random, size_t num_rows) {
  auto types = testing::HostileTokens(random());
  std::erase_if(types, [](const auto& type) { return type.size() > 1000; });
  Rows rows(num_rows);
  for (auto& row : rows) {
    row.resize(testing::Below(random, 10) == 0 ? testing::Below(random, 300)
                                               : testing::Below(random, 8));
    for (std::string& token : row) {
      const uint64_t limit = testing::Below(random, types.size()) + 1;
      token = types[testing::Below(random, limit)];
    }
  }
  return rows;
}

Counts Reference(const Rows& rows) {
  Counts counts;
  for (const auto& row : rows) {
    std::map<std::string, int64_t> in_row;
    for (const std::string& token : row) ++in_row[token];
    for (const auto& [token, count] : in_row) {
      counts[token].first += count;
      ++counts[token].second;
    }
  }
  return counts;
}

void AddRows(const Rows& rows, CountTable& table) {
  std::vector<std::string> tokens;
  std::vector<Offset> ends;
  for (const auto& row : rows) {
    tokens.insert(tokens.end(), row.begin(), row.end());
    ends.push_back(static_cast<Offset>(tokens.size()));
  }
  const testing::Text text(tokens);
  table.AddRows(text.bytes(), text.spans(), ends);
}

// Also checks the order.
Counts DrainToMap(CountTable& table) {
  Counts counts;
  std::string last;
  EXPECT_TRUE(table
                  .Drain([&](const TokenCount& token) {
                    EXPECT_TRUE(counts.empty() || last < token.token);
                    last = token.token;
                    counts[last] = {token.count, token.documents};
                    return absl::OkStatus();
                  })
                  .ok());
  return counts;
}

Counts ToMap(const CountTable& table) {
  Counts counts;
  table.ForEach([&](const TokenCount& token) {
    EXPECT_TRUE(counts
                    .emplace(std::string(token.token),
                             std::pair(token.count, token.documents))
                    .second);
  });
  return counts;
}

TEST(CountTable, CountsTokensAndDocumentsAsAMap) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const size_t num_rows : {0, 1, 2, 50, 3000}) {
    const Rows rows = RandomRows(random, num_rows);
    const Counts expected = Reference(rows);
    CountTable table;
    table.EnableDocuments();
    AddRows(rows, table);
    EXPECT_EQ(table.num_documents(), static_cast<int64_t>(num_rows));
    EXPECT_EQ(ToMap(table), expected);
    EXPECT_EQ(table.num_types(), static_cast<int64_t>(expected.size()));
    // Again after it was drained: nothing is left of the first time.
    ASSERT_EQ(DrainToMap(table), expected);
    EXPECT_EQ(table.num_types(), 0);
    EXPECT_EQ(table.num_tokens(), 0);
    AddRows(rows, table);
    EXPECT_EQ(DrainToMap(table), expected);
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
  EXPECT_EQ(DrainToMap(table), (Counts{{"a", {6, 3}}, {"b", {3, 3}}}));
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
        EXPECT_EQ(DrainToMap(table).size(), static_cast<size_t>(kept));
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
  EXPECT_TRUE(ToMap(table).empty());
}

}  // namespace
}  // namespace rowsplit::internal
