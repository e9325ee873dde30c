#include "rowsplit/embedding/indexed_slices.h"

#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kInvalid;

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::FailsWith;

constexpr auto kOutOfRange = absl::StatusCode::kOutOfRange;

IndexedSlices RandomSlices(testing::Random& random, int64_t size,
                           int64_t num_rows, int64_t width) {
  BufferBuilder<int64_t> indices(static_cast<size_t>(size));
  for (int64_t& index : indices.span()) {
    // Half of them in a tenth of the rows.
    index = static_cast<int64_t>(testing::Below(random, num_rows));
    if (index % 2 == 0) index /= 10;
  }
  BufferBuilder<float> values(static_cast<size_t>(size * width));
  for (float& value : values.span())
    value = static_cast<float>(testing::Below(random, 20'001)) / 1'000 - 10;
  return {std::move(indices).Build(), std::move(values).Build(), num_rows,
          width};
}

TEST(GatherGradient, GivesASliceForEachIdInOrder) {
  const Tensor ids = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>{2, 0, 2}), {0, 2, 3});
  const Tensor upstream = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<float>{1, 2, 3, 4, 5, 6}, {3, 2}), {0, 2, 3});
  const auto slices = *GatherGradient(ids, upstream, 3);
  EXPECT_THAT(slices.indices, ElementsAre(2, 0, 2));
  EXPECT_THAT(slices.values, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(slices.width, 2);
  EXPECT_EQ(slices.num_rows, 3);
  EXPECT_THAT(slices.slice(1), ElementsAre(3, 4));
  EXPECT_EQ(slices.values.data(), upstream.items<float>().data());
}

TEST(GatherGradient, TakesInt32AndDenseIds) {
  const Tensor ids = *Tensor::Dense(Buffer<int32_t>{1, 1}, {2, 1});
  const Tensor upstream = *Tensor::Dense(Buffer<float>{1, 2}, {2, 1, 1});
  const auto slices = *GatherGradient(ids, upstream, 2);
  EXPECT_THAT(slices.indices, ElementsAre(1, 1));
  EXPECT_EQ(GatherGradient(Tensor::Vector(Buffer<int64_t>{}),
                           *Tensor::Dense(Buffer<float>{}, {0, 4}), 0)
                ->width,
            4);
}

TEST(GatherGradient, ChecksItsArguments) {
  const Tensor ids = Tensor::Vector(Buffer<int64_t>{0, 3});
  const Tensor upstream = *Tensor::Dense(Buffer<float>{1, 2}, {2, 1});
  EXPECT_THAT(GatherGradient(ids, upstream, 3),
              FailsWith(kOutOfRange, "[0, 3): indices[1]=3"));
  EXPECT_THAT(
      GatherGradient(Tensor::Vector(Buffer<int64_t>{-1, 0}), upstream, 3),
      FailsWith(kOutOfRange, "indices[0]=-1"));
  EXPECT_THAT(
      GatherGradient(upstream, upstream, 3),
      FailsWith(kInvalid, "indices must be int32 or int64, got float32"));
  EXPECT_THAT(GatherGradient(ids, ids, 3),
              FailsWith(kInvalid, "upstream must be float32: int64"));
  EXPECT_THAT(
      GatherGradient(ids, *Tensor::Dense(Buffer<float>{1, 2, 3}, {3, 1}), 4),
      FailsWith(kInvalid, "a row for each id: 2 ids, got 3"));
  EXPECT_THAT(GatherGradient(ids, Tensor::Scalar(1.0f), 4),
              FailsWith(kInvalid, "a row for each id"));
  // The items of two such rows can't be counted.
  const Tensor wide = *Tensor::Dense(Buffer<float>{}, {0, int64_t{1} << 59});
  const Tensor many =
      Tensor::Vector(Buffer<int32_t>::Copy(std::vector<int32_t>(16)));
  EXPECT_THAT(GatherGradient(many, wide, 4),
              FailsWith(kInvalid, "16 ids, got 0 items in rows of"));
  EXPECT_THAT(GatherGradient(ids, upstream, -1),
              FailsWith(kInvalid, "num_rows must not be negative: -1"));
}

