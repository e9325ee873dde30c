#include "ops/reduce_steps.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using kernels::ReduceKind;
using ::rowsplit::testing::FailsWith;
using ::testing::ElementsAre;

// [[1, 2, 3], [], [4, 5]]
Tensor Numbers() {
  return *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4, 5}),
                                {0, 3, 3, 5});
}

template <typename T>
std::vector<T> RunStep(ReduceKind kind, const ReduceStep& step,
                       Buffer<T> items) {
  std::vector<T> output(static_cast<size_t>(step.num_groups * step.width));
  EXPECT_TRUE(FoldItems<T>(kind, step, items.data(), {}, output.data()).ok());
  return output;
}

TEST(ReduceSteps, PlansRowsAndColumns) {
  const Tensor input = Numbers();
  const auto rows = PlanAxis(LayoutOf(input), 1, false);
  ASSERT_TRUE(rows.ok());
  EXPECT_FALSE(rows->scatter);
  EXPECT_THAT(rows->result.flat_shape, ElementsAre(3));
  EXPECT_THAT(RunStep(ReduceKind::kSum, *rows, input.buffer<int32_t>()),
              ElementsAre(6, 0, 9));
  const auto columns = PlanAxis(LayoutOf(input), 0, true);
  ASSERT_TRUE(columns.ok());
  EXPECT_TRUE(columns->scatter);
  EXPECT_THAT(columns->result.flat_shape, ElementsAre(1, 3));
  EXPECT_THAT(RunStep(ReduceKind::kMax, *columns, input.buffer<int32_t>()),
              ElementsAre(4, 5, 3));
}

TEST(ReduceSteps, ComposesTheGroupsOfItems) {
  const Layout layout = LayoutOf(Numbers());
  const auto columns = PlanAxis(layout, 0, false);
  EXPECT_THAT(ItemGroups(std::vector<ReduceStep>{*columns}, 5),
              ElementsAre(0, 1, 2, 0, 1));
  const auto all = PlanAxis(columns->result, 0, false);
  EXPECT_THAT(ItemGroups(std::vector<ReduceStep>{*columns, *all}, 5),
              ElementsAre(0, 0, 0, 0, 0));
  EXPECT_THAT(ItemGroups({}, 2), ElementsAre(0, 1));
}

TEST(ReduceSteps, DropsNegativeIds) {
  const Tensor dense = *Tensor::Dense(Buffer<int8_t>{1, 2, 3, 4, 5, 6}, {3, 2});
  const auto step = PlanSegments(LayoutOf(dense), Buffer<int64_t>{1, -1, 1}, 2);
  EXPECT_THAT(RunStep(ReduceKind::kSum, *step, dense.buffer<int8_t>()),
              ElementsAre(0, 0, 6, 8));
  EXPECT_THAT(ItemGroups(std::vector<ReduceStep>{*step}, 6),
              ElementsAre(2, 3, -1, -1, 2, 3));
}

TEST(ReduceSteps, AlignsRowsByPosition) {
  const auto step =
      PlanSegments(LayoutOf(Numbers()), Buffer<int64_t>{1, 2, 1}, 3);
  EXPECT_EQ(WithItems(step->result, DType::kInt32,
                      [&] {
                        const auto sums = RunStep(ReduceKind::kSum, *step,
                                                  Numbers().buffer<int32_t>());
                        const auto copy = Buffer<int32_t>::Copy(sums);
                        return Buffer<std::byte>(std::as_bytes(copy.span()),
                                                 copy.owner());
                      }()),
            *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{5, 7, 3}),
                                   {0, 0, 3, 3}));
}

// The three rules for extremes, on rows that tell them apart.
TEST(ReduceSteps, TellsExtremesApart) {
  using Limits = std::numeric_limits<float>;
  const float nan = Limits::quiet_NaN();
  ReduceStep step;
  step.num_groups = 3;
  step.splits = {0, 2, 3, 3};
  const Buffer<float> items = {nan, 1, -Limits::infinity()};
  step.extremes = Extremes::kFinite;
  EXPECT_THAT(RunStep(ReduceKind::kMax, step, items),
              ElementsAre(1, Limits::lowest(), Limits::lowest()));
  step.extremes = Extremes::kInfinite;
  EXPECT_THAT(RunStep(ReduceKind::kMax, step, items),
              ElementsAre(1, -Limits::infinity(), -Limits::infinity()));
  step.extremes = Extremes::kNaNStays;
  EXPECT_THAT(RunStep(ReduceKind::kMax, step, items),
              ElementsAre(::testing::IsNan(), -Limits::infinity(),
                          -Limits::infinity()));
}

TEST(ReduceSteps, ChecksAxes) {
  EXPECT_EQ(*CheckAxis("op", -1, 3), 2);
  EXPECT_THAT(CheckAxis("op", 3, 3),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "op: axis=3 out of bounds: expected -3<=axis<3"));
  EXPECT_THAT(CheckAxis("op", 0, 0),
              FailsWith(absl::StatusCode::kInvalidArgument, "scalar"));
}

}  // namespace
}  // namespace rowsplit::internal
