#include "rowsplit/ops/to_dense.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
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

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Tensor Numbers() {
  return *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4}),
                                {0, 3, 3, 4});
}
Tensor Deep() {
  return *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4, 5, 6}),
                             {0, 2, 3, 6}),
      {0, 2, 2, 3});
}

Tensor Ints(Buffer<int32_t> items, std::vector<int64_t> shape) {
  return *Tensor::Dense(std::move(items), std::move(shape));
}

// One item at a time: goes down the partitions by the position's indices.
std::vector<std::string> ReferenceItems(const Tensor& input,
                                        const std::vector<int64_t>& shape,
                                        const std::vector<std::string>& fill) {
  const int ragged_rank = input.ragged_rank();
  const int64_t inner = input.value_items();
  int64_t num_values = 1;
  for (int axis = 0; axis <= ragged_rank; ++axis) num_values *= shape[axis];
  std::vector<std::string> items;
  for (int64_t value = 0; value < num_values; ++value) {
    std::vector<int64_t> position(ragged_rank + 1);
    int64_t left = value;
    for (int axis = ragged_rank; axis >= 0; --axis) {
      position[axis] = left % shape[axis];
      left /= shape[axis];
    }
    int64_t row = position[0] < input.num_rows() ? position[0] : -1;
    for (int axis = 0; axis < ragged_rank && row >= 0; ++axis) {
      const RowPartition& partition = input.partition(axis);
      row = position[axis + 1] < partition.row_length(row)
                ? partition.row_splits()[row] + position[axis + 1]
                : -1;
    }
    for (int64_t item = 0; item < inner; ++item) {
      items.push_back(row < 0 ? fill[item]
                              : testing::ItemOf(input, row * inner + item));
    }
  }
  return items;
}

void ExpectPads(const Tensor& input, const ToDenseOptions& options) {
  const auto dense = ToDense(input, options);
  ASSERT_TRUE(dense.ok()) << dense.status();
  EXPECT_FALSE(dense->is_ragged());
  std::vector<std::string> fill(
      input.value_items(), options.default_value.has_value()
                               ? testing::ItemOf(*options.default_value, 0)
                               : std::string(DTypeSize(input.dtype()), '\0'));
  EXPECT_EQ(testing::ItemsOf(*dense),
            ReferenceItems(input, dense->flat_shape(), fill));
}

TEST(ToDense, PadsToTheLongestRow) {
  EXPECT_EQ(*ToDense(Numbers()), Ints({1, 2, 3, 0, 0, 0, 4, 0, 0}, {3, 3}));
  EXPECT_EQ(
      *ToDense(Deep()),
      Ints({1, 2, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5, 6, 0, 0, 0}, {3, 2, 3}));
}

TEST(ToDense, PadsAndCutsToTheShape) {
  const ToDenseOptions options = {.default_value = Tensor::Scalar(-1),
                                  .shape = PartialShape{{}, 2}};
  EXPECT_EQ(*ToDense(Numbers(), options), Ints({1, 2, -1, -1, 4, -1}, {3, 2}));
  EXPECT_EQ(*ToDense(Numbers(), {.shape = PartialShape{2, 1}}),
            Ints({1, 0}, {2, 1}));
  EXPECT_EQ(*ToDense(Numbers(), {.shape = PartialShape{4, {}}}),
            Ints({1, 2, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0}, {4, 3}));
  EXPECT_EQ(
      ToDense(Numbers(), {.shape = PartialShape{0, 1 << 20}})->flat_shape(),
      (std::vector<int64_t>{0, 1 << 20}));
  EXPECT_EQ(*ToDense(Deep(), {.shape = PartialShape{{}, 1, 2}}),
            Ints({1, 2, 0, 0, 4, 5}, {3, 1, 2}));
}

