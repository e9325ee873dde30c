#include "rowsplit/ops/reshape.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ops/select_rows.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using absl::StatusCode;
using testing::FailsWith;

Tensor Ints(Buffer<int32_t> items, std::vector<int64_t> shape) {
  return *Tensor::Dense(std::move(items), std::move(shape));
}
Tensor Rows(Tensor values, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(std::move(values), splits);
}
Tensor Rows(Buffer<int32_t> values, std::initializer_list<Offset> splits) {
  return Rows(Tensor::Vector(std::move(values)), splits);
}
Tensor Numbers() { return Rows({1, 2, 3}, {0, 2, 2, 3}); }

// Deep random tensors with inner axes, whole and as views.
std::vector<Tensor> Cases(testing::Random& random) {
  std::vector<Tensor> cases;
  for (const auto& shape : testing::DeepShapes(2)) {
    for (const std::vector<int64_t>& inner :
         std::vector<std::vector<int64_t>>{{}, {2}, {2, 3}, {1, 0}}) {
      for (const DType dtype : {DType::kInt32, DType::kString}) {
        cases.push_back(testing::RandomRagged(
            random, dtype,
            {shape.partitions().begin(), shape.partitions().end()}, inner));
        cases.push_back(internal::SliceRows(cases.back(), 1, 4));
      }
    }
  }
  for (const std::vector<int64_t>& shape :
       std::vector<std::vector<int64_t>>{{4}, {2, 3}, {1, 2, 1}, {0, 2}})
    cases.push_back(testing::RandomDense(random, DType::kInt8, shape));
  return cases;
}

TEST(ExpandDims, PutsAnAxisAnywhere) {
  EXPECT_EQ(*ExpandDims(Numbers(), 0), Rows(Numbers(), {0, 3}));
  EXPECT_EQ(*ExpandDims(Numbers(), 1), Rows(Numbers(), {0, 1, 2, 3}));
  EXPECT_EQ(*ExpandDims(Numbers(), 2),
            Rows(Ints({1, 2, 3}, {3, 1}), {0, 2, 2, 3}));
  const Tensor deep = Rows(Numbers(), {0, 2, 3});
  EXPECT_EQ(*ExpandDims(deep, 2),
            Rows(Rows(Numbers(), {0, 1, 2, 3}), {0, 2, 3}));
  EXPECT_EQ(*ExpandDims(Tensor::Scalar(5), 0), Ints({5}, {1}));
  EXPECT_EQ(*ExpandDims(Ints({5, 6}, {2}), -1), Ints({5, 6}, {2, 1}));
}

TEST(ExpandDims, IsUndoneBySqueezeAtEveryAxis) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const Tensor& input : Cases(random)) {
    for (int axis = 0; axis <= input.rank(); ++axis) {
      const auto expanded = ExpandDims(input, axis);
      ASSERT_TRUE(expanded.ok()) << expanded.status();
      EXPECT_EQ(expanded->rank(), input.rank() + 1);
      EXPECT_EQ(*ExpandDims(input, axis - input.rank() - 1), *expanded);
      const std::vector<int> axes = {axis, axis - input.rank() - 1};
      const auto back = Squeeze(*expanded, axes);
      ASSERT_TRUE(back.ok()) << back.status();
      EXPECT_EQ(*back, input) << "axis " << axis;
    }
  }
}

TEST(ExpandDims, NamesAnAxisOutOfRange) {
  EXPECT_THAT(ExpandDims(Numbers(), 3),
              FailsWith(StatusCode::kInvalidArgument,
                        "axis=3 is out of range for rank 3"));
  EXPECT_THAT(ExpandDims(Numbers(), -4),
              FailsWith(StatusCode::kInvalidArgument, "axis=-4"));
}

absl::StatusOr<Tensor> SqueezeAxes(const Tensor& input,
                                   const std::vector<int>& axes) {
  return Squeeze(input, axes);
}

TEST(Squeeze, DropsTheAxesNamed) {
  EXPECT_EQ(*SqueezeAxes(Rows({1, 2, 3}, {0, 3}), {0}), Ints({1, 2, 3}, {3}));
  const Tensor column = Rows(Ints({1, 2, 3}, {3, 1}), {0, 1, 3});
  EXPECT_EQ(*SqueezeAxes(column, {2}), Rows({1, 2, 3}, {0, 1, 3}));
  EXPECT_EQ(*SqueezeAxes(column, {-1, 2}), Rows({1, 2, 3}, {0, 1, 3}));
  EXPECT_EQ(*SqueezeAxes(column, {}), column);
  EXPECT_EQ(*SqueezeAxes(Rows({1}, {0, 1}), {0, 1}), Tensor::Scalar(1));
  EXPECT_EQ(*SqueezeAxes(Rows({1}, {0, 1}), {0}), Ints({1}, {1}));
  const Tensor one_row = Rows(Rows({1, 2}, {0, 2}), {0, 1});
  EXPECT_EQ(*SqueezeAxes(one_row, {0, 1}), Ints({1, 2}, {2}));
  EXPECT_EQ(*SqueezeAxes(one_row, {1}), Rows({1, 2}, {0, 2}));
  EXPECT_EQ(*SqueezeAxes(Rows(Buffer<int32_t>(), {0}), {1}), Ints({}, {0}));
  const Tensor inner = Rows(Ints({7}, {1, 1, 1}), {0, 1});
  EXPECT_EQ(*SqueezeAxes(inner, {0, 1, 2, 3}), Tensor::Scalar(7));
  EXPECT_EQ(*SqueezeAxes(inner, {0, 1}), Ints({7}, {1, 1}));
}

