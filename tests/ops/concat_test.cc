#include "rowsplit/ops/concat.h"

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/split_axis.h"
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
using ::rowsplit::testing::RandomDense;
using ::rowsplit::testing::RandomPartition;
using ::rowsplit::testing::RandomTensor;
using ::rowsplit::testing::ToNested;

NestedList ConcatReference(const std::vector<NestedList>& inputs, int axis) {
  NestedList result;
  if (axis == 0) {
    for (const NestedList& input : inputs) {
      result.list.insert(result.list.end(), input.list.begin(),
                         input.list.end());
    }
    return result;
  }
  for (size_t row = 0; row < inputs[0].list.size(); ++row) {
    std::vector<NestedList> rows;
    for (const NestedList& input : inputs) rows.push_back(input.list[row]);
    result.list.push_back(ConcatReference(rows, axis - 1));
  }
  return result;
}

NestedList StackReference(const std::vector<NestedList>& inputs, int axis) {
  NestedList result;
  if (axis == 0) {
    result.list = inputs;
    return result;
  }
  for (size_t row = 0; row < inputs[0].list.size(); ++row) {
    std::vector<NestedList> rows;
    for (const NestedList& input : inputs) rows.push_back(input.list[row]);
    result.list.push_back(StackReference(rows, axis - 1));
  }
  return result;
}

// `count` tensors that share the rows before `axis`.
std::vector<Tensor> Joinable(testing::Random& random, DType dtype,
                             int ragged_rank, int axis, int count) {
  std::vector<RowPartition> common;
  int64_t num_rows = 4;
  for (int i = 1; i < axis && i <= ragged_rank; ++i) {
    common.push_back(RandomPartition(random, num_rows, 3));
    num_rows = common.back().num_values();
  }
  // Rows at the axis itself may differ; beyond the ragged axes nothing may but
  // the size of that axis.
  std::vector<RowPartition> all = common;
  if (axis > ragged_rank) {
    while (static_cast<int>(all.size()) < ragged_rank) {
      all.push_back(RandomPartition(random, num_rows, 3));
      num_rows = all.back().num_values();
    }
  }
  std::vector<Tensor> tensors;
  for (int i = 0; i < count; ++i) {
    std::vector<int64_t> inner = {2, 3};
    if (axis > ragged_rank && axis < ragged_rank + 3)
      inner[axis - ragged_rank - 1] = i;
    tensors.push_back(RandomTensor(random, dtype, all, ragged_rank,
                                   axis == 0 ? i + 1 : num_rows, inner));
  }
  return tensors;
}

TEST(Concat, EqualsTheReferenceForAllDTypesRanksAndAxes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (int ragged_rank = 0; ragged_rank <= 4; ++ragged_rank) {
      const int rank = ragged_rank + 3;
      for (int axis = 0; axis < rank; ++axis) {
        for (const int count : {1, 2, 4}) {
          const auto inputs = Joinable(random, dtype, ragged_rank, axis, count);
          const auto joined = Concat(inputs, axis);
          ASSERT_TRUE(joined.ok()) << joined.status();
          EXPECT_EQ(ToNested(*joined), ConcatReference(ToNested(inputs), axis));
          EXPECT_EQ(joined->dtype(), dtype);
          EXPECT_EQ(*Concat(inputs, axis - rank), *joined);
        }
      }
    }
  }
}

TEST(Stack, EqualsTheReferenceForAllDTypesRanksAndAxes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (int ragged_rank = 0; ragged_rank <= 4; ++ragged_rank) {
      const int rank = ragged_rank + 3;
      for (int axis = 0; axis <= rank; ++axis) {
        // Rows before the new axis are shared, what is below may differ.
        std::vector<Tensor> inputs =
            Joinable(random, dtype, ragged_rank, axis, 3);
        if (axis > ragged_rank || ragged_rank == 0)
          inputs = {inputs[2], inputs[2], inputs[2]};
        const auto stacked = Stack(inputs, axis);
        ASSERT_TRUE(stacked.ok()) << stacked.status();
        EXPECT_EQ(ToNested(*stacked), StackReference(ToNested(inputs), axis));
        EXPECT_EQ(*Stack(inputs, axis - rank - 1), *stacked);
        const auto ragged = Stack(inputs, axis, {.ragged = true});
        ASSERT_TRUE(ragged.ok()) << ragged.status();
        EXPECT_EQ(ToNested(*ragged), ToNested(*stacked));
      }
    }
  }
}