TEST(ToDense, BroadcastsTheDefaultToTheInnerShape) {
  const Tensor pairs =
      *Tensor::FromRowSplits(Ints({1, 2, 3, 4}, {2, 2}), {0, 2, 2});
  const auto pad = [&](Tensor value) {
    return *ToDense(pairs, {.default_value = value});
  };
  EXPECT_EQ(pad(Ints({7}, {1})), Ints({1, 2, 3, 4, 7, 7, 7, 7}, {2, 2, 2}));
  EXPECT_EQ(pad(Ints({7, 8}, {2})), Ints({1, 2, 3, 4, 7, 8, 7, 8}, {2, 2, 2}));
  const Tensor tables =
      *Tensor::FromRowSplits(Ints({1, 2, 3, 4, 5, 6}, {1, 2, 3}), {0, 1, 1});
  EXPECT_EQ(*ToDense(tables, {.default_value = Ints({8, 9}, {2, 1})}),
            Ints({1, 2, 3, 4, 5, 6, 8, 8, 8, 9, 9, 9}, {2, 1, 2, 3}));
  EXPECT_EQ(*ToDense(tables, {.default_value = Ints({7, 8, 9}, {1, 3})}),
            Ints({1, 2, 3, 4, 5, 6, 7, 8, 9, 7, 8, 9}, {2, 1, 2, 3}));
}

TEST(ToDense, PadsStrings) {
  const std::vector<std::string_view> words = {"ab", "", "cde"};
  const Tensor rows = *Tensor::FromRowSplits(
      Tensor::Vector(StringTensor::FromStrings(words)), {0, 1, 3});
  const std::vector<std::string_view> padded = {"ab", "PAD", "", "cde"};
  EXPECT_EQ(*ToDense(rows, {.default_value =
                                Tensor::Scalar(std::string_view("PAD"))}),
            *Tensor::Dense(StringTensor::FromStrings(padded), {2, 2}));
}

TEST(ToDense, EqualsTheReferenceForEveryDType) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (const auto& shape : testing::DeepShapes(7)) {
      for (const std::vector<int64_t>& inner :
           std::vector<std::vector<int64_t>>{{}, {3}, {2, 1}, {0}}) {
        const Tensor input = testing::RandomRagged(
            random, dtype,
            {shape.partitions().begin(), shape.partitions().end()}, inner);
        const Tensor fill = testing::RandomDense(random, dtype, {});
        ExpectPads(input, {});
        ExpectPads(input, {.default_value = fill});
        // A view: the values of its rows lie inside of others.
        const Tensor view = internal::SliceRows(input, 1, 4);
        ExpectPads(view, {.default_value = fill});
        PartialShape cut(input.rank());
        for (int axis = 0; axis <= input.ragged_rank(); ++axis)
          if (testing::Below(random, 2) > 0)
            cut[axis] = testing::Below(random, 5);
        ExpectPads(view, {.default_value = fill, .shape = cut});
      }
    }
  }
}

TEST(ToDense, EqualsTheReferenceForEveryKindOfRows) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const testing::RaggedCase& rows : testing::RaggedCases(3, 300)) {
    const Tensor values =
        testing::RandomDense(random, DType::kInt64, {rows.num_values});
    std::vector<int64_t> lengths = {rows.splits.front()};
    for (size_t i = 1; i < rows.splits.size(); ++i)
      lengths.push_back(rows.splits[i] - rows.splits[i - 1]);
    lengths.push_back(rows.num_values - rows.splits.back());
    const Tensor all =
        *Tensor::FromPartition(*RowPartition::FromRowLengths(lengths), values);
    const Tensor view = internal::SliceRows(all, 1, all.num_rows() - 1);
    ExpectPads(view, {.default_value = Tensor::Scalar(int64_t{-1})});
    ExpectPads(view, {.shape = PartialShape{{}, 17}});
  }
}