TEST(SumPerId, AddsTheSlicesOfEachRow) {
  const IndexedSlices slices = {{2, 0, 2}, {1, 2, 3, 4, 5, 6}, 3, 2};
  const auto sums = *SumPerId(slices);
  EXPECT_THAT(sums.indices, ElementsAre(0, 2));
  EXPECT_THAT(sums.values, ElementsAre(3, 4, 6, 8));
  const auto first_seen = *SumPerId(slices, {.order = SliceOrder::kFirstSeen});
  EXPECT_THAT(first_seen.indices, ElementsAre(2, 0));
  EXPECT_THAT(first_seen.values, ElementsAre(6, 8, 3, 4));
  const auto dense = *ToDense(slices);
  EXPECT_THAT(dense.flat_shape(), ElementsAre(3, 2));
  EXPECT_THAT(dense.items<float>(), ElementsAreArray({3, 4, 0, 0, 6, 8}));
}

// In the order of the slices, so the very bits.
TEST(SumPerId, EqualsAddingOneByOneForAnyNumberOfThreads) {
  testing::Random random(testing::Seed(41));
  for (const int64_t size : {0, 1, 7, 1'000, 20'000}) {
    for (const int64_t width : {0, 1, 3, 16, 37}) {
      const auto slices = RandomSlices(random, size, 500, width);
      std::map<int64_t, std::vector<float>> expected;
      for (int64_t i = 0; i < size; ++i) {
        auto& sum = expected[slices.indices[i]];
        sum.resize(width, 0.0f);
        for (int64_t item = 0; item < width; ++item)
          sum[item] += slices.slice(i)[item];
      }
      for (const int num_threads : {1, 2, 3}) {
        const auto sums =
            *SumPerId(slices, {.exec = {.num_threads = num_threads}});
        ASSERT_EQ(sums.num_slices(), static_cast<int64_t>(expected.size()));
        int64_t next = 0;
        for (const auto& [id, sum] : expected) {
          ASSERT_EQ(sums.indices[next], id);
          ASSERT_TRUE(width == 0 ||
                      std::memcmp(sums.slice(next).data(), sum.data(),
                                  sum.size() * sizeof(float)) == 0)
              << id;
          ++next;
        }
        const auto dense = *ToDense(slices, {.num_threads = num_threads});
        for (int64_t row = 0; row < 500 && width > 0; ++row) {
          const auto found = expected.find(row);
          const float want = found == expected.end() ? 0 : found->second[0];
          ASSERT_EQ(dense.items<float>()[row * width], want);
        }
      }
    }
  }
}

TEST(SumPerId, KeepsTheFirstOrderOfMany) {
  testing::Random random(testing::Seed(42));
  const auto slices = RandomSlices(random, 3'000, 400, 2);
  const auto sums = *SumPerId(slices, {.order = SliceOrder::kFirstSeen});
  const auto sorted = *SumPerId(slices);
  std::vector<int64_t> order;
  std::map<int64_t, int64_t> seen;
  for (const int64_t id : slices.indices) {
    if (seen.emplace(id, 0).second) order.push_back(id);
  }
  EXPECT_THAT(sums.indices, ElementsAreArray(order));
  for (int64_t i = 0; i < sorted.num_slices(); ++i) seen[sorted.indices[i]] = i;
  for (int64_t i = 0; i < sums.num_slices(); ++i) {
    EXPECT_THAT(sums.slice(i),
                ElementsAreArray(sorted.slice(seen[sums.indices[i]])));
  }
}

TEST(SumPerId, ChecksItsSlices) {
  const int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(SumPerId({{3}, {1}, 3, 1}),
              FailsWith(kOutOfRange, "[0, 3): indices[0]=3"));
  EXPECT_THAT(SumPerId({{0, -1}, {1, 1}, 3, 1}),
              FailsWith(kOutOfRange, "indices[1]=-1"));
  EXPECT_THAT(SumPerId({{0}, {1, 2, 3}, 3, 2}),
              FailsWith(kInvalid, "1 * 2, got 3"));
  EXPECT_THAT(SumPerId({{}, {}, -3, 2}), FailsWith(kInvalid, "num_rows=-3"));
  EXPECT_THAT(ToDense({{}, {}, 3, -2}), FailsWith(kInvalid, "width=-2"));
  EXPECT_THAT(CheckSlices({{0, 1}, {}, 3, most}),
              FailsWith(absl::StatusCode::kResourceExhausted, ""));
  EXPECT_THAT(ToDense({{}, {}, most, most}),
              FailsWith(absl::StatusCode::kResourceExhausted, ""));
  // Rows of no items, and a table too large to be there: sizes only.
  EXPECT_EQ(SumPerId({{most - 1, 5}, {1, 2}, most, 1})->num_slices(), 2);
}

TEST(SumPerId, StopsWhenCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(SumPerId({{0}, {1}, 1, 1}, {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
