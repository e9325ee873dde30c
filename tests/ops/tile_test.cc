#include "rowsplit/ops/tile.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/concat.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::NestedList;
using ::rowsplit::testing::RandomTensor;
using ::rowsplit::testing::ToNested;

using Multiples = std::vector<int64_t>;

NestedList TileReference(const NestedList& input,
                         std::span<const int64_t> multiples) {
  if (multiples.empty()) return input;
  std::vector<NestedList> rows;
  for (const NestedList& row : input.list)
    rows.push_back(TileReference(row, multiples.subspan(1)));
  NestedList result;
  for (int64_t time = 0; time < multiples[0]; ++time)
    result.list.insert(result.list.end(), rows.begin(), rows.end());
  return result;
}

TEST(Tile, EqualsTheReferenceForAllDTypesRanksAndMultiples) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (int ragged_rank = 0; ragged_rank <= 3; ++ragged_rank) {
      const Tensor tensor =
          RandomTensor(random, dtype, {}, ragged_rank, 3, {2});
      for (int round = 0; round < 12; ++round) {
        Multiples multiples;
        for (int axis = 0; axis < tensor.rank(); ++axis) {
          multiples.push_back(
              static_cast<int64_t>(testing::Below(random, round < 6 ? 3 : 4)));
        }
        const auto tiled = Tile(tensor, multiples);
        ASSERT_TRUE(tiled.ok()) << tiled.status();
        EXPECT_EQ(ToNested(*tiled), TileReference(ToNested(tensor), multiples));
        EXPECT_EQ(tiled->ragged_rank(), ragged_rank);
      }
    }
  }
}

TEST(Tile, IsConcatWithItself) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
    const Tensor tensor = RandomTensor(
        random, DType::kString,
        {shape.partitions().begin(), shape.partitions().end()}, 0, 0);
    for (int axis = 0; axis < tensor.rank(); ++axis) {
      Multiples multiples(tensor.rank(), 1);
      multiples[axis] = 3;
      const std::vector<Tensor> thrice(3, tensor);
      EXPECT_EQ(*Tile(tensor, multiples), *Concat(thrice, axis));
    }
  }
}

TEST(Tile, RepeatsAlongEachAxis) {
  const Tensor tensor = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 3}), {0, 2, 3});
  EXPECT_THAT(*Tile(tensor, Multiples{2, 2})->As<int32_t>(),
              testing::RaggedIs({{1, 2, 1, 2}, {3, 3}, {1, 2, 1, 2}, {3, 3}}));
  EXPECT_EQ(Tile(tensor, Multiples{0, 2})->num_rows(), 0);
  EXPECT_EQ(Tile(tensor, Multiples{2, 0})->num_rows(), 4);
  EXPECT_EQ(*Tile(Tensor::Scalar(1), Multiples{}), Tensor::Scalar(1));
}

TEST(Tile, IsTheSameForAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : {DType::kInt8, DType::kString}) {
    const Tensor tensor = RandomTensor(random, dtype, {}, 2, 10'000, {2});
    const Multiples multiples = {3, 2, 2, 2};
    const auto one = *Tile(tensor, multiples, {.exec = {.num_threads = 1}});
    EXPECT_EQ(*Tile(tensor, multiples, {.exec = {.num_threads = 4}}), one);
  }
}

TEST(Tile, NamesWhatDoesNotFit) {
  const Tensor tensor =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1}), {0, 1, 1});
  EXPECT_THAT(Tile(tensor, Multiples{2}),
              FailsWith(absl::StatusCode::kOutOfRange, "multiples[1]"));
  EXPECT_THAT(Tile(tensor, Multiples{1, 1, 1}),
              FailsWith(kInvalid, "3 multiples of a tensor of rank 2"));
  EXPECT_THAT(Tile(tensor.flat_values(), Multiples{}),
              FailsWith(kInvalid, "0 multiples"));
  EXPECT_THAT(Tile(tensor, Multiples{-1, 1}),
              FailsWith(kInvalid, "multiples[0]=-1"));
  EXPECT_THAT(Tile(tensor, Multiples{1, -2}),
              FailsWith(kInvalid, "multiples[1]=-2"));
  const int64_t max = std::numeric_limits<int64_t>::max();
  const auto too_large =
      FailsWith(absl::StatusCode::kResourceExhausted, "64 bits");
  EXPECT_THAT(Tile(tensor, Multiples{max, 1}), too_large);
  EXPECT_THAT(Tile(tensor, Multiples{1, max}), too_large);
  EXPECT_THAT(
      Tile(*Tensor::Dense(Buffer<int32_t>(), {2, 0}), Multiples{max, 1}),
      too_large);
  EXPECT_THAT(
      Tile(*Tensor::Dense(Buffer<int32_t>(), {0, 2}), Multiples{1, max / 8}),
      too_large);
}

TEST(Tile, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(Tile(Tensor::Vector(Buffer<int32_t>{1}), Multiples{2},
                   {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit
