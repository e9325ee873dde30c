#include "rowsplit/embedding/gather_reduce.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/embedding/embedding_lookup.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using absl::StatusCode;
using testing::FailsWith;

EmbeddingTable Table(const Buffer<float>& values, int64_t width) {
  const auto size = static_cast<int64_t>(values.size());
  return *EmbeddingTable::FromValues(values, size / width, width);
}

Tensor Rows(const Buffer<int64_t>& ids, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Tensor::Vector(ids), splits);
}

// Equal shapes, and items within the roundings of a sum; NaN equals NaN.
void ExpectNear(const Tensor& got, const Tensor& expected) {
  ASSERT_EQ(got.flat_shape(), expected.flat_shape());
  ASSERT_EQ(got.ragged_rank(), expected.ragged_rank());
  for (int axis = 0; axis < got.ragged_rank(); ++axis)
    ASSERT_EQ(got.partition(axis), expected.partition(axis));
  for (int64_t i = 0; i < got.num_items(); ++i) {
    const float x = got.items<float>()[i];
    const float y = expected.items<float>()[i];
    if (std::isnan(y)) {
      EXPECT_TRUE(std::isnan(x));
    } else if (x != y) {  // not infinities
      EXPECT_NEAR(x, y, 1e-4 * (1 + std::abs(y) * 1e-2));
    }
  }
}

TEST(GatherReduce, FoldsTheInnermostAxisOfTheIds) {
  const EmbeddingTable table = Table({1, 2, 3, 4, 5, 6}, 2);
  const Tensor ids = Rows({0, 2, 1}, {0, 2, 2, 3});
  constexpr float kMost = std::numeric_limits<float>::max();
  const auto is = [](const absl::StatusOr<Tensor>& got, Buffer<float> values) {
    EXPECT_EQ(*got, *Tensor::Dense(values, {3, 2}));
  };
  const ReduceAxesOptions options{.axes = {{1}}};
  is(GatherReduce(table, ids, ReduceOp::kSum, options), {6, 8, 0, 0, 3, 4});
  is(GatherReduce(table, ids, ReduceOp::kMax, options),
     {5, 6, -kMost, -kMost, 3, 4});
  is(GatherReduce(table, ids, ReduceOp::kMin, {.axes = {{-2}}}),
     {1, 2, kMost, kMost, 3, 4});
  const Tensor mean = *GatherReduce(table, ids, ReduceOp::kMean, options);
  EXPECT_EQ(mean.items<float>()[0], 3);
  EXPECT_TRUE(std::isnan(mean.items<float>()[2]));
}

// The order of the rows decides what a maximum with NaN is.
TEST(GatherReduce, OrdersNaNAndSignedZerosAsReduce) {
  const EmbeddingTable table = Table({NAN, 1, -0.0f, 0.0f}, 1);
  for (const Tensor& ids :
       {Rows({0, 1}, {0, 2}), Rows({1, 0}, {0, 2}), Rows({2, 3}, {0, 2}),
        Rows({3, 2}, {0, 2}), Rows({0, 2, 1}, {0, 3})}) {
    for (const ReduceOp op : {ReduceOp::kMax, ReduceOp::kMin}) {
      EXPECT_EQ(*GatherReduce(table, ids, op, {.axes = {{1}}}),
                *Reduce(*EmbeddingLookup(table, ids), op, {.axes = {{1}}}));
    }
  }
}

TEST(GatherReduce, IsReduceOfTheGatheredRowsOverAnyAxes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const EmbeddingTable table = *EmbeddingTable::Uniform(9, 3, {.limit = 2});
  for (int ragged_rank = 0; ragged_rank <= 2; ++ragged_rank) {
    for (const std::vector<int64_t>& inner :
         {std::vector<int64_t>{}, {2}, {0}}) {
      const Tensor shape = testing::RandomTensor(random, DType::kInt64, {},
                                                 ragged_rank, 4, inner);
      BufferBuilder<int64_t> items(static_cast<size_t>(shape.num_items()));
      for (int64_t& id : items.span())
        id = static_cast<int64_t>(testing::Below(random, 9));
      const Tensor ids = Tensor::FromPartitionsUnchecked(
          {shape.partitions().begin(), shape.partitions().end()},
          *Tensor::Dense(std::move(items).Build(), shape.flat_shape()));
      const Tensor gathered = *EmbeddingLookup(table, ids);
      for (const ReduceOp op :
           {ReduceOp::kSum, ReduceOp::kMean, ReduceOp::kMax, ReduceOp::kMin,
            ReduceOp::kStd, ReduceOp::kLogSumExp}) {
        for (int axis = -gathered.rank(); axis < gathered.rank(); ++axis) {
          for (const bool keepdims : {false, true}) {
            const ReduceAxesOptions options{.axes = {{axis}},
                                            .keepdims = keepdims};
            ExpectNear(*GatherReduce(table, ids, op, options),
                       *Reduce(gathered, op, options));
          }
        }
        ExpectNear(*GatherReduce(table, ids, op), *Reduce(gathered, op));
      }
    }
  }
}

