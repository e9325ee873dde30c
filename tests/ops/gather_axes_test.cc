#include "rowsplit/ops/gather_axes.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/slice.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kInvalid;

using testing::AnyTensor;
using ::testing::ElementsAre;
using testing::FailsWith;
using testing::NestedList;
using testing::ToNested;

int64_t ToIndex(const NestedList& item) {
  int64_t index = 0;
  std::memcpy(&index, item.item.data(), sizeof(index));
  return index;
}

// The definition, list by list.
NestedList Pick(const NestedList& params, const NestedList& indices) {
  if (indices.is_item) return params.list[ToIndex(indices)];
  NestedList picked;
  for (const NestedList& index : indices.list)
    picked.list.push_back(Pick(params, index));
  return picked;
}

NestedList Model(const NestedList& params, const NestedList& indices, int axis,
                 int batch_dims) {
  if (axis == 0) return Pick(params, indices);
  NestedList gathered;
  for (size_t i = 0; i < params.list.size(); ++i) {
    gathered.list.push_back(
        Model(params.list[i], batch_dims > 0 ? indices.list[i] : indices,
              axis - 1, batch_dims > 0 ? batch_dims - 1 : 0));
  }
  return gathered;
}

Tensor Ragged(const RaggedShape& shape, DType dtype,
              std::vector<int64_t> inner) {
  inner.insert(inner.begin(), shape.num_values());
  return AnyTensor(
      dtype, {shape.partitions().begin(), shape.partitions().end()}, inner);
}

Tensor Zeros(std::vector<RowPartition> partitions,
             std::vector<int64_t> flat_shape) {
  int64_t size = 1;
  for (const int64_t length : flat_shape) size *= length;
  const std::vector<int64_t> zeros(static_cast<size_t>(size), 0);
  return Tensor::FromPartitionsUnchecked(
      std::move(partitions),
      *Tensor::Dense(Buffer<int64_t>::Copy(zeros), std::move(flat_shape)));
}

// Rows of 1 to 3, on every level, so that place 0 is always there.
RaggedShape FullShape(int ragged_rank, testing::Random& random) {
  std::vector<RowPartition> partitions;
  int64_t num_rows = 3;
  for (int axis = 0; axis < ragged_rank; ++axis) {
    std::vector<int64_t> lengths;
    for (int64_t row = 0; row < num_rows; ++row)
      lengths.push_back(1 + static_cast<int64_t>(testing::Below(random, 3)));
    partitions.push_back(*RowPartition::FromRowLengths(lengths));
    num_rows = partitions.back().num_values();
  }
  return *RaggedShape::FromPartitions(std::move(partitions));
}

TEST(GatherAxes, OfEveryPlaceInOrderIsTheTensor) {
  for (const DType dtype : testing::AllDTypes()) {
    for (const RaggedShape& shape : testing::DeepShapes(testing::Seed())) {
      // A view, whose values start above 0.
      const Tensor tensor =
          *Slice(Ragged(shape, dtype, {2}), {SliceRange{.begin = 1}});
      std::vector<int64_t> places;
      for (int64_t row = 0; row < tensor.num_rows(); ++row)
        places.push_back(row);
      EXPECT_EQ(*Gather(tensor, Tensor::Vector(Buffer<int64_t>::Copy(places))),
                tensor);
    }
  }
}

TEST(GatherAxes, OfRandomRowsFollowsTheDefinition) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < 200; ++i) {
    const int ragged_rank = static_cast<int>(testing::Below(random, 4));
    const Tensor params =
        ragged_rank == 0
            ? AnyTensor(DType::kString, {}, {3, 2})
            : Ragged(FullShape(ragged_rank, random), DType::kString, {2});
    std::vector<int64_t> ids;
    for (int64_t j = 0; j < 12; ++j)
      ids.push_back(
          static_cast<int64_t>(testing::Below(random, params.num_rows())));
    const Tensor flat = Tensor::Vector(Buffer<int64_t>::Copy(ids));
    const Tensor dense = *Tensor::Dense(Buffer<int64_t>::Copy(ids), {3, 2, 2});
    const Tensor ragged = *Tensor::FromRowSplits(flat, {0, 5, 5, 12});
    for (const Tensor& indices : {flat, dense, ragged}) {
      const auto gathered = Gather(params, indices);
      ASSERT_TRUE(gathered.ok()) << gathered.status();
      EXPECT_EQ(ToNested(*gathered), Pick(ToNested(params), ToNested(indices)));
    }
  }
}

