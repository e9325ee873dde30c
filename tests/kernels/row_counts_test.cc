#include "kernels/row_counts.h"

#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/row_counts_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

// Rows of every length from 0 to 300, which takes both ways.
template <typename Id>
void ExpectSameAsReference(uint64_t num_ids) {
  ROWSPLIT_SEEDED_RANDOM(random);
  std::vector<int64_t> row_ends;
  int64_t size = 0;
  for (int64_t length = 0; length <= 300; ++length) {
    row_ends.push_back(size += length);
  }
  std::vector<Id> ids(size);
  for (Id& id : ids) id = static_cast<Id>(testing::Below(random, num_ids));
  std::vector<int64_t> columns(size + 1, -1);
  std::vector<int64_t> expected_columns(size + 1, -1);
  std::vector<int32_t> counts(size + 1, -1);
  std::vector<int32_t> expected_counts(size + 1, -1);
  std::vector<int64_t> ends(row_ends.size());
  std::vector<int64_t> expected_ends(row_ends.size());
  const size_t written =
      kernels::CountRowIds(ids.data(), row_ends.data(), row_ends.size(),
                           columns.data(), counts.data(), ends.data());
  ASSERT_EQ(written, reference::CountRowIds(
                         ids.data(), row_ends.data(), row_ends.size(),
                         expected_columns.data(), expected_counts.data(),
                         expected_ends.data()));
  EXPECT_EQ(columns.back(), -1);
  EXPECT_EQ(counts.back(), -1);
  columns.resize(written);
  counts.resize(written);
  expected_columns.resize(written);
  expected_counts.resize(written);
  EXPECT_EQ(columns, expected_columns);
  EXPECT_EQ(counts, expected_counts);
  EXPECT_EQ(ends, expected_ends);
}

class RowCountsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(RowCountsTest);

TEST_P(RowCountsTest, EqualsTheReference) {
  for (const uint64_t num_ids : {1, 3, 50, 100'000, 1 << 24, (1 << 24) + 1}) {
    ExpectSameAsReference<int32_t>(num_ids);
    ExpectSameAsReference<int64_t>(num_ids);
  }
  ExpectSameAsReference<int64_t>(uint64_t{1} << 31);
}

}  // namespace
}  // namespace rowsplit
