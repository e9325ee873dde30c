#include "vocab/id_counter.h"

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using Counts = std::vector<std::pair<int64_t, int64_t>>;

Counts Reference(int64_t num_ids, const std::vector<int64_t>& ids) {
  std::map<int64_t, int64_t> counts;
  for (const int64_t id : ids)
    if (id >= 0 && id < num_ids) ++counts[id];
  return {counts.begin(), counts.end()};
}

template <typename Id>
Counts Count(IdCounter& counter, const std::vector<Id>& ids) {
  Counts counts;
  counter.Count(std::span<const Id>(ids), [&](int64_t id, int64_t count) {
    counts.emplace_back(id, count);
  });
  return counts;
}

// Sizes around the words and levels, and sizes too large for a table.
constexpr int64_t kNumIds[] = {0,
                               1,
                               2,
                               63,
                               64,
                               65,
                               4095,
                               4096,
                               4097,
                               100'000,
                               262'144,
                               262'145,
                               IdCounter::kMaxTableIds,
                               IdCounter::kMaxTableIds + 1,
                               int64_t{1} << 40,
                               INT64_MAX};

TEST(IdCounter, CountsRowsInOrderAndStartsAfresh) {
  testing::Random random(testing::Seed(31));
  for (const int64_t num_ids : kNumIds) {
    IdCounter counter(num_ids);
    for (const size_t size : {0, 1, 2, 3, 20, 300, 5000, 4, 1}) {
      std::vector<int64_t> ids(size);
      for (int64_t& id : ids) {
        const uint64_t reach =
            testing::Below(random, 2) == 0 ? 10 : uint64_t(num_ids) / 2 + 2;
        id = static_cast<int64_t>(testing::Below(random, reach)) * 2 - 1;
        if (testing::Below(random, 50) == 0) id = num_ids - 1;
        if (testing::Below(random, 50) == 0) id = num_ids;
        if (testing::Below(random, 50) == 0) id = INT64_MAX;
        if (testing::Below(random, 50) == 0) id = INT64_MIN;
      }
      EXPECT_EQ(Count(counter, ids), Reference(num_ids, ids))
          << num_ids << " ids, a row of " << size;
    }
  }
}

TEST(IdCounter, TakesNarrowIds) {
  IdCounter counter(10);
  EXPECT_EQ(Count(counter, std::vector<int32_t>{7, -1, 3, 7, 10}),
            (Counts{{3, 1}, {7, 2}}));
}

TEST(IdCounter, CountsEachColumn) {
  IdCounter counter(5000);
  std::vector<int64_t> ids;
  Counts expected;
  for (int64_t id = 4999; id >= 0; --id) ids.push_back(id);
  for (int64_t id = 0; id < 5000; ++id) expected.emplace_back(id, 1);
  EXPECT_EQ(Count(counter, ids), expected);
}

}  // namespace
}  // namespace rowsplit::internal
