#include "rowsplit/ops/from_dense.h"

#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ops/select_rows.h"
#include "rowsplit/ops/to_dense.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using absl::StatusCode;
using testing::FailsWith;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Tensor Ints(Buffer<int32_t> items, std::vector<int64_t> shape) {
  return *Tensor::Dense(std::move(items), std::move(shape));
}
Tensor Matrix() { return Ints({5, 7, 0, 0, 3, 0, 6, 0, 0}, {3, 3}); }
Tensor Cube() { return Ints({1, 0, 1, 1, 2, 2, 2, 1, 0, 0, 0, 0}, {2, 3, 2}); }
Tensor Rows(Buffer<int32_t> values, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values)), splits);
}

TEST(FromDense, KeepsWholeRowsAndTheirMemory) {
  const Tensor matrix = Matrix();
  const auto rows = FromDense(matrix);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(*rows, Rows({5, 7, 0, 0, 3, 0, 6, 0, 0}, {0, 3, 6, 9}));
  EXPECT_EQ(rows->bytes().data(), matrix.bytes().data());
  const auto deep = FromDense(Cube(), {.ragged_rank = 2});
  ASSERT_TRUE(deep.ok()) << deep.status();
  EXPECT_EQ(deep->ragged_rank(), 2);
  EXPECT_EQ(deep->partition(1), *RowPartition::FromRowSplits(
                                    Buffer<Offset>{0, 2, 4, 6, 8, 10, 12}));
  EXPECT_EQ(FromDense(Cube())->inner_shape(), std::vector<int64_t>{2});
}

TEST(FromDense, CutsToTheLengths) {
  const auto with = [](Buffer<int64_t> lengths) {
    return *FromDense(Matrix(), {.lengths = std::move(lengths)});
  };
  EXPECT_EQ(with({1, 0, 3}), Rows({5, 6, 0, 0}, {0, 1, 1, 4}));
  EXPECT_EQ(with({kMost, -kMost, 1}), Rows({5, 7, 0, 6}, {0, 3, 3, 4}));
  EXPECT_EQ(
      *FromDense(Cube(), {.ragged_rank = 2, .lengths = {{1, 2, 0, 2, 0, 0}}}),
      *Tensor::FromPartition(*RowPartition::FromUniformRowLength(3, 2),
                             Rows({1, 1, 1, 2, 1}, {0, 1, 3, 3, 5, 5, 5})));
}

TEST(FromDense, TakesNestedLengths) {
  const FromDenseOptions options = {.nested_lengths = {{3, 1}, {2, 0, 1, 1}}};
  EXPECT_EQ(
      *FromDense(Cube(), options),
      *Tensor::FromRowSplits(Rows({1, 0, 2, 2}, {0, 2, 2, 3, 4}), {0, 3, 4}));
  EXPECT_EQ(*FromDense(Cube(), {.nested_lengths = {{3, 1}}}),
            *Tensor::FromRowSplits(Ints({1, 0, 1, 1, 2, 2, 2, 1}, {4, 2}),
                                   {0, 3, 4}));
}

TEST(FromDense, StripsPadding) {
  EXPECT_EQ(*FromDense(Matrix(), {.padding = Tensor::Scalar(0)}),
            Rows({5, 7, 0, 3, 6}, {0, 2, 4, 5}));
  EXPECT_EQ(*FromDense(Cube(), {.padding = Ints({0, 0}, {2})}),
            *Tensor::FromRowSplits(Ints({1, 0, 1, 1, 2, 2, 2, 1}, {4, 2}),
                                   {0, 3, 4}));
  EXPECT_EQ(
      *FromDense(Cube(), {.ragged_rank = 2, .padding = Tensor::Scalar(0)}),
      *Tensor::FromPartition(
          *RowPartition::FromUniformRowLength(3, 2),
          Rows({1, 1, 1, 2, 2, 2, 1}, {0, 1, 3, 5, 7, 7, 7})));
  const std::vector<std::string_view> words = {"a", "", "b", "", "", ""};
  const std::vector<std::string_view> kept = {"a", "", "b"};
  EXPECT_EQ(*FromDense(*Tensor::Dense(StringTensor::FromStrings(words), {2, 3}),
                       {.padding = Tensor::Scalar(std::string_view())}),
            *Tensor::FromRowSplits(
                Tensor::Vector(StringTensor::FromStrings(kept)), {0, 3, 3}));
}

TEST(FromDense, ComparesPaddingAsNumbers) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto lengths = [](const Tensor& input, const Tensor& padding) {
    const auto rows = FromDense(input, {.padding = padding});
    EXPECT_TRUE(rows.ok()) << rows.status();
    return rows->num_values();
  };
  EXPECT_EQ(lengths(*Tensor::Dense(Buffer<float>{1, nan}, {1, 2}),
                    Tensor::Scalar(nan)),
            2);
  EXPECT_EQ(lengths(*Tensor::Dense(Buffer<float>{1, -0.0f}, {1, 2}),
                    Tensor::Scalar(0.0f)),
            1);
  const auto halves = [&](uint16_t item, uint16_t padding) {
    return lengths(*Tensor::Dense(Buffer<Float16>{{1}, {item}}, {1, 2}),
                   Tensor::Scalar(Float16{padding}));
  };
  EXPECT_EQ(halves(0x8000, 0), 1);
  EXPECT_EQ(halves(0x7e00, 0x7e00), 2);
  EXPECT_EQ(halves(0x7c00, 0x7c00), 1);
  EXPECT_EQ(halves(0x3c00, 0x4000), 2);
  EXPECT_EQ(lengths(*Tensor::Dense(Buffer<BFloat16>{{1}, {0x7fc0}}, {1, 2}),
                    Tensor::Scalar(BFloat16{0x7fc0})),
            2);
}

