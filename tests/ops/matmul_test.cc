#include "rowsplit/ops/matmul.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/visit_dtype.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/elementwise.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Tensor Dense(std::vector<float> values, std::vector<int64_t> shape) {
  return *Tensor::Dense(Buffer<float>::Copy(values), std::move(shape));
}

TEST(Matmul, MultipliesRaggedMatrices) {
  const Tensor a =
      *Tensor::FromRowSplits(Dense({1, 2, 3, 4, 5, 6}, {3, 2}), {0, 1, 3});
  const auto result = Matmul(a, Dense({1, 0, 0, 2, 1, 0, 0, 2}, {2, 2, 2}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->items<float>(), ElementsAre(1, 4, 3, 8, 5, 12));
  EXPECT_EQ(result->partition(0), a.partition(0));
  EXPECT_THAT(result->flat_shape(), ElementsAre(3, 2));
  // With b's ragged rows as columns, these are a ragged axis too.
  const auto gram = Matmul(a, a, {.transpose_b = true});
  ASSERT_TRUE(gram.ok()) << gram.status();
  EXPECT_THAT(gram->items<float>(), ElementsAre(5, 25, 39, 39, 61));
  EXPECT_THAT(gram->partition(1).row_splits(), ElementsAre(0, 1, 3, 5));
}

TEST(Matmul, GivesDenseMatricesForRankTwo) {
  const Tensor a = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<float>{1, 2, 3, 4}), {0, 2, 4});
  const auto result = Matmul(a, Dense({1, 1}, {2, 1}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(*result, Dense({3, 7}, {2, 1}));
  const Tensor uneven = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<float>{1, 2, 3, 4}), {0, 1, 4});
  EXPECT_THAT(Matmul(uneven, Dense({1, 1}, {2, 1})).status().message(),
              HasSubstr("row 0 of a has 1 values and row 1 has 3"));
}

TEST(Matmul, BroadcastsDenseBatches) {
  const auto result =
      Matmul(Dense({1, 2}, {1, 2}), Dense({1, 2, 3, 4, 5, 6}, {3, 2, 1}));
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(*result, Dense({5, 11, 17}, {3, 1, 1}));
  EXPECT_EQ(*Matmul(Dense({}, {2, 0}), Dense({}, {0, 3})),
            Dense({0, 0, 0, 0, 0, 0}, {2, 3}));
  EXPECT_EQ(Matmul(Dense({}, {0, 2, 3}), Dense({}, {0, 3, 4}))->flat_shape(),
            (std::vector<int64_t>{0, 2, 4}));
}

TEST(Matmul, KeepsOuterBatchAxes) {
  const Tensor a = *Tensor::FromRowSplits(
      Dense(std::vector<float>(6, 1), {3, 2, 1}), {0, 1, 3});
  const Tensor b = *Tensor::FromRowSplits(
      Dense(std::vector<float>(12, 1), {3, 1, 4}), {0, 1, 3});
  const auto result = Matmul(a, b);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->ragged_rank(), 1);
  EXPECT_THAT(result->flat_shape(), ElementsAre(3, 2, 4));
  const Tensor other = *Tensor::FromRowSplits(b.flat_values(), {0, 2, 3});
  EXPECT_THAT(Matmul(a, other).status().message(),
              HasSubstr("row 0 of axis 1 has 1 in a and 2 in b"));
}

// The plain product, in the integers without a sign, or in the floats.
template <typename T>
std::vector<T> Plain(const T* a, const T* b, int64_t rows, int64_t inner,
                     int64_t columns, const MatmulOptions& options) {
  std::vector<T> out;
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) {
      T sum = 0;
      for (int64_t k = 0; k < inner; ++k) {
        const T x = options.transpose_a ? a[k * rows + i] : a[i * inner + k];
        const T y = options.transpose_b ? b[j * inner + k] : b[k * columns + j];
        sum = static_cast<T>(sum + x * y);
      }
      out.push_back(sum);
    }
  }
  return out;
}

