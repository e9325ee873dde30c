#include "vocab/integer_table.h"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using Repeat = std::optional<std::pair<int64_t, int64_t>>;

TEST(IntegerTable, FindsWhatAMapFinds) {
  testing::Random random(testing::Seed(3));
  for (const size_t size : {0, 1, 2, 3, 31, 32, 33, 1000, 20'000}) {
    for (const int64_t step : {int64_t{1}, int64_t{1} << 40}) {
      std::map<int64_t, int64_t> expected;
      std::vector<int64_t> keys, queries;
      for (size_t i = 0; i < size; ++i) {
        int64_t key = static_cast<int64_t>(i) * step;
        if (step == 1 && i % 3 == 0) key = static_cast<int64_t>(random());
        queries.push_back(key);
        queries.push_back(key + 1);
        if (expected.try_emplace(key, keys.size()).second) keys.push_back(key);
      }
      queries.push_back(0);
      queries.push_back(std::numeric_limits<int64_t>::min());
      queries.push_back(std::numeric_limits<int64_t>::max());
      Repeat repeat;
      const auto table = IntegerTable::Create(keys, &repeat);
      ASSERT_TRUE(table.ok());
      EXPECT_FALSE(repeat.has_value());
      std::vector<int64_t> places(queries.size());
      table->FindAll(queries, places);
      for (size_t i = 0; i < queries.size(); ++i) {
        const auto found = expected.find(queries[i]);
        const int64_t place = found == expected.end() ? -1 : found->second;
        EXPECT_EQ(places[i], place);
        EXPECT_EQ(table->Find(queries[i]), place);
      }
    }
  }
}

TEST(IntegerTable, NamesTheFirstRepeat) {
  Repeat repeat;
  ASSERT_TRUE(
      IntegerTable::Create(std::vector<int64_t>{4, 7, 5, 7, 4}, &repeat).ok());
  EXPECT_EQ(repeat, Repeat({1, 3}));
}

}  // namespace
}  // namespace rowsplit::internal
