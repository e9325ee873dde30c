#include "rowsplit/ops/pad_along_dimension.h"

#include <cstdint>
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
using ::rowsplit::testing::ToNested;

NestedList PaddedList(const NestedList& input, int axis, const NestedList& left,
                      const NestedList& right) {
  NestedList padded;
  if (axis > 0) {
    for (const NestedList& row : input.list)
      padded.list.push_back(PaddedList(row, axis - 1, left, right));
    return padded;
  }
  for (const NestedList* part : {&left, &input, &right}) {
    padded.list.insert(padded.list.end(), part->list.begin(), part->list.end());
  }
  return padded;
}

TEST(PadAlongDimension, EqualsTheReferenceForAllDTypesRanksAndAxes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (int ragged_rank = 0; ragged_rank <= 2; ++ragged_rank) {
      const Tensor tensor =
          testing::RandomTensor(random, dtype, {}, ragged_rank, 3, {2, 2});
      for (int axis = 0; axis < tensor.rank(); ++axis) {
        const auto pad = [&](int64_t rows) {
          std::vector<int64_t> shape(tensor.rank() - axis, 2);
          shape[0] = rows;
          const int pad_ragged_rank = std::max(ragged_rank - axis, 0);
          return pad_ragged_rank == 0
                     ? testing::RandomDense(random, dtype, shape)
                     : testing::RandomTensor(random, dtype, {}, pad_ragged_rank,
                                             rows, {2, 2});
        };
        const Tensor left = pad(1);
        const Tensor right = pad(3);
        const auto padded = PadAlongDimension(
            tensor, {.axis = axis, .left_pad = left, .right_pad = right});
        ASSERT_TRUE(padded.ok()) << padded.status();
        EXPECT_EQ(ToNested(*padded),
                  PaddedList(ToNested(tensor), axis, ToNested(left),
                             ToNested(right)));
        EXPECT_EQ(*PadAlongDimension(tensor, {.axis = axis - tensor.rank(),
                                              .left_pad = left,
                                              .right_pad = right}),
                  *padded);
      }
    }
  }
}

Tensor Rows(Buffer<int32_t> values, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Tensor::Vector(values), splits);
}

TEST(PadAlongDimension, NamesWhatDoesNotFit) {
  const Tensor rows = Rows({1}, {0, 1});
  EXPECT_EQ(*PadAlongDimension(rows, {.axis = 7}), rows);
  const Tensor one = Tensor::Vector(Buffer<int32_t>{1});
  EXPECT_THAT(PadAlongDimension(rows, {.axis = 2, .left_pad = one}),
              FailsWith(kInvalid, "axis=2"));
  EXPECT_THAT(PadAlongDimension(rows, {.axis = 0, .left_pad = one}),
              FailsWith(kInvalid, "left_pad must have the axes of data"));
  EXPECT_THAT(
      PadAlongDimension(rows, {.right_pad = Tensor::Vector(Buffer<float>{1})}),
      FailsWith(kInvalid, "float32 and int32"));
  const Tensor dense = *Tensor::Dense(Buffer<int32_t>{1, 2}, {1, 2});
  EXPECT_THAT(PadAlongDimension(dense, {.axis = 0,
                                        .right_pad = *Tensor::Dense(
                                            Buffer<int32_t>{1, 2, 3}, {1, 3})}),
              FailsWith(kInvalid, "3 and 2"));
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(PadAlongDimension(
                  rows, {.left_pad = one, .exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

TEST(PadModelInputs, CutsAndPads) {
  const auto result =
      PadModelInputs(Rows({1, 2, 3, 4}, {0, 3, 4}), {.max_seq_length = 2});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->padded,
            *Tensor::Dense(Buffer<int32_t>{1, 2, 4, 0}, {2, 2}));
  EXPECT_EQ(result->mask, *Tensor::Dense(Buffer<int32_t>{1, 1, 1, 0}, {2, 2}));
}

TEST(PadModelInputs, MergesInnerAxesAndTakesVectorsAsOneRow) {
  const Tensor deep =
      *Tensor::FromRowSplits(Rows({1, 2, 3, 4}, {0, 1, 1, 3, 4}), {0, 3, 4});
  EXPECT_EQ(
      PadModelInputs(deep,
                     {.max_seq_length = 4, .pad_value = Tensor::Scalar(-1)})
          ->padded,
      *Tensor::Dense(Buffer<int32_t>{1, 2, 3, -1, 4, -1, -1, -1}, {2, 4}));
  const auto vector = PadModelInputs(Tensor::Vector(Buffer<float>{1, 2}),
                                     {.max_seq_length = 3});
  EXPECT_EQ(vector->padded, Tensor::Vector(Buffer<float>{1, 2, 0}));
  EXPECT_EQ(vector->mask, Tensor::Vector(Buffer<float>{1, 1, 0}));
  const Tensor dense = *Tensor::Dense(Buffer<int32_t>{1, 2, 3, 4}, {2, 2});
  EXPECT_EQ(PadModelInputs(dense, {.max_seq_length = 1})->padded,
            *Tensor::Dense(Buffer<int32_t>{1, 3}, {2, 1}));
  EXPECT_EQ(PadModelInputs(Rows({1, 2}, {0, 2, 2}), {})->padded,
            *Tensor::Dense(Buffer<int32_t>{1, 2, 0, 0}, {2, 2}));
}

TEST(PadModelInputs, NamesWhatDoesNotFit) {
  const Tensor rows = Rows({1}, {0, 1});
  EXPECT_THAT(PadModelInputs(rows, {.max_seq_length = -2}),
              FailsWith(kInvalid, "-2"));
  EXPECT_THAT(PadModelInputs(Tensor::Scalar(1), {}),
              FailsWith(kInvalid, "int32 of rank 0"));
  EXPECT_THAT(PadModelInputs(Tensor::Vector(StringTensor()), {}),
              FailsWith(kInvalid, "string of rank 1"));
  EXPECT_FALSE(PadModelInputs(rows, {.pad_value = Tensor::Scalar(1.5F)}).ok());
}

}  // namespace
}  // namespace rowsplit