// Matrices of random sizes; numbers small enough to be exact in every dtype.
TEST(Matmul, AgreesWithThePlainProduct) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const DType dtypes[] = {DType::kInt8,   DType::kInt32,   DType::kInt64,
                          DType::kUInt16, DType::kFloat32, DType::kFloat64};
  for (int round = 0; round < 120; ++round) {
    const MatmulOptions options{.transpose_a = round % 2 == 1,
                                .transpose_b = round % 4 >= 2,
                                .exec = {.num_threads = 1 + round % 3}};
    std::vector<int64_t> a_lengths, a_rows, b_lengths, b_rows, expected;
    std::vector<int64_t> a_values, b_values;
    const uint64_t most = round % 10 == 0 ? 70 : 9;
    for (uint64_t m = testing::Below(random, 6); m > 0; --m) {
      const auto rows = static_cast<int64_t>(1 + testing::Below(random, most));
      const auto inner = static_cast<int64_t>(1 + testing::Below(random, most));
      const auto columns =
          static_cast<int64_t>(1 + testing::Below(random, most));
      const auto add = [&](std::vector<int64_t>& lengths,
                           std::vector<int64_t>& row_lengths,
                           std::vector<int64_t>& values, int64_t r, int64_t c) {
        lengths.push_back(r);
        row_lengths.insert(row_lengths.end(), r, c);
        for (int64_t i = 0; i < r * c; ++i)
          values.push_back(static_cast<int64_t>(testing::Below(random, 5)));
      };
      const size_t a_begin = a_values.size();
      const size_t b_begin = b_values.size();
      add(a_lengths, a_rows, a_values, options.transpose_a ? inner : rows,
          options.transpose_a ? rows : inner);
      add(b_lengths, b_rows, b_values, options.transpose_b ? columns : inner,
          options.transpose_b ? inner : columns);
      const auto product =
          Plain(a_values.data() + a_begin, b_values.data() + b_begin, rows,
                inner, columns, options);
      expected.insert(expected.end(), product.begin(), product.end());
    }
    const auto make = [](const std::vector<int64_t>& lengths,
                         const std::vector<int64_t>& row_lengths,
                         const std::vector<int64_t>& values) {
      return *Tensor::FromPartitions(
          {*RowPartition::FromRowLengths(lengths),
           *RowPartition::FromRowLengths(row_lengths)},
          Tensor::Vector(Buffer<int64_t>::Copy(values)));
    };
    const Tensor a = make(a_lengths, a_rows, a_values);
    const Tensor b = make(b_lengths, b_rows, b_values);
    const Tensor flat = Tensor::Vector(Buffer<int64_t>::Copy(expected));
    for (const DType dtype : dtypes) {
      const auto result = Matmul(*Cast(a, dtype), *Cast(b, dtype), options);
      ASSERT_TRUE(result.ok()) << result.status();
      ASSERT_EQ(result->flat_values(), *Cast(flat, dtype)) << DTypeName(dtype);
    }
  }
}

TEST(Matmul, RefusesWhatDoesNotFit) {
  const Tensor a = Dense({1, 2, 3, 4}, {2, 2});
  const Tensor ragged = *Tensor::FromRowSplits(a, {0, 1, 2});
  EXPECT_THAT(Matmul(a, *Cast(a, DType::kInt32)).status().message(),
              HasSubstr("got float32 and int32"));
  EXPECT_THAT(Matmul(a, Dense({1, 2}, {2})).status().message(),
              HasSubstr("rank of 2 or more"));
  EXPECT_THAT(Matmul(ragged, a).status().message(), HasSubstr("got 3 and 2"));
  EXPECT_THAT(Matmul(a, Dense({1, 2, 3}, {3, 1})).status().message(),
              HasSubstr("inner sizes differ: 2 and 3"));
  EXPECT_THAT(Matmul(ragged, Dense({1, 2}, {1, 2, 1})).status().message(),
              HasSubstr("a has 2 rows, b has 1"));
  EXPECT_FALSE(
      Matmul(Dense({1, 2}, {2, 1, 1}), Dense({1, 2, 3}, {3, 1, 1})).ok());
  const Tensor half = *Cast(a, DType::kFloat16);
  EXPECT_THAT(Matmul(half, half).status().message(),
              HasSubstr("not defined for float16"));
  EXPECT_FALSE(Matmul(Tensor::Scalar(1.0F), a).ok());
}

TEST(Matmul, DoesNotWalkOverMatricesWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor many = *Tensor::Dense(Buffer<float>(), {kHuge, 0, 3});
  EXPECT_EQ(*Matmul(many, many, {.transpose_b = true}),
            *Tensor::Dense(Buffer<float>(), {kHuge, 0, 0}));
  const Tensor tall = *Tensor::Dense(Buffer<float>(), {kHuge, 0});
  EXPECT_EQ(*Matmul(tall, tall, {.transpose_a = true}),
            *Tensor::Dense(Buffer<float>(), {0, 0}));
  const Tensor ragged = *Tensor::FromRowSplits(many, {0, 1, kHuge});
  const auto products = Matmul(ragged, ragged, {.transpose_b = true});
  ASSERT_TRUE(products.ok()) << products.status();
  EXPECT_THAT(products->flat_shape(), ElementsAre(kHuge, 0, 0));
  EXPECT_FALSE(Matmul(ragged, ragged).ok());
}

}  // namespace
}  // namespace rowsplit
