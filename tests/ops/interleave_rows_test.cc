#include "ops/interleave_rows.h"

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit::internal {
namespace {

using rowsplit::testing::NestedList;
using rowsplit::testing::ToNested;

// One row at a time.
NestedList Reference(std::span<const RowGroups> sources, int64_t num_groups,
                     int64_t times) {
  NestedList result;
  for (int64_t group = 0; group < num_groups; ++group) {
    for (int64_t time = 0; time < times; ++time) {
      for (const RowGroups& source : sources) {
        const NestedList rows = ToNested(*source.tensor);
        const int64_t begin = source.splits != nullptr ? source.splits[group]
                                                       : group * source.length;
        const int64_t end = source.splits != nullptr
                                ? source.splits[group + 1]
                                : (group + 1) * source.length;
        for (int64_t row = begin; row < end; ++row)
          result.list.push_back(rows.list[row]);
      }
    }
  }
  return result;
}

TEST(InterleaveRows, EqualsTheReferenceForAllDTypesAndRanks) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : rowsplit::testing::AllDTypes()) {
    for (int ragged_rank = 0; ragged_rank <= 3; ++ragged_rank) {
      for (const int64_t num_groups : {0, 1, 4}) {
        for (const int64_t inner : {0, 1, 3}) {
          std::vector<Tensor> tensors;
          std::vector<RowPartition> groups;
          for (int i = 0; i < 3; ++i) {
            groups.push_back(
                rowsplit::testing::RandomPartition(random, num_groups, 3));
            tensors.push_back(rowsplit::testing::RandomTensor(
                random, dtype, {}, ragged_rank, groups.back().num_values(),
                {inner}));
          }
          std::vector<RowGroups> sources;
          for (int i = 0; i < 3; ++i)
            sources.push_back({&tensors[i], groups[i].row_splits().data()});
          const auto result = InterleaveRows(sources, num_groups, {});
          ASSERT_TRUE(result.ok()) << result.status();
          EXPECT_EQ(ToNested(*result), Reference(sources, num_groups, 1));
          EXPECT_EQ(result->ragged_rank(), ragged_rank);
          for (const int64_t times : {0, 1, 3}) {
            const auto tiled = RepeatRows(sources[0], num_groups, times, {});
            ASSERT_TRUE(tiled.ok()) << tiled.status();
            EXPECT_EQ(ToNested(*tiled), Reference(std::span(sources).first(1),
                                                  num_groups, times));
          }
        }
      }
    }
  }
}

// Rows long and short, so that pieces begin inside groups, runs and
// repetitions.
TEST(InterleaveRows, IsTheSameForAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : {DType::kInt8, DType::kInt64, DType::kString}) {
    std::vector<Tensor> tensors;
    for (const int64_t num_rows : {80'000, 0, 36'000}) {
      tensors.push_back(
          rowsplit::testing::RandomTensor(random, dtype, {}, 1, num_rows, {}));
    }
    const std::vector<Offset> first = {0, 0, 3, 60'000, 80'000, 80'000};
    const std::vector<Offset> none = {0, 0, 0, 0, 0, 0};
    const std::vector<Offset> last = {0, 1, 1, 1, 35'999, 36'000};
    const std::vector<RowGroups> sources = {{&tensors[0], first.data()},
                                            {&tensors[1], none.data()},
                                            {&tensors[2], last.data()}};
    const auto one = InterleaveRows(sources, 5, {.num_threads = 1});
    ASSERT_TRUE(one.ok()) << one.status();
    EXPECT_EQ(*InterleaveRows(sources, 5, {.num_threads = 4}), *one);
    EXPECT_EQ(ToNested(*one), Reference(sources, 5, 1));
    const auto tiled = RepeatRows(sources[2], 5, 7, {.num_threads = 1});
    ASSERT_TRUE(tiled.ok()) << tiled.status();
    EXPECT_EQ(*RepeatRows(sources[2], 5, 7, {.num_threads = 4}), *tiled);
    EXPECT_EQ(tiled->num_rows(), 7 * 36'000);
    EXPECT_EQ(ToNested(*tiled), Reference(std::span(sources).last(1), 5, 7));
  }
}

TEST(InterleaveRows, RepeatsAFewRowsManyTimes) {
  const std::vector<std::string_view> words = {"ab", "", "c"};
  const Tensor source = *Tensor::FromRowSplits(
      Tensor::Vector(StringTensor::FromStrings(words)), {0, 1, 1, 3});
  const auto tiled =
      RepeatRows({&source, nullptr, 3}, 1, 300'000, {.num_threads = 3});
  ASSERT_TRUE(tiled.ok()) << tiled.status();
  ASSERT_EQ(tiled->num_rows(), 900'000);
  for (const int64_t time : {0, 1, 77'777, 149'999, 299'999}) {
    for (int64_t row = 0; row < 3; ++row) {
      EXPECT_EQ(rowsplit::testing::NestedRow(*tiled, 0, 3 * time + row),
                rowsplit::testing::NestedRow(source, 0, row));
    }
  }
}

TEST(InterleaveRows, RefusesSizesAbove64Bits) {
  const int64_t max = std::numeric_limits<int64_t>::max() / 8;
  const Tensor empty_rows = *Tensor::Dense(Buffer<float>(), {max, 0});
  const std::vector<RowGroups> twice(2, {&empty_rows, nullptr, max});
  EXPECT_THAT(InterleaveRows(twice, 1, {}),
              rowsplit::testing::FailsWith(absl::StatusCode::kResourceExhausted,
                                           "64 bits"));
  EXPECT_THAT(RepeatRows(twice[0], 1, 2, {}),
              rowsplit::testing::FailsWith(absl::StatusCode::kResourceExhausted,
                                           "64 bits"));
}

TEST(InterleaveRows, CanBeCancelled) {
  const Tensor source = Tensor::Vector(Buffer<int32_t>{1, 2});
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(
      RepeatRows({&source, nullptr, 2}, 1, 2, {.cancellation = &token}),
      rowsplit::testing::FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit::internal
