#include "rowsplit/ops/sliding_window.h"

#include <cstdint>
#include <limits>
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

NestedList WindowsOfList(const NestedList& input, int axis, int64_t width) {
  std::vector<NestedList> rows;
  if (axis > 0) {
    for (const NestedList& row : input.list)
      rows.push_back(WindowsOfList(row, axis - 1, width));
    return testing::ListOf(std::move(rows));
  }
  for (auto begin = input.list.begin(); input.list.end() - begin >= width;
       ++begin) {
    rows.push_back(testing::ListOf({begin, begin + width}));
  }
  return testing::ListOf(std::move(rows));
}

TEST(SlidingWindow, EqualsTheReferenceForAllDTypesRanksAxesAndWidths) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (int ragged_rank = 0; ragged_rank <= 3; ++ragged_rank) {
      const Tensor tensor =
          RandomTensor(random, dtype, {}, ragged_rank, 4, {3, 2});
      for (int axis = 0; axis < tensor.rank(); ++axis) {
        for (int64_t width = 1; width <= 4; ++width) {
          const auto windows =
              SlidingWindow(tensor, {.width = width, .axis = axis});
          ASSERT_TRUE(windows.ok()) << windows.status();
          EXPECT_EQ(windows->rank(), tensor.rank() + 1);
          const NestedList expected =
              WindowsOfList(ToNested(tensor), axis, width);
          // A dense axis of no size hides what lies below it.
          if (windows->num_items() > 0) {
            EXPECT_EQ(ToNested(*windows), expected);
          }
          EXPECT_EQ(*SlidingWindow(
                        tensor, {.width = width, .axis = axis - tensor.rank()}),
                    *windows);
        }
      }
    }
  }
}

TEST(SlidingWindow, MakesTheNewAxisUniform) {
  const Tensor tensor = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4}), {0, 3, 4});
  const Tensor inner = *SlidingWindow(tensor, {.width = 2});
  EXPECT_EQ(inner, *Tensor::FromRowSplits(
                       *Tensor::Dense(Buffer<int32_t>{1, 2, 2, 3}, {2, 2}),
                       {0, 2, 2}));
  const Tensor outer = *SlidingWindow(tensor, {.width = 2, .axis = 0});
  EXPECT_EQ(outer.ragged_rank(), 2);
  EXPECT_EQ(outer.partition(0), *RowPartition::FromUniformRowLength(2, 1));
  EXPECT_EQ(SlidingWindow(tensor.flat_values(), {.width = 9})->flat_shape(),
            (std::vector<int64_t>{0, 9}));
}

TEST(SlidingWindow, NamesWhatDoesNotFit) {
  const Tensor vector = Tensor::Vector(Buffer<int32_t>{1});
  EXPECT_THAT(SlidingWindow(vector, {}), FailsWith(kInvalid, "width=0"));
  EXPECT_THAT(SlidingWindow(vector, {.width = 1, .axis = 1}),
              FailsWith(kInvalid, "axis=1"));
  EXPECT_THAT(SlidingWindow(Tensor::Scalar(1), {.width = 1}),
              FailsWith(kInvalid, "axis=-1"));
  EXPECT_THAT(
      SlidingWindow(vector, {.width = std::numeric_limits<int64_t>::max()}),
      FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

TEST(SlidingWindow, TakesAnyWidth) {
  const Tensor rows = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 3}), {0, 1, 3});
  for (const int64_t width :
       {int64_t{3}, std::numeric_limits<int64_t>::max() / 8}) {
    const auto windows = SlidingWindow(rows, {.width = width});
    ASSERT_TRUE(windows.ok()) << windows.status();
    EXPECT_EQ(windows->num_values(), 0);
    EXPECT_EQ(windows->num_rows(), 2);
  }
}

// The sizes of a shape without items say nothing about what there is.
TEST(SlidingWindow, TakesHugeShapesWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 40;
  for (const DType dtype : {DType::kInt32, DType::kString}) {
    const Tensor tensor =
        dtype == DType::kString
            ? Tensor::DenseUnchecked(StringTensor(), {kHuge, 3, 0})
            : Tensor::DenseBytesUnchecked(dtype, {}, {kHuge, 3, 0});
    const auto at = [&](int axis, int64_t width) {
      const auto windows =
          SlidingWindow(tensor, {.width = width, .axis = axis});
      EXPECT_TRUE(windows.ok()) << windows.status();
      return windows.ok() ? windows->flat_shape() : std::vector<int64_t>();
    };
    EXPECT_EQ(at(0, 2), (std::vector<int64_t>{kHuge - 1, 2, 3, 0}));
    EXPECT_EQ(at(1, 2), (std::vector<int64_t>{kHuge, 2, 2, 0}));
    EXPECT_EQ(at(2, 1), (std::vector<int64_t>{kHuge, 3, 0, 1}));
    EXPECT_THAT(SlidingWindow(tensor, {.width = kHuge / 2, .axis = 0}),
                FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
    const auto ragged = Tensor::FromRowSplits(tensor, {0, kHuge - 1, kHuge});
    ASSERT_TRUE(ragged.ok()) << ragged.status();
    const auto rows = SlidingWindow(*ragged, {.width = 2, .axis = 1});
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(rows->flat_shape(), (std::vector<int64_t>{kHuge - 2, 2, 3, 0}));
    EXPECT_THAT(rows->partition(0).row_splits(),
                ::testing::ElementsAre(0, kHuge - 2, kHuge - 2));
  }
}

TEST(SlidingWindow, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(SlidingWindow(Tensor::Vector(Buffer<int32_t>{1}),
                            {.width = 1, .exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

TEST(ReduceNgrams, FoldsTheWindows) {
  const Tensor tensor = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 4, 5}), {0, 3, 4});
  EXPECT_THAT(
      *ReduceNgrams(tensor, NgramReduction::kSum, {.width = 2})->As<int32_t>(),
      testing::RaggedIs({{3, 6}, {}}));
  // Rows are aligned by position.
  EXPECT_THAT(
      *ReduceNgrams(tensor, NgramReduction::kSum, {.width = 2, .axis = 0})
           ->As<int32_t>(),
      testing::RaggedIs({{6, 2, 4}}));
  // As means of ragged integers are.
  EXPECT_THAT(
      *ReduceNgrams(tensor, NgramReduction::kMean, {.width = 2, .axis = 0})
           ->As<double>(),
      testing::RaggedIs({{3.0, 2.0, 4.0}}));
  EXPECT_EQ(
      *ReduceNgrams(tensor.flat_values(), NgramReduction::kMean, {.width = 2}),
      Tensor::Vector(Buffer<int32_t>{1, 3, 4}));
  EXPECT_FALSE(ReduceNgrams(Tensor::Vector(StringTensor::FromStrings({})),
                            NgramReduction::kSum, {.width = 1})
                   .ok());
  EXPECT_THAT(ReduceNgrams(tensor, NgramReduction::kSum, {}),
              FailsWith(kInvalid, "width=0"));
}

}  // namespace
}  // namespace rowsplit
