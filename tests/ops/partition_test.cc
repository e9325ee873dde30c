#include "rowsplit/ops/partition.h"

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

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::NestedList;
using ::rowsplit::testing::RandomTensor;
using ::rowsplit::testing::ToNested;

// The rows of the data below `rank` dimensions, in order.
void Flatten(const NestedList& data, int rank, std::vector<NestedList>& rows) {
  if (rank == 0) {
    rows.push_back(data);
    return;
  }
  for (const NestedList& row : data.list) Flatten(row, rank - 1, rows);
}

TEST(StackDynamicPartitions, EqualsTheReferenceForAllDTypesAndRanks) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (int ragged_rank = 0; ragged_rank <= 3; ++ragged_rank) {
      const Tensor data = RandomTensor(random, dtype, {}, ragged_rank, 5, {2});
      for (int rank = 1; rank <= ragged_rank + 1; ++rank) {
        Tensor ids = testing::RandomDense(random, DType::kInt64, {0});
        const int64_t num_ids = rank > ragged_rank
                                    ? data.num_values()
                                    : data.partition(rank - 1).num_rows();
        BufferBuilder<int64_t> flat(static_cast<size_t>(num_ids));
        for (int64_t& id : flat.span())
          id = static_cast<int64_t>(testing::Below(random, 4));
        ids = *Tensor::FromPartitions(
            {data.partitions().begin(), data.partitions().begin() + rank - 1},
            Tensor::Vector(std::move(flat).Build()));
        const auto sorted = StackDynamicPartitions(data, ids, 6);
        ASSERT_TRUE(sorted.ok()) << sorted.status();
        std::vector<NestedList> rows;
        Flatten(ToNested(data), rank, rows);
        NestedList expected;
        expected.list.resize(6);
        for (size_t i = 0; i < rows.size(); ++i)
          expected.list[ids.items<int64_t>()[i]].list.push_back(rows[i]);
        EXPECT_EQ(ToNested(*sorted), expected);
      }
    }
  }
}

TEST(StackDynamicPartitions, TakesDensePartitionsOfAnyRank) {
  const Tensor data = *Tensor::Dense(Buffer<int64_t>{5, 6, 7, 8}, {2, 2});
  const Tensor ids = *Tensor::Dense(Buffer<int32_t>{1, 0, 1, 1}, {2, 2});
  EXPECT_THAT(*StackDynamicPartitions(data, ids, 3)->As<int64_t>(),
              testing::RaggedIs({{6}, {5, 7, 8}, {}}));
  const auto one = *StackDynamicPartitions(data, Tensor::Scalar(1), 3);
  EXPECT_EQ(one.num_rows(), 3);
  EXPECT_EQ(one.partition(0).row_length(1), 1);
  EXPECT_EQ(one.flat_shape(), (std::vector<int64_t>{1, 2, 2}));
  // Ragged data of uniform rows goes with dense partitions.
  const Tensor ragged = *Tensor::FromRowSplits(data.flat_values(), {0, 1, 2});
  const Tensor column = *Tensor::Dense(Buffer<int32_t>{1, 0}, {2, 1});
  EXPECT_EQ(StackDynamicPartitions(ragged, column, 2)->items<int64_t>()[0], 7);
  const auto whole = *StackDynamicPartitions(ragged, Tensor::Scalar(0), 1);
  EXPECT_EQ(whole.ragged_rank(), 3);
}

TEST(StackDynamicPartitions, KeepsTheOrder) {
  const std::vector<std::string_view> words = {"a", "b", "c", "d", "e"};
  const Tensor data = Tensor::Vector(StringTensor::FromStrings(words));
  const Tensor ids = Tensor::Vector(Buffer<int32_t>{3, 0, 2, 2, 3});
  EXPECT_THAT(*StackDynamicPartitions(data, ids, 5)->AsStrings(),
              testing::RaggedIs({{"b"}, {}, {"c", "d"}, {"a", "e"}, {}}));
}

TEST(StackDynamicPartitions, NamesWhatDoesNotFit) {
  const Tensor data = Tensor::Vector(Buffer<int32_t>{1, 2});
  const auto vector = [](Buffer<int32_t> ids) {
    return Tensor::Vector(std::move(ids));
  };
  EXPECT_THAT(StackDynamicPartitions(data, vector({0, 3}), 3),
              FailsWith(kInvalid, "in [0, 3): partitions[1]=3"));
  EXPECT_THAT(StackDynamicPartitions(data, vector({-1, 0}), 3),
              FailsWith(kInvalid, "partitions[0]=-1"));
  EXPECT_THAT(StackDynamicPartitions(data, Tensor::Scalar(7), 3),
              FailsWith(kInvalid, "partitions[0]=7"));
  EXPECT_THAT(StackDynamicPartitions(data, vector({0}), 3),
              FailsWith(kInvalid, "axis 0 has 2 and 1 rows"));
  EXPECT_THAT(StackDynamicPartitions(data, vector({0, 1}), -1),
              FailsWith(kInvalid, "must not be negative: -1"));
  EXPECT_THAT(
      StackDynamicPartitions(data, Tensor::Vector(Buffer<float>{0, 1}), 3),
      FailsWith(kInvalid, "got float32"));
  EXPECT_THAT(StackDynamicPartitions(
                  data, *Tensor::Dense(Buffer<int32_t>{0, 1}, {1, 2}), 3),
              FailsWith(kInvalid, "rank 1 and 2"));
  const Tensor rows = *Tensor::FromRowSplits(data, {0, 2, 2});
  const Tensor ids = *Tensor::FromRowSplits(vector({0, 1}), {0, 1, 2});
  EXPECT_THAT(StackDynamicPartitions(rows, ids, 3),
              FailsWith(kInvalid, "row 0 of axis 0 ends at 2 and at 1"));
  EXPECT_THAT(StackDynamicPartitions(data, vector({0, 0}),
                                     std::numeric_limits<int64_t>::max()),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

TEST(StackDynamicPartitions, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const Tensor one = Tensor::Vector(Buffer<int32_t>{0});
  EXPECT_THAT(
      StackDynamicPartitions(one, one, 1, {.exec = {.cancellation = &token}}),
      FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

TEST(StackDynamicPartitions, DoesNotWalkOverRowsWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor data = *Tensor::Dense(Buffer<float>(), {kHuge, 0});
  const Tensor ids = *Tensor::Dense(Buffer<int64_t>(), {kHuge, 0});
  const auto stacked = StackDynamicPartitions(data, ids, 2);
  ASSERT_TRUE(stacked.ok()) << stacked.status();
  EXPECT_EQ(stacked->num_rows(), 2);
  EXPECT_EQ(stacked->num_items(), 0);
}

}  // namespace
}  // namespace rowsplit