TEST(Squeeze, DropsAllAxesOfOneOfADenseTensor) {
  EXPECT_EQ(*SqueezeAxes(Ints({1, 2}, {1, 2, 1}), {}), Ints({1, 2}, {2}));
  EXPECT_EQ(*SqueezeAxes(Ints({1, 2}, {1, 2, 1}), {0, 0}),
            Ints({1, 2}, {2, 1}));
  EXPECT_EQ(*SqueezeAxes(Tensor::Scalar(3), {}), Tensor::Scalar(3));
}

TEST(Squeeze, NamesAnAxisOfAnotherSize) {
  const auto fails = [](const Tensor& input, const std::vector<int>& axes,
                        const char* part) {
    EXPECT_THAT(SqueezeAxes(input, axes),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  fails(Numbers(), {0}, "axis 0 must have size 1");
  fails(Numbers(), {1}, "axis 1 must have size 1");
  fails(Rows(Buffer<int32_t>(), {0}), {0}, "axis 0");
  fails(Rows(Ints({1, 2}, {1, 2}), {0, 1}), {2}, "axis 2");
  fails(Ints({1, 2}, {1, 2}), {1}, "axis 1");
  fails(Ints({1, 2}, {2, 1}), {0}, "axis 0");
  fails(Numbers(), {5}, "axis=5 is out of range");
}

// Where axis `axis` of a tensor has its rows, as the positions of the items.
TEST(MergeDims, KeepsItemsAndCountsThemForEveryPairOfAxes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const Tensor& input : Cases(random)) {
    for (int outer = 0; outer < input.rank(); ++outer) {
      EXPECT_EQ(*MergeDims(input, outer, outer), input);
      Tensor step_by_step = input;
      for (int inner = outer + 1; inner < input.rank(); ++inner) {
        const auto merged = MergeDims(input, outer, inner);
        ASSERT_TRUE(merged.ok()) << merged.status();
        EXPECT_EQ(merged->rank(), input.rank() - (inner - outer));
        EXPECT_EQ(merged->num_items(), input.num_items());
        EXPECT_EQ(testing::ItemsOf(*merged), testing::ItemsOf(input));
        // Two axes at a time give the same.
        step_by_step = *MergeDims(step_by_step, outer, outer + 1);
        EXPECT_EQ(*merged, step_by_step) << outer << " to " << inner;
        EXPECT_EQ(*MergeDims(input, outer - input.rank(), inner - input.rank()),
                  *merged);
      }
    }
  }
}

// Splitting rows by a partition and merging the two axes is the identity.
TEST(MergeDims, UndoesAPartitionForAllOfUpToSixValues) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const RowPartition& rows : testing::AllPartitions(6, 4)) {
    const Tensor input =
        testing::RandomDense(random, DType::kInt32, {rows.num_values(), 2});
    const Tensor split = *Tensor::FromPartition(rows, input);
    EXPECT_EQ(*MergeDims(split, 0, 1), input);
    for (const RowPartition& outer :
         testing::AllPartitions(rows.num_rows(), 3)) {
      if (outer.num_values() != rows.num_rows()) continue;
      const Tensor deep = *Tensor::FromPartition(outer, split);
      EXPECT_EQ(*MergeDims(deep, 0, 1), split);
      const Tensor merged = *MergeDims(deep, 1, 2);
      for (int64_t row = 0; row < outer.num_rows(); ++row) {
        int64_t length = 0;
        for (int64_t i = 0; i < outer.row_length(row); ++i)
          length += rows.row_length(outer.row_splits()[row] + i);
        EXPECT_EQ(merged.partition(0).row_length(row), length);
      }
    }
  }
}

TEST(MergeDims, MergesRaggedAndInnerAxes) {
  const Tensor pairs = Rows(Ints({1, 2, 3, 4, 5, 6}, {3, 2}), {0, 2, 2, 3});
  EXPECT_EQ(*MergeDims(pairs, 1, 2), Rows({1, 2, 3, 4, 5, 6}, {0, 4, 4, 6}));
  EXPECT_EQ(*MergeDims(pairs, 0, 2), Ints({1, 2, 3, 4, 5, 6}, {6}));
  const Tensor empty = Rows(Ints({}, {3, 2, 0}), {0, 2, 3});
  EXPECT_EQ(*MergeDims(empty, 1, 2), Rows(Ints({}, {6, 0}), {0, 4, 6}));
  EXPECT_EQ(*MergeDims(empty, 1, 3), Rows(Buffer<int32_t>(), {0, 0, 0}));
}

TEST(MergeDims, NamesWrongAxes) {
  const auto fails = [](int outer, int inner, const char* part) {
    EXPECT_THAT(MergeDims(Numbers(), outer, inner),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  fails(1, 0, "outer_axis must not be above inner_axis, got 1 and 0");
  fails(0, 2, "inner_axis=2 is out of range for rank 2");
  fails(-3, 1, "outer_axis=-3");
  EXPECT_THAT(MergeDims(Tensor::Scalar(1), 0, 0),
              FailsWith(StatusCode::kInvalidArgument, "rank 0"));
}

}  // namespace
}  // namespace rowsplit