TEST(ToDense, IsTheSameForEveryNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  std::vector<int64_t> lengths;
  for (int row = 0; row < 30'000; ++row)
    lengths.push_back(static_cast<int64_t>(testing::Below(random, 35)));
  for (const DType dtype : {DType::kInt8, DType::kFloat32, DType::kString}) {
    const Tensor input = testing::RandomRagged(
        random, dtype, {*RowPartition::FromRowLengths(lengths)});
    const auto one = ToDense(input, {.exec = {.num_threads = 1}});
    ASSERT_TRUE(one.ok()) << one.status();
    EXPECT_EQ(*ToDense(input, {.exec = {.num_threads = 4}}), *one);
  }
}

// A row of more than the ready default values.
TEST(ToDense, PadsToVeryLongRows) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Tensor input = testing::RandomRagged(
      random, DType::kFloat64,
      {*RowPartition::FromRowLengths(std::vector<int64_t>{3, 5000, 0})});
  ExpectPads(input, {.default_value = Tensor::Scalar(1.5)});
}

TEST(ToDense, GivesADenseTensorBack) {
  const Tensor dense = Ints({1, 2}, {1, 2});
  EXPECT_EQ(*ToDense(dense), dense);
  EXPECT_EQ(*ToDense(dense, {.shape = PartialShape{{}, 2}}), dense);
  EXPECT_THAT(ToDense(dense, {.shape = PartialShape{2, 2}}),
              FailsWith(StatusCode::kInvalidArgument, "shape[0]=2"));
  EXPECT_THAT(ToDense(Tensor::Scalar(1)),
              FailsWith(StatusCode::kInvalidArgument, "scalar"));
}

TEST(ToDense, NamesWhatDoesNotFit) {
  const auto shaped = [](PartialShape shape) {
    return ToDense(Numbers(), {.shape = std::move(shape)});
  };
  EXPECT_THAT(shaped({5}), FailsWith(StatusCode::kInvalidArgument, "rank"));
  EXPECT_THAT(shaped({{}, {}, {}}),
              FailsWith(StatusCode::kInvalidArgument, "2, got 3 sizes"));
  EXPECT_THAT(shaped({{}, -1}),
              FailsWith(StatusCode::kInvalidArgument, "shape[1]=-1"));
  EXPECT_THAT(ToDense(Numbers(), {.default_value = Tensor::Scalar(1.5f)}),
              FailsWith(StatusCode::kInvalidArgument, "int32, got float32"));
  EXPECT_THAT(ToDense(Numbers(), {.default_value = Ints({1}, {1})}),
              FailsWith(StatusCode::kInvalidArgument, "inner shape []"));
  EXPECT_THAT(ToDense(Numbers(), {.default_value = Numbers()}),
              FailsWith(StatusCode::kInvalidArgument, "a ragged tensor"));
  const Tensor pairs = *Tensor::FromRowSplits(Ints({1, 2}, {1, 2}), {0, 1});
  EXPECT_THAT(ToDense(pairs, {.default_value = Ints({1, 2, 3}, {3})}),
              FailsWith(StatusCode::kInvalidArgument, "[2], got [3]"));
  EXPECT_THAT(ToDense(pairs, {.shape = PartialShape{{}, {}, 1}}),
              FailsWith(StatusCode::kInvalidArgument, "shape[2]=1"));
}

TEST(ToDense, RefusesSizesAbove64Bits) {
  for (const PartialShape& shape :
       {PartialShape{kMost, 2},
        PartialShape{int64_t{1} << 32, int64_t{1} << 31}}) {
    EXPECT_THAT(ToDense(Numbers(), {.shape = shape}),
                FailsWith(StatusCode::kInvalidArgument, "64 bits"));
  }
  for (const PartialShape& shape :
       {PartialShape{kMost / 2, 1}, PartialShape{0, kMost}}) {
    EXPECT_EQ(ToDense(Numbers(), {.shape = shape}).status().code(),
              StatusCode::kResourceExhausted);
  }
  const std::vector<std::string_view> words = {"a"};
  const Tensor strings = *Tensor::FromRowSplits(
      Tensor::Vector(StringTensor::FromStrings(words)), {0, 1});
  EXPECT_EQ(ToDense(strings, {.shape = PartialShape{kMost, 1}}).status().code(),
            StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace rowsplit
