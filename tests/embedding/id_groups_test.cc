#include "embedding/id_groups.h"

#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/exec.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::FailsWith;

std::vector<int64_t> Positions(const internal::IdGroups& groups) {
  std::vector<int64_t> positions;
  for (int64_t i = 0; i < static_cast<int64_t>(groups.keys.size()); ++i)
    positions.push_back(groups.position(i));
  return positions;
}

void ExpectGroups(const std::vector<int64_t>& ids, int num_threads) {
  std::map<int64_t, std::vector<int64_t>> expected;
  for (size_t i = 0; i < ids.size(); ++i)
    expected[ids[i]].push_back(static_cast<int64_t>(i));
  std::vector<int64_t> keys;
  std::vector<int64_t> splits = {0};
  std::vector<int64_t> positions;
  for (const auto& [id, places] : expected) {
    keys.push_back(id);
    positions.insert(positions.end(), places.begin(), places.end());
    splits.push_back(static_cast<int64_t>(positions.size()));
  }
  const auto groups = internal::GroupIds(ids, {.num_threads = num_threads});
  ASSERT_TRUE(groups.ok()) << groups.status();
  EXPECT_THAT(groups->ids, ElementsAreArray(keys));
  EXPECT_THAT(groups->splits, ElementsAreArray(splits));
  EXPECT_EQ(Positions(*groups), positions);
}

TEST(GroupIds, GivesThePositionsOfEachId) {
  const std::vector<int64_t> ids = {7, 3, 7};
  const auto groups = *internal::GroupIds(ids, {});
  EXPECT_THAT(groups.ids, ElementsAre(3, 7));
  EXPECT_THAT(groups.splits, ElementsAre(0, 1, 3));
  EXPECT_THAT(Positions(groups), ElementsAre(1, 0, 2));
}

TEST(GroupIds, EqualsAMapForAnyNumberOfIdsAndThreads) {
  testing::Random random(testing::Seed(31));
  for (const int64_t size : {0, 1, 2, 5, 599, 600, 5'000, 40'000}) {
    for (const int64_t num_rows : {1, 2, 2'048, 2'049, 1'000'000}) {
      std::vector<int64_t> ids(size);
      for (int64_t& id : ids)
        id = static_cast<int64_t>(testing::Below(random, num_rows));
      ExpectGroups(ids, 1);
      ExpectGroups(ids, 2);
    }
  }
}

TEST(GroupIds, TakesIdsOfAnySize) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  ExpectGroups({most, 0, most - 1, most}, 2);
  ExpectGroups({most}, 2);
  ExpectGroups({int64_t{1} << 50, 5, int64_t{1} << 50}, 2);
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < 1'000; ++i)
    ids.push_back((i % 7) << (i % 2 == 0 ? 60 : 40));
  ExpectGroups(ids, 2);
}

TEST(GroupIds, StopsWhenCancelled) {
  CancellationToken token;
  token.Cancel();
  const std::vector<int64_t> ids(100'000, 1);
  EXPECT_THAT(internal::GroupIds(ids, {.cancellation = &token}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
