#include "kernels/token_table.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/span_ids.h"
#include "support/hostile_tokens.h"
#include "support/seed.h"
#include "support/table.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::OwnedTable;
using ::rowsplit::testing::Random;

// Every second token is in the table.
void ExpectFinds(const std::vector<std::string>& tokens, uint64_t num_buckets) {
  std::vector<std::string> known;
  std::unordered_map<std::string_view, int64_t> expected;
  for (size_t i = 0; i < tokens.size(); i += 2) {
    expected[tokens[i]] = static_cast<int64_t>(known.size());
    known.push_back(tokens[i]);
  }
  const OwnedTable table(known, num_buckets);
  const testing::Text text(tokens);
  std::vector<int64_t> ids(tokens.size());
  FindIds(table.view(), text.bytes().data(), text.bytes().size(),
          text.spans().data(), text.spans().size(), 7, -5, ids.data());
  for (size_t i = 0; i < tokens.size(); ++i) {
    const auto found = expected.find(tokens[i]);
    const bool is_known = found != expected.end();
    ASSERT_EQ(ids[i], is_known ? found->second + 7 : -5) << i;
    ASSERT_EQ(FindId(table.view(), tokens[i]), is_known ? found->second : -1);
  }
}

TEST(TokenTable, EqualsAMapWithAnyNumberOfBuckets) {
  for (const auto& tokens :
       {testing::HostileTokens(5), testing::Counters(20000)}) {
    const uint64_t least = tokens.size() / 6 + 1;
    for (const uint64_t num_buckets :
         {uint64_t{0}, least, least + 1, uint64_t{9973}, uint64_t{65536}}) {
      SCOPED_TRACE(num_buckets);
      ExpectFinds(tokens, num_buckets);
    }
  }
  ExpectFinds({"one", "two"}, 1);
  ExpectFinds({}, 0);
}

TEST(TokenTable, GivesTheSmallerIdOfTokensThatAreEqual) {
  const std::string bytes = "abaa long token of 20aa long token of 20";
  const std::vector<Offset> offsets = {0, 1, 2, 3, 21, 22, 40};
  std::vector<TokenBucket> buckets(5);
  std::vector<LongSlot> long_slots(5);
  TokenTableWriter writer(buckets.data(), long_slots.data(),
                          {.buckets = nullptr,
                           .long_slots = nullptr,
                           .num_buckets = 5,
                           .num_long_slots = 5,
                           .max_probe = 0,
                           .max_long_probe = 0,
                           .seed = {{3, 4}},
                           .bytes = bytes.data(),
                           .offsets = offsets.data(),
                           .num_bytes = bytes.size(),
                           .num_tokens = 6});
  EXPECT_EQ(writer.Insert(0), 0);
  EXPECT_EQ(writer.Insert(1), 1);
  EXPECT_EQ(writer.Insert(2), 0);
  EXPECT_EQ(writer.Insert(3), 3);
  EXPECT_EQ(writer.Insert(5), 3);
}

TEST(TokenTable, KeepsProbesShort) {
  const auto tokens = testing::Counters(100000);
  const OwnedTable table(tokens);
  EXPECT_LE(table.view().max_probe, 12u);
  EXPECT_LE(table.view().max_long_probe, 40u);
  EXPECT_LT(table.view().num_buckets, tokens.size());
}

// Whatever bytes the table has, a look-up ends, stays inside, and its answer is
// an id or none.
TEST(TokenTable, AnswersFromADamagedTable) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const auto tokens = testing::Counters(300);
  const testing::Text text(tokens);
  std::vector<int64_t> ids(tokens.size());
  for (int repeat = 0; repeat < 200; ++repeat) {
    OwnedTable table(tokens);
    for (int i = 0; i < 200; ++i) {
      auto& bucket = table.buckets()[Below(random, table.buckets().size())];
      constexpr int32_t kIds[] = {kGoOn, kAbsent, 300, INT32_MAX, INT32_MIN};
      bucket.ids[Below(random, 4)] = kIds[Below(random, 5)];
      auto& slot = table.long_slots()[Below(random, table.long_slots().size())];
      slot.id = kIds[Below(random, 5)];
      if (i % 20 == 0) {
        table.offsets()[Below(random, 301)] = static_cast<Offset>(random());
      }
    }
    if (repeat % 2 == 0) {
      for (TokenBucket& bucket : table.buckets()) bucket.ids[3] = kGoOn;
    }
    FindIds(table.view(), text.bytes().data(), text.bytes().size(),
            text.spans().data(), text.spans().size(), 0, -1, ids.data());
    for (size_t i = 0; i < ids.size(); ++i) {
      ASSERT_GE(ids[i], -1);
      ASSERT_LT(ids[i], 300);
      ASSERT_EQ(FindId(table.view(), tokens[i]), ids[i]);
    }
  }
}

}  // namespace
}  // namespace rowsplit::kernels
