#include "rowsplit/embedding/table.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;

TEST(EmbeddingTable, HoldsItsValues) {
  const auto table = *EmbeddingTable::FromValues({1, 2, 3, 4, 5, 6}, 2, 3);
  EXPECT_EQ(table.num_rows(), 2);
  EXPECT_EQ(table.width(), 3);
  EXPECT_THAT(table.view().row(1), ElementsAre(4, 5, 6));
  EXPECT_EQ(EmbeddingTable().num_rows(), 0);
  EXPECT_TRUE(EmbeddingTable::FromValues({}, 7, 0).ok());
}

TEST(EmbeddingTable, SpreadsItemsEvenlyBetweenTheLimits) {
  const auto table = *EmbeddingTable::Uniform(1000, 50, {.seed = 3});
  double sum = 0;
  double squares = 0;
  for (const float item : table.values()) {
    ASSERT_LT(std::abs(item), 0.05f);
    sum += item;
    squares += static_cast<double>(item) * item;
  }
  // Of 50,000 uniform items: five standard deviations.
  EXPECT_NEAR(sum / 50'000, 0, 5 * 0.05 / std::sqrt(3.0 * 50'000));
  EXPECT_NEAR(squares / 50'000, 0.05 * 0.05 / 3, 2e-5);
  const auto [least, most] =
      std::minmax_element(table.values().begin(), table.values().end());
  EXPECT_LT(*least, -0.0499f);
  EXPECT_GT(*most, 0.0499f);
}

TEST(EmbeddingTable, IsTheSameOnEveryMachine) {
  const auto table = *EmbeddingTable::Uniform(1, 4, {.limit = 1, .seed = 0});
  // The first outputs of SplitMix64 with seed 0 are E220A839 7B1DCDAF,
  // 6E789E6A A1B965F4, 06C45D18 8009454F, F88BB8A8 724C81EC.
  EXPECT_THAT(
      table.values(),
      ElementsAre((2 * 0xE220A8 + 1 - 0x1000000) * 0x1p-24,
                  (2 * 0x6E789E + 1 - 0x1000000) * 0x1p-24,
                  static_cast<float>((2 * 0x06C45D + 1 - 0x1000000) * 0x1p-24),
                  (2 * 0xF88BB8 + 1 - 0x1000000) * 0x1p-24));
}

TEST(EmbeddingTable, DependsOnSeedAndPlaceOnly) {
  const auto small = *EmbeddingTable::Uniform(10, 8, {.seed = 1});
  const auto large = *EmbeddingTable::Uniform(20, 8, {.seed = 1});
  EXPECT_TRUE(std::equal(small.values().begin(), small.values().end(),
                         large.values().begin()));
  const auto other = *EmbeddingTable::Uniform(10, 8, {.seed = 2});
  EXPECT_FALSE(std::equal(small.values().begin(), small.values().end(),
                          other.values().begin()));
}

TEST(EmbeddingTable, ChecksSizesAndLimit) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(EmbeddingTable::FromValues({1, 2, 3}, 2, 2),
              FailsWith(kInvalid, "2 * 2, got 3"));
  EXPECT_THAT(EmbeddingTable::FromValues({}, -1, 2),
              FailsWith(kInvalid, "num_rows=-1"));
  EXPECT_THAT(EmbeddingTable::Uniform(3, -2), FailsWith(kInvalid, "width=-2"));
  EXPECT_THAT(
      EmbeddingTable::Uniform(INT64_MAX, 2),
      FailsWith(absl::StatusCode::kResourceExhausted, "does not fit 64 bits"));
  EXPECT_THAT(EmbeddingTable::Uniform(1, 1, {.limit = -1}),
              FailsWith(kInvalid, "limit must be finite and not negative: -1"));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(EmbeddingTable::Uniform(1, 1, {.limit = nan}),
              FailsWith(kInvalid, "nan"));
}

}  // namespace
}  // namespace rowsplit
