#include "rowsplit/ops/reduce_axes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/coordinates.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Coordinates;
using ::rowsplit::testing::CoordinatesOf;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::GroupsAlong;
using ::rowsplit::testing::SmallTensors;
using ::testing::ElementsAre;
using Axes = std::vector<int>;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kHuge = std::numeric_limits<float>::max();

template <typename T>
Tensor Ragged(Buffer<T> values, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values)), splits);
}

// [[3, 1, 4], [], [1, 5]]
Tensor Numbers() {
  return Ragged(Buffer<int32_t>{3, 1, 4, 1, 5}, {0, 3, 3, 5});
}

template <typename T>
std::vector<T> Items(const absl::StatusOr<Tensor>& tensor) {
  EXPECT_TRUE(tensor.ok()) << tensor.status();
  if (!tensor.ok()) return {};
  EXPECT_EQ(tensor->dtype(), kDTypeOf<T>);
  return {tensor->items<T>().begin(), tensor->items<T>().end()};
}

// All subsets of the axes.
std::vector<Axes> AllAxes(int rank) {
  std::vector<Axes> all;
  for (int bits = 0; bits < (1 << rank); ++bits) {
    Axes axes;
    for (int axis = 0; axis < rank; ++axis)
      if ((bits >> axis & 1) != 0) axes.push_back(axis);
    all.push_back(axes);
  }
  return all;
}

double Model(ReduceOp op, const std::vector<double>& values) {
  double result = 0;
  const auto count = static_cast<double>(values.size());
  switch (op) {
    case ReduceOp::kProd:
      result = 1;
      for (const double value : values) result *= value;
      return result;
    case ReduceOp::kMax:
      return *std::max_element(values.begin(), values.end());
    case ReduceOp::kMin:
      return *std::min_element(values.begin(), values.end());
    case ReduceOp::kLogSumExp:
      for (const double value : values) result += std::exp(value);
      return std::log(result);
    case ReduceOp::kVariance:
    case ReduceOp::kStd: {
      const double mean = Model(ReduceOp::kSum, values) / count;
      for (const double value : values)
        result += (value - mean) * (value - mean);
      result /= count;
      return op == ReduceOp::kStd ? std::sqrt(result) : result;
    }
    default:
      for (const double value : values) result += value;
      return op == ReduceOp::kMean ? result / count : result;
  }
}

// The model's groups are there with their values, and what is there besides is
// the op's value for none.
void ExpectModel(const Tensor& input, ReduceOp op, const Axes& axes,
                 bool keepdims) {
  const auto result = Reduce(input, op, {.axes = axes, .keepdims = keepdims});
  ASSERT_TRUE(result.ok()) << result.status();
  const auto groups = GroupsAlong<double>(input, axes, keepdims);
  const std::vector<Coordinates> coordinates = CoordinatesOf(*result);
  size_t found = 0;
  for (size_t i = 0; i < coordinates.size(); ++i) {
    const double got = result->items<double>()[i];
    const auto group = groups.find(coordinates[i]);
    if (group != groups.end()) {
      ++found;
      const double want = Model(op, group->second);
      EXPECT_NEAR(got, want, 1e-9 * std::max(1.0, std::abs(want)));
    } else if (op == ReduceOp::kSum) {
      EXPECT_EQ(got, 0);
    } else if (op == ReduceOp::kProd) {
      EXPECT_EQ(got, 1);
    } else if (op == ReduceOp::kMax) {
      EXPECT_LE(got, std::numeric_limits<double>::lowest());
    } else if (op == ReduceOp::kMin) {
      EXPECT_GE(got, std::numeric_limits<double>::max());
    } else if (op == ReduceOp::kLogSumExp) {
      EXPECT_EQ(got, -std::numeric_limits<double>::infinity());
    } else {
      EXPECT_TRUE(std::isnan(got));
    }
  }
  EXPECT_EQ(found, groups.size());
}

TEST(ReduceAxes, EqualsAModelOverAllAxesOfAllShapes) {
  for (const Tensor& input : SmallTensors<double>(testing::Seed())) {
    for (const Axes& axes : AllAxes(input.rank())) {
      for (const bool keepdims : {false, true}) {
        SCOPED_TRACE("ragged rank " + std::to_string(input.ragged_rank()) +
                     ", rank " + std::to_string(input.rank()) + ", axes " +
                     ::testing::PrintToString(axes));
        for (const ReduceOp op :
             {ReduceOp::kSum, ReduceOp::kProd, ReduceOp::kMean, ReduceOp::kMax,
              ReduceOp::kMin, ReduceOp::kVariance, ReduceOp::kStd,
              ReduceOp::kLogSumExp}) {
          ExpectModel(input, op, axes, keepdims);
        }
      }
    }
  }
}

