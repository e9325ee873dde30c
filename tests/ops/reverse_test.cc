#include "rowsplit/ops/reverse.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::NestedList;
using ::rowsplit::testing::RandomTensor;
using ::rowsplit::testing::ToNested;

using Axes = std::vector<int>;

NestedList ReverseReference(NestedList input, int axis) {
  if (axis == 0) {
    std::reverse(input.list.begin(), input.list.end());
    return input;
  }
  for (NestedList& row : input.list) row = ReverseReference(row, axis - 1);
  return input;
}

TEST(Reverse, EqualsTheReferenceForAllDTypesRanksAndAxes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (int ragged_rank = 0; ragged_rank <= 3; ++ragged_rank) {
      const Tensor tensor =
          RandomTensor(random, dtype, {}, ragged_rank, 4, {3, 2});
      const int rank = tensor.rank();
      // Each set of axes, in both spellings.
      for (int set = 0; set < (1 << rank); ++set) {
        Axes axes;
        Axes from_the_end;
        NestedList expected = ToNested(tensor);
        for (int axis = 0; axis < rank; ++axis) {
          if ((set >> axis) % 2 == 0) continue;
          axes.push_back(axis);
          from_the_end.insert(from_the_end.begin(), axis - rank);
          expected = ReverseReference(std::move(expected), axis);
        }
        const auto reversed = Reverse(tensor, axes);
        ASSERT_TRUE(reversed.ok()) << reversed.status();
        EXPECT_EQ(ToNested(*reversed), expected);
        EXPECT_EQ(*Reverse(tensor, from_the_end), *reversed);
        EXPECT_EQ(*Reverse(*reversed, axes), tensor);
      }
    }
  }
}

TEST(Reverse, TurnsEmptyTensors) {
  const Tensor none =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>()), {0, 0, 0});
  EXPECT_EQ(*Reverse(none, Axes{0, 1}), none);
  const Tensor no_items = *Tensor::Dense(Buffer<float>(), {2, 0, 3});
  EXPECT_EQ(*Reverse(no_items, Axes{0, 1, 2}), no_items);
  EXPECT_EQ(*Reverse(Tensor::Scalar(3), Axes{}), Tensor::Scalar(3));
}

TEST(Reverse, IsTheSameForAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : {DType::kInt8, DType::kFloat64, DType::kString}) {
    const Tensor tensor = RandomTensor(random, dtype, {}, 2, 100'000);
    const Axes axes = {0, 1, 2};
    const auto one = *Reverse(tensor, axes, {.exec = {.num_threads = 1}});
    EXPECT_EQ(*Reverse(tensor, axes, {.exec = {.num_threads = 4}}), one);
    EXPECT_EQ(*Reverse(one, axes), tensor);
  }
}

TEST(Reverse, NamesTheWrongAxis) {
  const Tensor tensor =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2}), {0, 2});
  EXPECT_THAT(Reverse(tensor, Axes{2}), FailsWith(kInvalid, "axis=2"));
  EXPECT_THAT(Reverse(tensor, Axes{0, -3}), FailsWith(kInvalid, "axis=-3"));
  EXPECT_THAT(*Reverse(tensor, Axes{1, -1})->As<int32_t>(),
              testing::RaggedIs({{2, 1}}));
  EXPECT_THAT(Reverse(tensor.flat_values(), Axes{0, -1}),
              FailsWith(kInvalid, "axis 0 comes twice"));
}

TEST(Reverse, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(Reverse(Tensor::Vector(Buffer<int32_t>{1, 2}), Axes{0},
                      {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

TEST(Reverse, DoesNotWalkOverRowsWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor strings = *Tensor::Dense(StringTensor(), {kHuge, 0});
  EXPECT_EQ(*Reverse(strings, Axes{0}), strings);
}

}  // namespace
}  // namespace rowsplit