// Which dimensions become ragged, as TensorFlow 2.21 has it.
TEST(Concat, KeepsInnerDimensionsUniformOnlyAlongTheLastAxis) {
  const Tensor ragged = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
                     {3, 2, 2}),
      {0, 1, 3});
  const std::vector<Tensor> twice = {ragged, ragged};
  const auto inner = *Concat(twice, 2);
  EXPECT_EQ(inner.ragged_rank(), 2);
  EXPECT_EQ(inner.flat_shape(), (std::vector<int64_t>{12, 2}));
  const auto last = *Concat(twice, 3);
  EXPECT_EQ(last.ragged_rank(), 1);
  EXPECT_EQ(last.flat_shape(), (std::vector<int64_t>{3, 2, 4}));
  EXPECT_EQ(Stack(twice, 2)->ragged_rank(), 3);
  EXPECT_EQ(Stack(twice, 3)->ragged_rank(), 1);
  EXPECT_EQ(Stack(twice, 4)->flat_shape(), (std::vector<int64_t>{3, 2, 2, 2}));
}

TEST(Concat, MakesDenseInputsRaggedBesideRaggedOnes) {
  const Tensor ragged = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 3}), {0, 1, 3});
  const Tensor dense = *Tensor::Dense(Buffer<int32_t>{7, 8, 9, 10}, {2, 2});
  const std::vector<Tensor> inputs = {ragged, dense};
  EXPECT_THAT(*Concat(inputs, 1)->As<int32_t>(),
              testing::RaggedIs({{1, 7, 8}, {2, 3, 9, 10}}));
  EXPECT_THAT(*Concat(inputs, 0)->As<int32_t>(),
              testing::RaggedIs({{1}, {2, 3}, {7, 8}, {9, 10}}));
  EXPECT_EQ(Stack(inputs, 0)->ragged_rank(), 2);
}

TEST(Concat, TakesTheLargestRaggedRank) {
  const Tensor deep = *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2, 3}),
                             {0, 1, 3}),
      {0, 2});
  const Tensor shallow = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int32_t>{4, 5, 6, 7}, {2, 2}), {0, 2});
  const auto joined = *Concat(std::vector<Tensor>{deep, shallow}, 1);
  EXPECT_EQ(joined.ragged_rank(), 2);
  EXPECT_THAT(*joined.values().As<int32_t>(),
              testing::RaggedIs({{1}, {2, 3}, {4, 5}, {6, 7}}));
}

TEST(Concat, OfDenseInputsIsDense) {
  const std::vector<Tensor> inputs = {
      *Tensor::Dense(Buffer<int32_t>{1, 2}, {2, 1}),
      *Tensor::Dense(Buffer<int32_t>{3, 4, 5, 6}, {2, 2})};
  EXPECT_EQ(*Concat(inputs, 1),
            *Tensor::Dense(Buffer<int32_t>{1, 3, 4, 2, 5, 6}, {2, 3}));
  // A dimension of 0 elsewhere.
  const std::vector<Tensor> empty(2, *Tensor::Dense(Buffer<float>(), {0, 3}));
  EXPECT_EQ(Concat(empty, 1)->flat_shape(), (std::vector<int64_t>{0, 6}));
}

TEST(Concat, OfOneInputIsTheInput) {
  const Tensor input = Tensor::Vector(Buffer<int32_t>{1, 2});
  EXPECT_EQ(*Concat({&input, 1}, 7), input);
}

