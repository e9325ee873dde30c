#include "embedding/bag_plan.h"

#include <cstdint>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Tensor PlanIds() {
  return *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>{3, 0, 9, 0, -2, 1}), {0, 3, 4, 4, 6});
}

TEST(BagPlan, SharesWhatStandsAsItIs) {
  const Tensor ids = PlanIds();
  const Tensor good =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{3, 0}), {0, 2, 2});
  const auto plan = *internal::MakeBagPlan("op", 4, good, nullptr, {});
  EXPECT_EQ(plan.rows.data(), good.items<int64_t>().data());
  EXPECT_EQ(plan.splits.data(), good.partition(0).row_splits().data());
  EXPECT_THAT(plan.places, IsEmpty());
  EXPECT_EQ(plan.place(1), 1);
  EXPECT_EQ(plan.num_bags(), 2);
}

TEST(BagPlan, DropsPaddingAndFillsEmptyBags) {
  const Tensor ids = PlanIds();
  const Tensor weights = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<float>{1, 2, 3, 4, 5, 6}), {0, 3, 4, 4, 6});
  const auto plan = *internal::MakeBagPlan(
      "op", 4, ids, &weights,
      {.padding_idx = 0, .out_of_range = OutOfRangeIds::kSkip, .empty_row = 2});
  EXPECT_THAT(plan.rows, ElementsAre(3, 2, 2, 1));
  EXPECT_THAT(plan.splits, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(plan.weights, ElementsAre(1, 1, 1, 6));
  EXPECT_THAT(plan.places, ElementsAre(0, -1, -1, 5));
  EXPECT_FALSE(plan.has_zero_rows);
}

TEST(BagPlan, PutsRowsInPlaceOfIdsOutOfRange) {
  const Tensor ids = PlanIds();
  const auto zero = *internal::MakeBagPlan(
      "op", 4, ids, nullptr, {.out_of_range = OutOfRangeIds::kZero});
  EXPECT_THAT(zero.rows,
              ElementsAre(3, 0, internal::kZeroRow, 0, internal::kZeroRow, 1));
  EXPECT_TRUE(zero.has_zero_rows);
  const auto row = *internal::MakeBagPlan(
      "op", 4, ids, nullptr,
      {.out_of_range = OutOfRangeIds::kRow, .out_of_range_row = 2});
  EXPECT_THAT(row.rows, ElementsAre(3, 0, 2, 0, 2, 1));
  EXPECT_THAT(internal::MakeBagPlan("op", 4, ids, nullptr, {}),
              testing::FailsWith(absl::StatusCode::kOutOfRange,
                                 "op: id out of range [0, 4): bag 0, position "
                                 "2: 9"));
}

TEST(BagPlan, ScalesEntriesByTheMode) {
  const Tensor ids = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>{0, 1, 2, 3}), {0, 3, 3, 4});
  const auto plan = *internal::MakeBagPlan("op", 4, ids, nullptr, {});
  const auto scales = [&](BagMode mode) {
    return internal::EntryScales(plan, mode);
  };
  const float third = 1.0f / 3;
  EXPECT_THAT(scales(BagMode::kSum), IsEmpty());
  EXPECT_THAT(scales(BagMode::kMean), ElementsAre(third, third, third, 1));
  EXPECT_THAT(scales(BagMode::kSqrtN)[3], 1);
  EXPECT_THAT(scales(BagMode::kFirst), ElementsAre(1, 0, 0, 1));
  EXPECT_THAT(scales(BagMode::kLast), ElementsAre(0, 0, 1, 1));
}

}  // namespace
}  // namespace rowsplit
