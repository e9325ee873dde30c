#include "kernels/bag_dot.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/bag_dot_ref.h"
#include "support/stored_rows.h"
#include "support/targets.h"

namespace rowsplit {
namespace {

using testing::StoredRows;

float SmallNumber(std::mt19937_64& random) {
  return static_cast<float>(static_cast<int64_t>(random() % 4001) - 2000) /
         2000;
}

// Items below 4 and queries below 1: some units in the last place of the width.
float Tolerance(size_t width) { return 4e-6f * static_cast<float>(width + 4); }

void ExpectNear(const std::vector<float>& actual,
                const std::vector<float>& expected, float tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i)
    ASSERT_NEAR(actual[i], expected[i], tolerance) << i;
}

class BagDotTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(BagDotTest);

TEST_P(BagDotTest, EveryFormatAndWidth) {
  std::mt19937_64 random(8);
  const std::vector<int64_t> splits = {0, 0, 1, 3, 3, 9};
  for (const RowFormat format : testing::kRowFormats) {
    for (size_t width = 0; width <= 75; ++width) {
      const StoredRows stored(format, 5, width, random);
      const std::vector<const uint8_t*> rows = stored.Pick(9, random);
      std::vector<float> weights(9);
      for (float& weight : weights) weight = SmallNumber(random);
      std::vector<float> queries(5 * width);
      for (float& query : queries) query = SmallNumber(random);
      SCOPED_TRACE(::testing::Message()
                   << RowFormatName(format) << ", width " << width);
      for (const float* weight : {weights.data(), (float*)nullptr}) {
        const kernels::RowBags bags{rows.data(), weight, splits.data(), 5};
        std::vector<float> expected(10, 77);
        std::vector<float> actual(10, 77);
        reference::DotBags(stored.table(), bags, queries.data(),
                           expected.data());
        kernels::DotBags(stored.table(), bags, queries.data(), actual.data());
        ExpectNear(actual, expected, Tolerance(width));
      }
      std::vector<float> expected(10, 77);
      std::vector<float> actual(10, 77);
      reference::SquaredNorms(stored.table(), rows.data(), 9, expected.data());
      kernels::SquaredNorms(stored.table(), rows.data(), 9, actual.data());
      ExpectNear(actual, expected, 4 * Tolerance(width));
      if (HasFailure()) return;
    }
  }
}

// The columns that a last vector shares with the one before count once, also
// where they are infinite.
TEST_P(BagDotTest, InfiniteItemsCountOnce) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (size_t width = 1; width <= 40; ++width) {
    std::vector<float> row(width, 1.0f);
    row[width / 2] = kInfinity;
    const auto* bytes = reinterpret_cast<const uint8_t*>(row.data());
    const std::vector<const uint8_t*> rows(1 + kernels::kMaxRowsAhead, bytes);
    const std::vector<int64_t> splits = {0, 1};
    const kernels::TableRows table{bytes, 4 * width, width, 1,
                                   RowFormat::kFloat32};
    float actual = 0;
    kernels::DotBags(table, {rows.data(), nullptr, splits.data(), 1},
                     row.data(), &actual);
    EXPECT_EQ(actual, kInfinity) << width;
  }
}

}  // namespace
}  // namespace rowsplit