TEST(Stack, OfDenseInputsFollowsTheOption) {
  const std::vector<Tensor> vectors = {Tensor::Vector(Buffer<int32_t>{1, 2}),
                                       Tensor::Vector(Buffer<int32_t>{3})};
  EXPECT_THAT(*Stack(vectors, 0, {.ragged = true})->As<int32_t>(),
              testing::RaggedIs({{1, 2}, {3}}));
  EXPECT_THAT(Stack(vectors, 0), FailsWith(kInvalid, "inputs[1] has [1]"));
  const std::vector<Tensor> matrices = {
      *Tensor::Dense(Buffer<int32_t>{1, 2}, {1, 2}),
      *Tensor::Dense(Buffer<int32_t>{3, 4}, {2, 1})};
  EXPECT_EQ(Stack(matrices, 0, {.ragged = true})->ragged_rank(), 2);
  EXPECT_THAT(Stack(matrices, 1, {.ragged = true}),
              FailsWith(kInvalid, "inputs[1] has [2, 1]"));
  const std::vector<Tensor> scalars = {Tensor::Scalar(1), Tensor::Scalar(2)};
  const Tensor pair = Tensor::Vector(Buffer<int32_t>{1, 2});
  EXPECT_EQ(*Stack(scalars, 0), pair);
  EXPECT_EQ(*Stack(scalars, 0, {.ragged = true}), pair);
}

// Rows of up to 6 values, each cut in two at every place.
TEST(Concat, UndoesEveryCutOfEveryPartitionOfUpToSixValues) {
  for (int64_t a = 0; a <= 6; ++a) {
    for (int64_t b = 0; a + b <= 6; ++b) {
      for (int64_t c = 0; a + b + c <= 6; ++c) {
        const int64_t lengths[] = {a, b, c};
        for (int64_t cut = 0; cut < (a + 1) * (b + 1) * (c + 1); ++cut) {
          const int64_t cuts[] = {cut % (a + 1), cut / (a + 1) % (b + 1),
                                  cut / (a + 1) / (b + 1)};
          BufferBuilder<int32_t> left, right, whole;
          std::vector<int64_t> left_lengths, right_lengths;
          for (int row = 0; row < 3; ++row) {
            for (int32_t i = 0; i < lengths[row]; ++i) {
              whole.Append(10 * row + i);
              (i < cuts[row] ? left : right).Append(10 * row + i);
            }
            left_lengths.push_back(cuts[row]);
            right_lengths.push_back(lengths[row] - cuts[row]);
          }
          const auto make = [](BufferBuilder<int32_t>& values,
                               std::span<const int64_t> row_lengths) {
            return *Tensor::FromPartition(
                *RowPartition::FromRowLengths(row_lengths),
                Tensor::Vector(std::move(values).Build()));
          };
          const Tensor expected = make(whole, lengths);
          const std::vector<Tensor> halves = {make(left, left_lengths),
                                              make(right, right_lengths)};
          ASSERT_EQ(*Concat(halves, 1), expected);
        }
      }
    }
  }
}

TEST(Concat, UndoesSplitAlongEveryAxisThatMayBeSplit) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
    for (const DType dtype : {DType::kInt16, DType::kFloat64, DType::kString}) {
      const Tensor tensor = RandomTensor(
          random, dtype, {shape.partitions().begin(), shape.partitions().end()},
          0, 0, {4});
      const std::vector<int64_t> rows = {0, 2, 3};
      EXPECT_EQ(*Concat(*Split(tensor, rows, 0), 0), tensor);
      const std::vector<int64_t> columns = {1, 0, 3};
      EXPECT_EQ(*Concat(*Split(tensor, columns, -1), -1), tensor);
      EXPECT_EQ(*Concat(*Split(tensor, 5, 0), 0), tensor);
      EXPECT_EQ(*Stack(*Unstack(tensor, -1), -1), tensor);
    }
  }
}

TEST(Concat, JoinsAllRaggedCasesWithThemselves) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const auto& ragged : testing::RaggedCases(random_seed)) {
    SCOPED_TRACE(ragged.name);
    std::vector<int64_t> lengths;
    for (size_t row = 1; row < ragged.splits.size(); ++row)
      lengths.push_back(ragged.splits[row] - ragged.splits[row - 1]);
    const Tensor tensor = RandomTensor(
        random, DType::kString, {*RowPartition::FromRowLengths(lengths)}, 1, 0);
    const std::vector<Tensor> inputs = {tensor, tensor, tensor};
    for (const int axis : {0, 1}) {
      const auto joined = Concat(inputs, axis);
      ASSERT_TRUE(joined.ok()) << joined.status();
      EXPECT_EQ(ToNested(*joined), ConcatReference(ToNested(inputs), axis));
      const auto stacked = Stack(inputs, axis);
      ASSERT_TRUE(stacked.ok()) << stacked.status();
      EXPECT_EQ(ToNested(*stacked), StackReference(ToNested(inputs), axis));
      EXPECT_EQ(*Concat(inputs, axis, {.exec = {.num_threads = 1}}), *joined);
    }
  }
}