TEST(GatherReduce, ReadsStoredRows) {
  const EmbeddingTable table = *EmbeddingTable::Uniform(9, 4, {.limit = 2});
  const Tensor ids = Rows({0, 8, 3, 3}, {0, 3, 3, 4});
  for (const RowFormat format : {RowFormat::kFloat16, RowFormat::kInt8}) {
    const EmbeddingTable stored = *table.ConvertTo(format);
    const EmbeddingTable dense = *stored.ToDense();
    for (const ReduceOp op : {ReduceOp::kSum, ReduceOp::kMax}) {
      ExpectNear(*GatherReduce(stored, ids, op, {.axes = {{1}}}),
                 *GatherReduce(dense, ids, op, {.axes = {{1}}}));
    }
  }
}

TEST(GatherReduce, TakesTablesOfOtherDTypesAndRanks) {
  const Tensor ids = Rows({0, 1}, {0, 2});
  const ReduceAxesOptions options{.axes = {{1}}};
  EXPECT_EQ(*GatherReduce(*Tensor::Dense(Buffer<double>{1, 2, 3, 4}, {2, 2}),
                          ids, ReduceOp::kSum, options),
            *Tensor::Dense(Buffer<double>{4, 6}, {1, 2}));
  EXPECT_EQ(*GatherReduce(Tensor::Vector(Buffer<int32_t>{1, 2}), ids,
                          ReduceOp::kSum, options),
            Tensor::Vector(Buffer<int32_t>{3}));
  EXPECT_EQ(*GatherReduce(*Tensor::Dense(Buffer<float>{1, 2}, {2, 1}), ids,
                          ReduceOp::kSum, options),
            *Tensor::Dense(Buffer<float>{3}, {1, 1}));
  EXPECT_THAT(GatherReduce(Tensor::Scalar(1.0f), ids, ReduceOp::kSum),
              FailsWith(StatusCode::kInvalidArgument, "rank 1 or more"));
}

TEST(GatherReduce, NamesWhatDoesNotFit) {
  const EmbeddingTable table = Table({1, 2}, 1);
  const auto fails = [&](const Tensor& ids, int axis, const char* part) {
    EXPECT_THAT(GatherReduce(table, ids, ReduceOp::kSum, {.axes = {{axis}}}),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  fails(Rows({0, 2}, {0, 2}), 1, "gather_reduce: ids must be in [0, 2): 2 at");
  fails(Rows({0, -1}, {0, 2}), 0, "-1 at position 1");
  fails(Rows({0}, {0, 1}), 3, "axis");
  fails(Tensor::Vector(Buffer<float>{0}), 0, "int32 or int64");
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(GatherReduce(table, Rows({0}, {0, 1}), ReduceOp::kSum,
                         {.axes = {{1}}, .exec = {.cancellation = &token}})
                .status()
                .code(),
            StatusCode::kCancelled);
}

TEST(GatherReduce, IsTheSameOnSeveralThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const EmbeddingTable table = *EmbeddingTable::Uniform(50, 64);
  const RowPartition partition = testing::RandomPartition(random, 3000, 4);
  BufferBuilder<int32_t> items(static_cast<size_t>(partition.num_values()));
  for (int32_t& id : items.span())
    id = static_cast<int32_t>(testing::Below(random, 50));
  const Tensor ids = *Tensor::FromPartition(
      partition, Tensor::Vector(std::move(items).Build()));
  const auto run = [&](int num_threads) {
    return *GatherReduce(table, ids, ReduceOp::kSum,
                         {.axes = {{1}}, .exec = {.num_threads = num_threads}});
  };
  EXPECT_EQ(run(1), run(4));
}

}  // namespace
}  // namespace rowsplit
