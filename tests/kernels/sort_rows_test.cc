#include "kernels/sort_rows.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/sort_rows_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

// Rows of every length from 0 to 300, which takes both ways, with unused splits
// below the first.
std::vector<int64_t> AllLengths() {
  std::vector<int64_t> splits = {7};
  for (int64_t length = 0; length <= 300; ++length)
    splits.push_back(splits.back() + length);
  return splits;
}

// `distinct` keys, so that a small number gives many equal ones.
template <typename Key>
void ExpectSameAsReference(uint64_t distinct, bool extremes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::vector<int64_t> splits = AllLengths();
  const auto size = static_cast<size_t>(splits.back() - splits[0]);
  std::vector<Key> keys(size + kernels::kSortPadding);
  for (Key& key : keys) {
    key = static_cast<Key>(testing::Below(random, distinct) - distinct / 2);
    if (!extremes) continue;
    if (random() % 3 == 0) key = std::numeric_limits<Key>::max();
    if (random() % 3 == 0) key = std::numeric_limits<Key>::min();
  }
  std::vector<int32_t> expected(size, -1);
  std::vector<int32_t> actual(size + 1, -1);
  reference::OrderRows(splits.data(), splits.size() - 1, keys.data(),
                       expected.data());
  kernels::OrderRows(splits.data(), splits.size() - 1, keys.data(),
                     actual.data());
  EXPECT_EQ(actual.back(), -1);
  actual.pop_back();
  EXPECT_EQ(actual, expected);
}

template <typename Key>
void ExpectAllEqual() {
  for (const uint64_t distinct : {1, 3, 100, 1'000'000'000}) {
    ExpectSameAsReference<Key>(distinct, false);
    ExpectSameAsReference<Key>(distinct, true);
  }
  ExpectSameAsReference<Key>(uint64_t{1} << 63, true);
}

class SortRowsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(SortRowsTest);

TEST_P(SortRowsTest, Int32) { ExpectAllEqual<int32_t>(); }
TEST_P(SortRowsTest, Int64) { ExpectAllEqual<int64_t>(); }

TEST(SortRowsReference, KeepsTheOrderOfEqualKeys) {
  const std::vector<int64_t> splits = {0, 0, 4, 5};
  const std::vector<int32_t> keys = {2, 1, 2, 1, 9};
  std::vector<int32_t> order(5);
  reference::OrderRows(splits.data(), 3, keys.data(), order.data());
  EXPECT_EQ(order, (std::vector<int32_t>{1, 3, 0, 2, 0}));
}

}  // namespace
}  // namespace rowsplit