// Every axis of params of every kind, with indices of every kind.
TEST(GatherAxes, AlongAnyAxisFollowsTheDefinition) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Tensor scalar = Tensor::Scalar(int64_t{0});
  const Tensor matrix = Zeros({}, {2, 3});
  const Tensor ragged = Zeros(
      {*RowPartition::FromRowLengths(std::vector<int64_t>{2, 0, 1})}, {3});
  for (int ragged_rank = 0; ragged_rank <= 3; ++ragged_rank) {
    const Tensor params =
        ragged_rank == 0
            ? AnyTensor(DType::kInt16, {}, {2, 3, 2})
            : Ragged(FullShape(ragged_rank, random), DType::kInt16, {2});
    for (int axis = 0; axis < params.rank(); ++axis) {
      for (const Tensor& indices : {scalar, matrix, ragged}) {
        // A scalar place of a ragged row on a later axis drops the axis, of
        // dense params only.
        const auto gathered = Gather(params, indices, {.axis = axis});
        ASSERT_TRUE(gathered.ok()) << gathered.status() << axis << ragged_rank;
        EXPECT_EQ(ToNested(*gathered),
                  Model(ToNested(params), ToNested(indices), axis, 0))
            << axis << " of ragged rank " << ragged_rank;
        EXPECT_EQ(*Gather(params, indices, {.axis = axis - params.rank()}),
                  *gathered);
      }
    }
  }
}

TEST(GatherAxes, InBatchesFollowsTheDefinition) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < 100; ++i) {
    const int ragged_rank = 1 + static_cast<int>(testing::Below(random, 3));
    const Tensor params =
        Ragged(FullShape(ragged_rank, random), DType::kFloat64, {2});
    for (int batch_dims = 1; batch_dims <= ragged_rank; ++batch_dims) {
      // As many places of each row as its batch has values, and two of each.
      std::vector<RowPartition> batch(
          params.partitions().begin(),
          params.partitions().begin() + batch_dims - 1);
      const int64_t num_rows = params.partition(batch_dims - 1).num_rows();
      const Tensor dense =
          Tensor::FromPartitionsUnchecked(batch, Zeros({}, {num_rows, 2}));
      batch.push_back(*RowPartition::FromUniformRowLength(3, num_rows));
      const Tensor ragged =
          Tensor::FromPartitionsUnchecked(batch, Zeros({}, {num_rows * 3}));
      for (int axis = batch_dims; axis < params.rank(); ++axis) {
        for (const Tensor& indices : {dense, ragged}) {
          const auto gathered =
              Gather(params, indices, {.axis = axis, .batch_dims = batch_dims});
          ASSERT_TRUE(gathered.ok()) << gathered.status();
          EXPECT_EQ(
              ToNested(*gathered),
              Model(ToNested(params), ToNested(indices), axis, batch_dims));
        }
      }
    }
  }
}

TEST(GatherAxes, OfDenseTensorsFollowsTheDefinition) {
  const Tensor params = AnyTensor(DType::kInt32, {}, {2, 3, 4});
  const Tensor indices = *Tensor::Dense(Buffer<int32_t>{2, 0, 1, 1}, {2, 2});
  const Tensor wide = *Tensor::Dense(Buffer<int64_t>{2, 0, 1, 1}, {2, 2});
  for (const int batch_dims : {0, 1}) {
    for (int axis = batch_dims; axis < 3; ++axis) {
      if (axis == 0) continue;
      const GatherAxesOptions options{.axis = axis, .batch_dims = batch_dims};
      EXPECT_EQ(ToNested(*Gather(params, indices, options)),
                Model(ToNested(params), ToNested(wide), axis, batch_dims));
    }
  }
  constexpr int64_t kHuge = int64_t{1} << 40;
  const Tensor empty = *Tensor::Dense(Buffer<float>(), {3, 0, 2});
  EXPECT_THAT(
      Gather(empty, *Tensor::Dense(Buffer<int64_t>(), {0, kHuge}), {.axis = 1})
          ->flat_shape(),
      ElementsAre(3, 0, kHuge, 2));
}