// FromDense of ToDense is the identity, whatever the padding.
TEST(FromDense, UndoesToDenseForEveryDType) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (const RowPartition& rows : testing::AllPartitions(6, 4)) {
      for (const std::vector<int64_t>& inner :
           std::vector<std::vector<int64_t>>{{}, {3}}) {
        const Tensor input =
            testing::RandomRagged(random, dtype, {rows}, inner);
        const auto dense = ToDense(
            input, {.default_value = testing::RandomDense(random, dtype, {})});
        ASSERT_TRUE(dense.ok()) << dense.status();
        const auto back = FromDense(*dense, {.lengths = rows.MakeRowLengths()});
        ASSERT_TRUE(back.ok()) << back.status();
        EXPECT_EQ(*back, input);
      }
    }
  }
}

TEST(FromDense, UndoesToDenseOfDeepAndSlicedRows) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const auto& shape : testing::DeepShapes(5)) {
    const Tensor all = testing::RandomRagged(
        random, DType::kInt16,
        {shape.partitions().begin(), shape.partitions().end()}, {2});
    for (const Tensor& input : {all, internal::SliceRows(all, 1, 4)}) {
      std::vector<Buffer<int64_t>> lengths;
      for (const RowPartition& partition : input.partitions())
        lengths.push_back(partition.MakeRowLengths());
      const auto dense = ToDense(input);
      ASSERT_TRUE(dense.ok()) << dense.status();
      const auto back = FromDense(*dense, {.nested_lengths = lengths});
      ASSERT_TRUE(back.ok()) << back.status();
      EXPECT_EQ(*back, input);
    }
  }
}

TEST(FromDense, IsTheSameForEveryNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Tensor input = testing::RandomDense(random, DType::kBool, {20'000, 9});
  const FromDenseOptions one = {.padding = Tensor::Scalar(false),
                                .exec = {.num_threads = 1}};
  const FromDenseOptions four = {.padding = Tensor::Scalar(false),
                                 .exec = {.num_threads = 4}};
  EXPECT_EQ(*FromDense(input, one), *FromDense(input, four));
}

TEST(FromDense, TakesAxesOfSizeZero) {
  const Tensor no_rows = Ints({}, {0, 3});
  EXPECT_EQ(FromDense(no_rows)->num_rows(), 0);
  EXPECT_EQ(FromDense(no_rows, {.lengths = Buffer<int64_t>()})->num_rows(), 0);
  EXPECT_EQ(
      FromDense(Ints({}, {2, 0}), {.padding = Tensor::Scalar(0)})->partition(0),
      *RowPartition::FromRowSplits(Buffer<Offset>{0, 0, 0}));
  EXPECT_EQ(
      FromDense(Ints({}, {2, 3, 0}), {.padding = Ints({}, {0})})->partition(0),
      *RowPartition::FromRowSplits(Buffer<Offset>{0, 0, 0}));
  EXPECT_EQ(FromDense(Ints({}, {2, 3, 0}), {.ragged_rank = 2})->num_values(),
            0);
}

TEST(FromDense, NamesWhatDoesNotFit) {
  const auto fails = [](const Tensor& input, const FromDenseOptions& options,
                        const char* part) {
    EXPECT_THAT(FromDense(input, options),
                FailsWith(StatusCode::kInvalidArgument, part));
  };
  fails(Matrix(), {.lengths = {{0, 0, 0}}, .padding = Tensor::Scalar(0)},
        "not both");
  fails(Matrix(), {.ragged_rank = 0}, "1 or more, got 0");
  fails(Matrix(), {.ragged_rank = 3}, "above ragged_rank, 3, got rank 2");
  fails(Ints({1, 2}, {2}), {}, "above ragged_rank, 1, got rank 1");
  fails(Tensor::Scalar(1), {}, "above ragged_rank, 1, got rank 0");
  fails(Rows({1}, {0, 1}), {}, "must be dense");
  fails(Matrix(), {.lengths = {{1, 0}}}, "expected 3, got 2");
  fails(Cube(), {.padding = Tensor::Scalar(0)}, "shape of one value");
  fails(Cube(), {.padding = Ints({0}, {1})}, "shape of one value");
  fails(Matrix(), {.padding = Tensor::Scalar(0.0f)}, "int32, got float32");
  fails(Cube(), {.ragged_rank = 3, .nested_lengths = {{3, 1}, {2, 0, 1, 1}}},
        "number of nested lengths, 2, got 3");
  fails(Cube(), {.nested_lengths = {{1, 2}, {2, 0, 1}}}, "axis 1 has size 3");
  fails(Cube(), {.nested_lengths = {{3, 1}, {2, 0, 1}}}, "expected 4, got 3");
  fails(Cube(), {.nested_lengths = {{3, -1}, {2, 0}}}, "-1");
  fails(Cube(), {.nested_lengths = {{3}}}, "lengths[0]");
}

TEST(FromDense, DoesNotWalkOverValuesWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor hollow = *Tensor::Dense(Buffer<float>(), {1, kHuge, 0});
  const Tensor padding = *Tensor::Dense(Buffer<float>(), {0});
  const auto rows = FromDense(hollow, {.padding = padding});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->partition(0).num_values(), 0);
}

}  // namespace
}  // namespace rowsplit
