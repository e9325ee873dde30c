#include "rowsplit/ops/boolean_mask.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
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

// The definition, list by list.
NestedList Model(const NestedList& data, const NestedList& mask) {
  NestedList kept;
  for (size_t i = 0; i < data.list.size(); ++i) {
    if (!mask.list[i].is_item) {
      kept.list.push_back(Model(data.list[i], mask.list[i]));
    } else if (mask.list[i].item[0] != 0) {
      kept.list.push_back(data.list[i]);
    }
  }
  return kept;
}

Tensor RandomMask(std::vector<RowPartition> partitions,
                  std::vector<int64_t> flat_shape, testing::Random& random) {
  int64_t size = 1;
  for (const int64_t length : flat_shape) size *= length;
  BufferBuilder<bool> mask(static_cast<size_t>(size));
  for (bool& value : mask.span()) value = testing::Below(random, 2) == 0;
  return Tensor::FromPartitionsUnchecked(
      std::move(partitions),
      *Tensor::Dense(std::move(mask).Build(), std::move(flat_shape)));
}

// Masks of every rank, of data of every dtype, ragged or dense.
TEST(BooleanMask, KeepsWhatTheMaskSays) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
      const std::span<const RowPartition> all = shape.partitions();
      const Tensor whole = AnyTensor(dtype, {all.begin(), all.end()},
                                     {shape.num_values(), 2, 3});
      const Tensor data = *Slice(whole, {SliceRange{1, -1}});
      for (int rank = 1; rank <= data.rank(); ++rank) {
        const int ragged_rank = std::min(rank - 1, data.ragged_rank());
        std::vector<RowPartition> partitions(
            data.partitions().begin(), data.partitions().begin() + ragged_rank);
        std::vector<int64_t> flat_shape = {
            ragged_rank == 0 ? data.num_rows()
                             : partitions.back().num_values()};
        for (int axis = data.ragged_rank() + 1; axis < rank; ++axis)
          flat_shape.push_back(data.flat_shape()[axis - data.ragged_rank()]);
        const Tensor mask = RandomMask(partitions, flat_shape, random);
        const auto kept = BooleanMask(data, mask);
        ASSERT_TRUE(kept.ok()) << kept.status();
        EXPECT_EQ(ToNested(*kept), Model(ToNested(data), ToNested(mask)));
        EXPECT_EQ(kept->rank(), data.rank());
        EXPECT_EQ(kept->ragged_rank(), std::max(data.ragged_rank(), rank - 1));
      }
    }
    const Tensor dense = AnyTensor(dtype, {}, {3, 2, 2});
    for (const std::vector<int64_t>& flat_shape :
         {std::vector<int64_t>{3}, {3, 2}, {3, 2, 2}}) {
      const Tensor mask = RandomMask({}, flat_shape, random);
      EXPECT_EQ(ToNested(*BooleanMask(dense, mask)),
                Model(ToNested(dense), ToNested(mask)));
    }
  }
}

Tensor Rows() {
  return *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4}),
                                {0, 2, 2, 4});
}

TEST(BooleanMask, TakesADenseMaskOfRaggedRowsOfOneLength) {
  const Tensor data = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4}), {0, 2, 4});
  const Tensor mask =
      *Tensor::Dense(Buffer<bool>{true, false, true, true}, {2, 2});
  EXPECT_EQ(*BooleanMask(data, mask),
            *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 3, 4}),
                                   {0, 1, 3}));
  const Tensor ragged_mask = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<bool>{true, false, true, true}), {0, 2, 4});
  EXPECT_EQ(*BooleanMask(*Tensor::Dense(Buffer<int32_t>{1, 2, 3, 4}, {2, 2}),
                         ragged_mask),
            *BooleanMask(data, mask));
}

TEST(BooleanMask, OfNothing) {
  const Tensor none =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<float>()), {0});
  EXPECT_EQ(*BooleanMask(none, Tensor::Vector(Buffer<bool>())), none);
  EXPECT_THAT(BooleanMask(AnyTensor(DType::kString, {}, {2, 3}),
                          Tensor::Vector(Buffer<bool>{false, false}))
                  ->flat_shape(),
              ElementsAre(0, 3));
}

TEST(BooleanMask, NamesWhatIsWrong) {
  EXPECT_THAT(BooleanMask(Rows(), Tensor::Vector(Buffer<int32_t>{1, 0, 1})),
              FailsWith(kInvalid, "mask must be bool, got int32"));
  EXPECT_THAT(BooleanMask(Rows(), Tensor::Scalar(true)),
              FailsWith(kInvalid, "must not be a scalar"));
  EXPECT_THAT(BooleanMask(Rows(), Tensor::Vector(Buffer<bool>{true, false})),
              FailsWith(kInvalid, "mask has 2 rows, data 3"));
  const Tensor flat = Tensor::Vector(Buffer<bool>{true, true, true, true});
  EXPECT_THAT(BooleanMask(Rows(), *Tensor::FromRowSplits(flat, {0, 1, 2, 4})),
              FailsWith(kInvalid, "the rows of axis 1 differ"));
  EXPECT_THAT(BooleanMask(Rows(), *Tensor::FromRowSplits(
                                      *Tensor::FromRowSplits(flat, {0, 2, 4}),
                                      {0, 1, 1, 2})),
              FailsWith(kInvalid, "mask has rank 3"));
  EXPECT_THAT(BooleanMask(Tensor::Vector(Buffer<int32_t>{1}),
                          Tensor::Vector(Buffer<bool>{true, true})),
              FailsWith(kInvalid, "mask has 2 rows, data 1"));
}

// As memory borrowed from another library may hold.
TEST(BooleanMask, TakesEveryByteButZeroAsTrue) {
  const Buffer<uint8_t> bytes{0, 2, 255, 1};
  const Tensor flat = *Tensor::DenseBytes(
      DType::kBool,
      Buffer<std::byte>(std::as_bytes(bytes.span()), bytes.owner()), {4});
  const Tensor data = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4}), {0, 2, 4});
  EXPECT_EQ(*BooleanMask(data, *Tensor::FromRowSplits(flat, {0, 2, 4})),
            *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{2, 3, 4}),
                                   {0, 1, 3}));
}

}  // namespace
}  // namespace rowsplit