TEST(GatherAxes, GivesDenseResultsWhereNoRaggedAxisIsLeft) {
  const Tensor params = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4}), {0, 2, 4});
  EXPECT_EQ(*Gather(params, Tensor::Scalar(int64_t{1})),
            Tensor::Vector(Buffer<int32_t>{3, 4}));
  EXPECT_EQ(*Gather(params, Tensor::Vector(Buffer<int64_t>{1}), {.axis = 1}),
            *Tensor::Dense(Buffer<int32_t>{2, 4}, {2, 1}));
  EXPECT_EQ(*Gather(params, *Tensor::Dense(Buffer<int32_t>{1, 0}, {2, 1}),
                    {.batch_dims = -1}),
            *Tensor::Dense(Buffer<int32_t>{2, 3}, {2, 1}));
}

TEST(GatherAxes, NeverReadsPastARow) {
  const Tensor params = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{10, 11, 12}), {0, 1, 3});
  const auto batch = [](int64_t a, int64_t b) {
    return *Tensor::Dense(Buffer<int64_t>{a, b}, {2, 1});
  };
  EXPECT_THAT(Gather(params, batch(1, 0), {.batch_dims = 1}),
              FailsWith(kInvalid, "1 is not in [0, 1) of row 0"));
  EXPECT_THAT(Gather(params, batch(0, -1), {.batch_dims = 1}),
              FailsWith(kInvalid, "-1 is not in [0, 2) of row 1"));
  EXPECT_THAT(
      Gather(params, Tensor::Vector(Buffer<int64_t>{0, 1}), {.axis = 1}),
      FailsWith(kInvalid, "1 is not in [0, 1) of row 0"));
  EXPECT_THAT(Gather(params, Tensor::Vector(Buffer<int64_t>{0, 2})),
              FailsWith(kInvalid, "[0, 2): 2 at position 1"));
  EXPECT_THAT(
      Gather(params, Tensor::Scalar(std::numeric_limits<int64_t>::min())),
      FailsWith(kInvalid, "[0, 2): -9223372036854775808"));
}

TEST(GatherAxes, NamesWhatIsWrong) {
  const Tensor params = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{10, 11, 12}), {0, 1, 3});
  const Tensor one = Tensor::Vector(Buffer<int64_t>{0});
  const Tensor column = *Tensor::Dense(Buffer<int64_t>{0, 0, 0}, {3, 1});
  EXPECT_THAT(Gather(params, Tensor::Vector(Buffer<float>{0})),
              FailsWith(kInvalid, "must be int32 or int64, got float32"));
  EXPECT_THAT(Gather(params, one, {.axis = 2}),
              FailsWith(kInvalid, "axis must be in [-2, 2): 2"));
  EXPECT_THAT(Gather(params, one, {.batch_dims = 2}),
              FailsWith(kInvalid, "batch_dims must be in [-1, 1): 2"));
  EXPECT_THAT(Gather(params, column, {.axis = 0, .batch_dims = 2}),
              FailsWith(kInvalid, "less than the rank of params: 2, rank 2"));
  EXPECT_THAT(Gather(params, column, {.axis = 0, .batch_dims = 1}),
              FailsWith(kInvalid, "axis 0, batch_dims 1"));
  EXPECT_THAT(Gather(params, column, {.batch_dims = 1}),
              FailsWith(kInvalid, "params have 2 rows, indices 3"));
  EXPECT_THAT(Gather(Tensor::Scalar(1.0f), one),
              FailsWith(kInvalid, "less than the rank of params: 0, rank 0"));
  EXPECT_THAT(Gather(AnyTensor(DType::kInt8, {}, {2, 3}),
                     *Tensor::Dense(Buffer<int64_t>{0, 0, 0}, {3, 1}),
                     {.batch_dims = 1}),
              FailsWith(kInvalid, "equal batch axes"));
  const Tensor deep = *Tensor::FromRowSplits(params, {0, 2});
  EXPECT_THAT(
      Gather(deep, *Tensor::FromRowSplits(column, {0, 3}), {.batch_dims = 2}),
      FailsWith(kInvalid, "other row lengths"));
  EXPECT_THAT(Gather(deep, *Tensor::Dense(Buffer<int64_t>{0, 0}, {1, 2, 1}),
                     {.batch_dims = 2}),
              FailsWith(kInvalid, "one of params is ragged"));
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(Gather(AnyTensor(DType::kInt32, {}, {3}), one,
                   {.exec = {.cancellation = &token}})
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

TEST(GatherAxes, FailsWhereSizesBehindAZeroDoNotFit) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor params = *Tensor::Dense(Buffer<float>(), {3, 0, kHuge});
  const Tensor indices = *Tensor::Dense(Buffer<int64_t>(), {0, kHuge});
  EXPECT_THAT(Gather(params, indices, {.axis = 0}),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

}  // namespace
}  // namespace rowsplit
