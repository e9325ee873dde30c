#include "rowsplit/ops/softmax.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/elementwise.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <typename T>
Tensor Flat(std::vector<T> values) {
  return Tensor::Vector(Buffer<T>::Copy(values));
}

TEST(Softmax, WeighsEachRow) {
  const Tensor x =
      *Tensor::FromRowSplits(Flat<float>({1, 1, 0, 1000}), {0, 2, 2, 4});
  const auto result = Softmax(x);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->items<float>(), ElementsAre(0.5F, 0.5F, 0.0F, 1.0F));
  EXPECT_EQ(result->partition(0), x.partition(0));
  EXPECT_EQ(*Softmax(x, 1), *result);
}

TEST(Softmax, IsNanWhereNothingIsRight) {
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor x = *Tensor::FromRowSplits(
      Flat<float>({inf, 1, -inf, -inf, NAN, 0, 0, NAN}), {0, 2, 4, 6, 8});
  const Tensor nan = *Unary(UnaryOp::kIsNan, *Softmax(x));
  EXPECT_THAT(nan.items<bool>(), Each(true));
  EXPECT_THAT(Softmax(*Tensor::FromRowSplits(Flat<float>({-inf, 0}), {0, 2}))
                  ->items<float>(),
              ElementsAre(0, 1));
}

// One weight at a time, in long double.
template <typename T>
void ExpectSoftmax(std::span<const T> x, std::span<const T> got, int64_t begin,
                   int64_t end, int64_t width, double tolerance) {
  for (int64_t c = 0; c < width; ++c) {
    long double sum = 0;
    for (int64_t i = begin; i < end; ++i)
      sum += std::exp(static_cast<long double>(x[i * width + c]));
    for (int64_t i = begin; i < end; ++i) {
      const auto expected = static_cast<double>(
          std::exp(static_cast<long double>(x[i * width + c])) / sum);
      ASSERT_NEAR(static_cast<double>(got[i * width + c]), expected,
                  expected * tolerance + 1e-30);
    }
  }
}

TEST(Softmax, AgreesWithTheReferenceForAllRaggedCases) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const testing::RaggedCase& rows : testing::RaggedCases(1)) {
    SCOPED_TRACE(rows.name);
    std::vector<Offset> splits;
    for (const Offset split : rows.splits)
      splits.push_back(split - rows.splits.front());
    for (const int64_t width : {1, 3}) {
      std::vector<float> values;
      for (int64_t i = 0; i < splits.back() * width; ++i) {
        values.push_back(
            static_cast<float>(testing::Below(random, 4'000)) / 100 - 20);
      }
      const Tensor flat = width == 1
                              ? Flat(values)
                              : *Tensor::Dense(Buffer<float>::Copy(values),
                                               {splits.back(), width});
      const Tensor x = *Tensor::FromRowSplits(flat, splits);
      const Tensor wide = *Cast(x, DType::kFloat64);
      const auto one = Softmax(x, 1, {.exec = {.num_threads = 1}});
      const auto four = Softmax(x, 1, {.exec = {.num_threads = 4}});
      const auto of64 = Softmax(wide, 1);
      ASSERT_TRUE(one.ok() && four.ok() && of64.ok()) << one.status();
      EXPECT_EQ(*one, *four);
      for (size_t row = 0; row + 1 < splits.size(); ++row) {
        ExpectSoftmax<float>(x.items<float>(), one->items<float>(), splits[row],
                             splits[row + 1], width, 1e-4);
        ExpectSoftmax<double>(wide.items<double>(), of64->items<double>(),
                              splits[row], splits[row + 1], width, 1e-12);
      }
    }
  }
}

TEST(Softmax, WorksAlongInnerAndDenseAxes) {
  const Tensor table = *Tensor::Dense(Buffer<double>{0, 0, 0, 0, 0, 0}, {2, 3});
  EXPECT_THAT(Softmax(table, 0)->items<double>(), Each(0.5));
  EXPECT_THAT(Softmax(table, -1)->items<double>(), Each(1.0 / 3));
  const Tensor ragged = *Tensor::FromRowSplits(table, {0, 1, 2});
  EXPECT_THAT(Softmax(ragged, 2)->items<double>(), Each(1.0 / 3));
  EXPECT_THAT(Softmax(ragged, 1)->items<double>(), Each(1.0));
  EXPECT_EQ(Softmax(*Tensor::Dense(Buffer<float>(), {3, 0}))->num_items(), 0);
  EXPECT_EQ(Softmax(*Tensor::Dense(Buffer<float>(), {0, 3}), 0)->num_items(),
            0);
}

TEST(Softmax, WorksAlongOuterAxesWhereTheRowsMatch) {
  const Tensor rows =
      *Tensor::FromRowSplits(Flat<double>({1, 900, 1, 0}), {0, 2, 2, 4, 4});
  const Tensor x = *Tensor::FromRowSplits(rows, {0, 2, 4});
  const auto result = Softmax(x, 0);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(result->items<double>(), ElementsAre(0.5, 1, 0.5, 0));
  EXPECT_EQ(result->partition(1), x.partition(1));
  const Tensor one = *Tensor::FromRowSplits(Flat<double>({1, 900}), {0, 2});
  EXPECT_THAT(Softmax(one, 0)->items<double>(), Each(1));
  const auto status = Softmax(rows, -2).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("along axis 0"));
}

TEST(Softmax, RefusesOtherAxesAndDtypes) {
  const Tensor x = *Tensor::FromRowSplits(Flat<float>({1, 2}), {0, 1, 2});
  EXPECT_THAT(Softmax(x, 2).status().message(), HasSubstr("in [-2, 2)"));
  EXPECT_FALSE(Softmax(Tensor::Scalar(1.0F)).ok());
  EXPECT_THAT(Softmax(Flat<int32_t>({1})).status().message(),
              HasSubstr("not defined for int32"));
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(Softmax(x, -1, {.exec = {.cancellation = &token}}).status().code(),
            absl::StatusCode::kCancelled);
}

TEST(Softmax, DoesNotWalkOverValuesWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor hollow = *Tensor::Dense(Buffer<float>(), {kHuge, 0});
  const Tensor ragged = *Tensor::FromRowSplits(hollow, {0, 1, kHuge});
  EXPECT_EQ(*Softmax(hollow, 0), hollow);
  EXPECT_EQ(*Softmax(ragged, 1), ragged);
}

}  // namespace
}  // namespace rowsplit