template <typename T>
void ExpectLikeDouble(uint64_t seed) {
  const std::vector<Tensor> inputs = SmallTensors<T>(seed);
  const std::vector<Tensor> doubles = SmallTensors<double>(seed);
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (const ReduceOp op : {ReduceOp::kSum, ReduceOp::kMean}) {
      // The mean of integers in a dense tensor is another.
      if (op == ReduceOp::kMean && !inputs[i].is_ragged()) continue;
      const auto got = Reduce(inputs[i], op, {.axes = {{0}}});
      const auto expected = Reduce(doubles[i], op, {.axes = {{0}}});
      ASSERT_TRUE(got.ok() && expected.ok());
      for (int64_t item = 0; item < expected->num_items(); ++item) {
        const double want = expected->items<double>()[item];
        if (op == ReduceOp::kSum) {
          EXPECT_EQ(got->items<T>()[item], static_cast<T>(want));
        } else if (got->dtype() == DType::kFloat32) {
          EXPECT_FLOAT_EQ(got->items<float>()[item], static_cast<float>(want));
        } else {
          EXPECT_DOUBLE_EQ(got->items<double>()[item], want);
        }
      }
    }
  }
}

TEST(ReduceAxes, TakesEveryNumber) {
  const uint64_t seed = testing::Seed();
  ExpectLikeDouble<int8_t>(seed);
  ExpectLikeDouble<int16_t>(seed);
  ExpectLikeDouble<int32_t>(seed);
  ExpectLikeDouble<int64_t>(seed);
  ExpectLikeDouble<uint8_t>(seed);
  ExpectLikeDouble<uint16_t>(seed);
  ExpectLikeDouble<uint32_t>(seed);
  ExpectLikeDouble<uint64_t>(seed);
  ExpectLikeDouble<float>(seed);
}

TEST(ReduceAxes, GivesTheExamplesOfTheHeader) {
  EXPECT_THAT(
      Items<int32_t>(Reduce(Numbers(), ReduceOp::kSum, {.axes = {{1}}})),
      ElementsAre(8, 0, 6));
  EXPECT_THAT(
      Items<int32_t>(Reduce(Numbers(), ReduceOp::kSum, {.axes = {{0}}})),
      ElementsAre(4, 6, 4));
  EXPECT_THAT(Items<int32_t>(Reduce(Numbers(), ReduceOp::kMax)),
              ElementsAre(5));
  EXPECT_THAT(
      Items<double>(Reduce(Numbers(), ReduceOp::kMean, {.axes = {{-1}}})),
      ElementsAre(8.0 / 3, ::testing::IsNan(), 3));
}

TEST(ReduceAxes, KeepsDimensionsAsTensorFlowDoes) {
  const Tensor deep = *Tensor::FromRowSplits(Numbers(), {0, 2, 3});
  const auto middle =
      Reduce(deep, ReduceOp::kSum, {.axes = {{1}}, .keepdims = true});
  EXPECT_EQ(*middle,
            *Tensor::FromRowSplits(
                Ragged(Buffer<int32_t>{3, 1, 4, 1, 5}, {0, 3, 5}), {0, 1, 2}));
  const auto outer =
      Reduce(deep, ReduceOp::kSum, {.axes = {{0}}, .keepdims = true});
  EXPECT_EQ(*outer, *Tensor::FromRowSplits(
                        Ragged(Buffer<int32_t>{4, 6, 4}, {0, 3, 3}), {0, 2}));
  const auto inner =
      Reduce(deep, ReduceOp::kSum, {.axes = {{2}}, .keepdims = true});
  EXPECT_EQ(*inner,
            *Tensor::FromRowSplits(
                *Tensor::Dense(Buffer<int32_t>{8, 0, 6}, {3, 1}), {0, 2, 3}));
  const auto all = Reduce(deep, ReduceOp::kSum, {.keepdims = true});
  EXPECT_EQ(*all, *Tensor::Dense(Buffer<int32_t>{14}, {1, 1, 1}));
  // With an inner shape one dimension more comes out, as it does there.
  const Tensor pairs = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int32_t>{1, 2}, {1, 2}), {0, 1});
  EXPECT_EQ(Reduce(pairs, ReduceOp::kSum, {.keepdims = true})->flat_shape(),
            (std::vector<int64_t>{1, 1, 1, 1}));
}

TEST(ReduceAxes, SettlesNaNByTheAxis) {
  const Tensor input = Ragged(Buffer<float>{kNaN, 1, 1, kNaN}, {0, 2, 4, 4});
  EXPECT_THAT(Items<float>(Reduce(input, ReduceOp::kMax, {.axes = {{1}}})),
              ElementsAre(1, ::testing::IsNan(), -kHuge));
  EXPECT_THAT(Items<float>(Reduce(input, ReduceOp::kMin, {.axes = {{0}}})),
              ElementsAre(1, ::testing::IsNan()));
  // Over all axes, and in dense tensors, a NaN stays.
  EXPECT_THAT(Items<float>(Reduce(input, ReduceOp::kMax)),
              ElementsAre(::testing::IsNan()));
  const Tensor dense =
      *Tensor::Dense(Buffer<float>{kNaN, 1, 1, 2, -kInf, -kInf}, {3, 2});
  EXPECT_THAT(Items<float>(Reduce(dense, ReduceOp::kMax, {.axes = {{1}}})),
              ElementsAre(::testing::IsNan(), 2, -kInf));
  EXPECT_THAT(Items<float>(Reduce(dense, ReduceOp::kMin, {.axes = {{0}}})),
              ElementsAre(::testing::IsNan(), -kInf));
}

TEST(ReduceAxes, GivesInfinitiesForNoValueAtAll) {
  const Tensor none = Ragged(Buffer<float>{}, {0, 0});
  EXPECT_THAT(Items<float>(Reduce(none, ReduceOp::kMax)), ElementsAre(-kInf));
  EXPECT_THAT(Items<float>(Reduce(none, ReduceOp::kMin)), ElementsAre(kInf));
  EXPECT_THAT(Items<float>(Reduce(none, ReduceOp::kMax, {.axes = {{1}}})),
              ElementsAre(-kHuge));
  EXPECT_THAT(Items<float>(Reduce(none, ReduceOp::kSum, {.axes = {{0}}})),
              ElementsAre());
}

TEST(ReduceAxes, ComputesVarianceStably) {
  const Tensor input = Ragged(Buffer<float>{10000, 10001, 10002, 5}, {0, 3, 4});
  const auto by_row =
      Items<float>(Reduce(input, ReduceOp::kVariance, {.axes = {{1}}}));
  EXPECT_NEAR(by_row[0], 2.0 / 3, 1e-6);
  EXPECT_EQ(by_row[1], 0);
  const Tensor column =
      Ragged(Buffer<float>{10000, 10001, 10002}, {0, 1, 2, 3});
  EXPECT_NEAR(Items<float>(Reduce(column, ReduceOp::kStd, {.axes = {{0}}}))[0],
              std::sqrt(2.0 / 3), 1e-6);
}

TEST(ReduceAxes, WrapsIntegersButNotTheirMeans) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const Tensor input = Ragged(Buffer<int64_t>{kMost, kMost}, {0, 1, 2});
  EXPECT_THAT(Items<int64_t>(Reduce(input, ReduceOp::kSum, {.axes = {{0}}})),
              ElementsAre(-2));
  EXPECT_THAT(Items<int64_t>(Reduce(input, ReduceOp::kProd)), ElementsAre(1));
  EXPECT_THAT(Items<double>(Reduce(input, ReduceOp::kMean, {.axes = {{0}}})),
              ElementsAre(static_cast<double>(kMost)));
  const Tensor dense = Tensor::Vector(Buffer<int8_t>{100, 101});
  EXPECT_THAT(Items<int8_t>(Reduce(dense, ReduceOp::kMean)), ElementsAre(100));
  const Tensor below = Tensor::Vector(Buffer<int32_t>{-3, -4});
  EXPECT_THAT(Items<int32_t>(Reduce(below, ReduceOp::kMean)), ElementsAre(-3));
  EXPECT_THAT(Items<float>(Reduce(Ragged(Buffer<int8_t>{1, 2}, {0, 2}),
                                  ReduceOp::kMean)),
              ElementsAre(1.5F));
}

TEST(ReduceAxes, TestsAnyAndAll) {
  const Tensor bools = Ragged(Buffer<bool>{true, false, true}, {0, 2, 2, 3});
  EXPECT_THAT(Items<bool>(Reduce(bools, ReduceOp::kAny, {.axes = {{1}}})),
              ElementsAre(true, false, true));
  EXPECT_THAT(Items<bool>(Reduce(bools, ReduceOp::kAll, {.axes = {{1}}})),
              ElementsAre(false, true, true));
  EXPECT_THAT(Items<bool>(Reduce(bools, ReduceOp::kAll, {.axes = {{0}}})),
              ElementsAre(true, false));
  // Numbers that a sum or a cast would turn to 0.
  EXPECT_THAT(Items<bool>(Reduce(Ragged(Buffer<int32_t>{1, -1}, {0, 2}),
                                 ReduceOp::kAny)),
              ElementsAre(true));
  EXPECT_THAT(Items<bool>(Reduce(Ragged(Buffer<float>{0.5F, 0}, {0, 1, 2}),
                                 ReduceOp::kAny, {.axes = {{1}}})),
              ElementsAre(true, false));
}

TEST(ReduceAxes, AddsUpExponentsOfAnySize) {
  const Tensor input =
      Ragged(Buffer<float>{1000, 1000, -1000, -1000, -kInf, kInf, kNaN},
             {0, 2, 4, 4, 5, 6, 7});
  EXPECT_THAT(
      Items<float>(Reduce(input, ReduceOp::kLogSumExp, {.axes = {{1}}})),
      ElementsAre(::testing::FloatEq(1000.6931F),
                  ::testing::FloatEq(-999.30685F), -kInf, -kInf, kInf,
                  ::testing::IsNan()));
}

TEST(ReduceAxes, AddsTheInitialValueToEveryGroup) {
  const ReduceAxesOptions options{.axes = {{1}}, .initial = 2};
  EXPECT_THAT(Items<int32_t>(Reduce(Numbers(), ReduceOp::kSum, options)),
              ElementsAre(10, 2, 8));
  EXPECT_THAT(Items<int32_t>(Reduce(Numbers(), ReduceOp::kProd, options)),
              ElementsAre(24, 2, 10));
  EXPECT_THAT(Items<int32_t>(Reduce(Numbers(), ReduceOp::kMax, options)),
              ElementsAre(4, 2, 5));
  EXPECT_THAT(Items<int32_t>(Reduce(Numbers(), ReduceOp::kMin, options)),
              ElementsAre(1, 2, 1));
  EXPECT_THAT(Items<float>(Reduce(Ragged(Buffer<float>{2}, {0, 1, 1}),
                                  ReduceOp::kLogSumExp, options)),
              ElementsAre(::testing::FloatEq(2.6931472F), 2));
  // An infinity counts too.
  EXPECT_THAT(
      Items<float>(Reduce(Ragged(Buffer<float>{2}, {0, 1, 1}), ReduceOp::kMax,
                          {.axes = {{1}}, .initial = -kInf})),
      ElementsAre(2, -kInf));
  EXPECT_THAT(
      Items<float>(Reduce(
          *Tensor::FromRowSplits(Ragged(Buffer<float>{2}, {0, 1}), {0, 0, 1}),
          ReduceOp::kMax, {.axes = {{1}}, .initial = -kInf})),
      ElementsAre(2));
  EXPECT_THAT(Reduce(Numbers(), ReduceOp::kSum, {.initial = 0.5}),
              FailsWith(absl::StatusCode::kInvalidArgument, "int32"));
  EXPECT_THAT(Reduce(Numbers(), ReduceOp::kSum, {.initial = 0x1p31}),
              FailsWith(absl::StatusCode::kInvalidArgument, "initial"));
  EXPECT_THAT(Reduce(Numbers(), ReduceOp::kSum, {.initial = kNaN}),
              FailsWith(absl::StatusCode::kInvalidArgument, "initial"));
  EXPECT_THAT(Reduce(Numbers(), ReduceOp::kMean, {.initial = 1}),
              FailsWith(absl::StatusCode::kInvalidArgument, "no initial"));
}

TEST(ReduceAxes, RefusesBadAxes) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(Reduce(Numbers(), ReduceOp::kSum, {.axes = {{2}}}),
              FailsWith(kInvalid,
                        "reduce_sum: axis=2 out of bounds: expected "
                        "-2<=axis<2"));
  EXPECT_THAT(Reduce(Numbers(), ReduceOp::kMax, {.axes = {{1, -3}}}),
              FailsWith(kInvalid, "axis=-3"));
  EXPECT_THAT(Reduce(Numbers(), ReduceOp::kMax, {.axes = {{1, -1}}}),
              FailsWith(kInvalid, "axis -1 is given twice"));
  EXPECT_THAT(Reduce(Tensor::Scalar(1.0F), ReduceOp::kMax, {.axes = {{0}}}),
              FailsWith(kInvalid, "scalar"));
  EXPECT_THAT(Items<float>(Reduce(Tensor::Scalar(1.0F), ReduceOp::kMax)),
              ElementsAre(1));
}

TEST(ReduceAxes, RefusesOtherDTypes) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const Tensor bools = Ragged(Buffer<bool>{true}, {0, 1});
  const Tensor halves = Ragged(Buffer<Float16>{Float16{}}, {0, 1});
  const Tensor words = *Tensor::FromRowSplits(
      Tensor::Vector(StringTensor::FromStrings({})), {0, 0});
  for (const ReduceOp op :
       {ReduceOp::kSum, ReduceOp::kProd, ReduceOp::kMean, ReduceOp::kMax,
        ReduceOp::kMin, ReduceOp::kAny, ReduceOp::kAll, ReduceOp::kVariance,
        ReduceOp::kStd, ReduceOp::kLogSumExp}) {
    const std::string name(ReduceOpName(op));
    EXPECT_THAT(Reduce(words, op), FailsWith(kInvalid, name));
    EXPECT_THAT(Reduce(halves, op), FailsWith(kInvalid, "float16"));
    if (op != ReduceOp::kAny && op != ReduceOp::kAll) {
      EXPECT_THAT(Reduce(bools, op), FailsWith(kInvalid, "bool"));
    } else {
      EXPECT_THAT(Reduce(Tensor::Scalar(1.0F), op),
                  FailsWith(kInvalid, "dense"));
    }
  }
  EXPECT_THAT(Reduce(Numbers().flat_values(), ReduceOp::kVariance),
              FailsWith(kInvalid, "int32"));
  EXPECT_THAT(Reduce(Numbers(), ReduceOp::kLogSumExp),
              FailsWith(kInvalid, "int32"));
}

TEST(ReduceAxes, IsTheSameForAnyNumberOfThreads) {
  const Tensor input = *Tensor::FromRowSplits(
      Tensor::Vector(testing::SmallNumbers<float>(100'000, 3)), [] {
        std::vector<Offset> splits;
        for (Offset i = 0; i <= 100'000; i += 5) splits.push_back(i);
        return splits;
      }());
  for (const ReduceOp op : {ReduceOp::kSum, ReduceOp::kMean, ReduceOp::kMax,
                            ReduceOp::kVariance, ReduceOp::kLogSumExp}) {
    const auto one =
        Reduce(input, op, {.axes = {{1}}, .exec = {.num_threads = 1}});
    const auto four =
        Reduce(input, op, {.axes = {{1}}, .exec = {.num_threads = 4}});
    EXPECT_EQ(*one, *four);
  }
}

TEST(ReduceAxes, StopsWhenCancelled) {
  CancellationToken token;
  token.Cancel();
  for (const int axis : {0, 1}) {
    EXPECT_EQ(Reduce(Numbers(), ReduceOp::kSum,
                     {.axes = {{axis}}, .exec = {.cancellation = &token}})
                  .status()
                  .code(),
              absl::StatusCode::kCancelled);
  }
}

TEST(ReduceAxes, DoesNotWalkOverValuesWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor hollow = *Tensor::Dense(Buffer<float>(), {kHuge, 0});
  const Tensor ragged = *Tensor::FromRowSplits(hollow, {0, 1, kHuge});
  const Tensor deep = *Tensor::Dense(Buffer<float>(), {kHuge, 5, 0});
  for (const ReduceOp op : {ReduceOp::kSum, ReduceOp::kMax, ReduceOp::kMean,
                            ReduceOp::kVariance, ReduceOp::kLogSumExp}) {
    EXPECT_THAT(Reduce(hollow, op, {.axes = {{0}}})->flat_shape(),
                ElementsAre(0));
    EXPECT_THAT(Reduce(ragged, op, {.axes = {{1}}})->flat_shape(),
                ElementsAre(2, 0));
    EXPECT_THAT(Reduce(deep, op, {.axes = {{1}}})->flat_shape(),
                ElementsAre(kHuge, 0));
    EXPECT_THAT(Reduce(deep, op, {.axes = {{0, 1}}})->flat_shape(),
                ElementsAre(0));
  }
}

}  // namespace
}  // namespace rowsplit
