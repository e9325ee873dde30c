#include "ops/gather_rows.h"

#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/nested_list.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit::internal {
namespace {

using testing::AnyTensor;
using ::testing::ElementsAre;
using testing::NestedList;
using testing::ToNested;

TEST(GatherRows, GivesTheRowsOfEveryDTypeAndShape) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
      for (const int64_t width : {1, 3}) {
        const std::vector<int64_t> flat_shape = {shape.num_values(), width};
        for (const Tensor& tensor :
             {AnyTensor(dtype,
                        {shape.partitions().begin(), shape.partitions().end()},
                        flat_shape),
              AnyTensor(dtype, {}, {7, width})}) {
          const NestedList nested = ToNested(tensor);
          std::vector<int64_t> rows;
          NestedList expected;
          for (int i = 0; i < 12; ++i) {
            rows.push_back(static_cast<int64_t>(
                testing::Below(random, tensor.num_rows())));
            expected.list.push_back(nested.list[rows.back()]);
          }
          EXPECT_EQ(ToNested(*GatherRows(tensor, rows, {})), expected);
        }
      }
    }
  }
}

TEST(GatherRows, IsTheSameOnSeveralThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  std::vector<int64_t> rows;
  for (int i = 0; i < 100'000; ++i)
    rows.push_back(static_cast<int64_t>(testing::Below(random, 1000)));
  for (const DType dtype : {DType::kInt8, DType::kInt16, DType::kInt32,
                            DType::kInt64, DType::kString}) {
    const Tensor tensor = AnyTensor(dtype, {}, {1000});
    EXPECT_EQ(*GatherRows(tensor, rows, {.num_threads = 1}),
              *GatherRows(tensor, rows, {.num_threads = 4}));
  }
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(GatherRows(AnyTensor(DType::kInt32, {}, {1000}), rows,
                       {.cancellation = &token})
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

TEST(GatherRowsAs, PutsTheShapeInPlaceOfTheOutermostAxis) {
  const Tensor dense = AnyTensor(DType::kInt32, {}, {3, 2});
  const std::vector<int64_t> rows = {2, 0, 1, 1};
  EXPECT_THAT(GatherRowsAs(dense, rows, {2, 2}, {})->flat_shape(),
              ElementsAre(2, 2, 2));
  const Tensor ragged = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 3}), {0, 2, 2, 3});
  const Tensor gathered = *GatherRowsAs(ragged, rows, {2, 2}, {});
  EXPECT_THAT(gathered.partition(0).row_splits(), ElementsAre(0, 2, 4));
  EXPECT_THAT(gathered.partition(1).row_splits(), ElementsAre(0, 1, 3, 3, 3));
  // A single row shares the memory.
  const Tensor row = *GatherRowsAs(ragged, std::vector<int64_t>{2}, {}, {});
  EXPECT_FALSE(row.is_ragged());
  EXPECT_EQ(row.items<int32_t>().data(), ragged.items<int32_t>().data() + 2);
}

TEST(WithRaggedRank, TurnsInnerAxesIntoPartitions) {
  const Tensor dense = AnyTensor(DType::kInt32, {}, {2, 3, 2});
  const Tensor once = *WithRaggedRank(dense, 1);
  EXPECT_THAT(once.partition(0).row_splits(), ElementsAre(0, 3, 6));
  EXPECT_THAT(once.flat_shape(), ElementsAre(6, 2));
  const Tensor twice = *WithRaggedRank(once, 2);
  EXPECT_EQ(twice, *WithRaggedRank(dense, 2));
  EXPECT_THAT(twice.partition(1).row_splits(),
              ElementsAre(0, 2, 4, 6, 8, 10, 12));
  EXPECT_EQ(*WithRaggedRank(twice, 1), twice);
  EXPECT_EQ(ToNested(twice), ToNested(dense));
}

TEST(WithUniformAxes, AddsPartitionsInFront) {
  const Tensor values = Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4, 5, 6});
  EXPECT_EQ(*WithUniformAxes(std::vector<int64_t>{6}, values), values);
  const Tensor rows = *WithUniformAxes(std::vector<int64_t>{2, 3}, values);
  EXPECT_THAT(rows.partition(0).row_splits(), ElementsAre(0, 3, 6));
}

TEST(EmptyDense, HasNoItems) {
  for (const DType dtype : testing::AllDTypes()) {
    const Tensor empty = EmptyDense(dtype, {2, 0});
    EXPECT_EQ(empty.dtype(), dtype);
    EXPECT_EQ(empty.num_items(), 0);
    EXPECT_THAT(Reshaped(empty, {0, 5}).flat_shape(), ElementsAre(0, 5));
  }
}

}  // namespace
}  // namespace rowsplit::internal