TEST(Concat, NamesWhatDoesNotFit) {
  const Tensor a =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2}), {0, 1, 2});
  const Tensor three_rows =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1}), {0, 0, 0, 1});
  const Tensor other_dtype =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{1}), {0, 1, 1});
  const Tensor deep = *Tensor::FromRowSplits(a, {0, 1, 2});
  const Tensor other_deep = *Tensor::FromRowSplits(a, {0, 2, 2});
  const Tensor inner = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int32_t>{1, 2}, {1, 2}), {0, 1, 1});
  const Tensor other_inner = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int32_t>{1, 2, 3}, {1, 3}), {0, 1, 1});
  using Inputs = std::vector<Tensor>;
  EXPECT_THAT(Concat(Inputs{}, 0), FailsWith(kInvalid, "must be an input"));
  EXPECT_THAT(Stack(Inputs{}, 0), FailsWith(kInvalid, "must be an input"));
  EXPECT_THAT(Concat(Inputs{a, other_dtype}, 0),
              FailsWith(kInvalid, "inputs[1] is int64, inputs[0] is int32"));
  EXPECT_THAT(Concat(Inputs{a, deep}, 0),
              FailsWith(kInvalid, "inputs[1] has 3, inputs[0] has 2"));
  EXPECT_THAT(Concat(Inputs{a, Tensor::Vector(Buffer<int32_t>{1})}, 0),
              FailsWith(kInvalid, "one rank"));
  EXPECT_THAT(Concat(Inputs{a, three_rows}, 1),
              FailsWith(kInvalid, "axis 0: inputs[1] has 3, inputs[0] has 2"));
  EXPECT_THAT(Stack(Inputs{a, three_rows}, 1),
              FailsWith(kInvalid, "axis 0: inputs[1] has 3, inputs[0] has 2"));
  EXPECT_THAT(Concat(Inputs{deep, other_deep}, 2),
              FailsWith(kInvalid,
                        "inputs[1] differ from those of inputs[0] at "
                        "axis 1"));
  EXPECT_THAT(Concat(Inputs{inner, other_inner}, 1),
              FailsWith(kInvalid, "inputs[1] has [3], inputs[0] has [2]"));
  EXPECT_THAT(Concat(Inputs{a, a}, 2), FailsWith(kInvalid, "axis=2"));
  EXPECT_THAT(Concat(Inputs{a, a}, -3), FailsWith(kInvalid, "axis=-3"));
  EXPECT_THAT(Stack(Inputs{a, a}, 3), FailsWith(kInvalid, "axis=3"));
  EXPECT_THAT(Concat(Inputs{Tensor::Scalar(1), Tensor::Scalar(2)}, 0),
              FailsWith(kInvalid, "axis=0"));
  EXPECT_THAT(Concat(Inputs{*Tensor::Dense(Buffer<int32_t>{1, 2}, {1, 2}),
                            *Tensor::Dense(Buffer<int32_t>{1}, {1, 1})},
                     0),
              FailsWith(kInvalid, "but for axis 0: inputs[1] has [1, 1]"));
}

TEST(Concat, RefusesSizesAbove64Bits) {
  const Tensor vast = *Tensor::Dense(
      Buffer<float>(), {std::numeric_limits<int64_t>::max() / 8, 0});
  const std::vector<Tensor> twice = {vast, vast};
  EXPECT_THAT(Concat(twice, 0),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

TEST(Concat, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const std::vector<Tensor> inputs(2, Tensor::Vector(Buffer<int32_t>{1}));
  EXPECT_THAT(Concat(inputs, 0, {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
  EXPECT_THAT(Stack(inputs, 0, {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit
