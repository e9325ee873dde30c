#include "rowsplit/ops/cumulative.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
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
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::SmallTensors;
using ::testing::ElementsAre;

constexpr CumulativeOp kAllOps[] = {CumulativeOp::kSum, CumulativeOp::kProd,
                                    CumulativeOp::kMax, CumulativeOp::kMin};

template <typename T>
std::vector<T> Items(const absl::StatusOr<Tensor>& tensor) {
  EXPECT_TRUE(tensor.ok()) << tensor.status();
  if (!tensor.ok()) return {};
  EXPECT_EQ(tensor->dtype(), kDTypeOf<T>);
  return {tensor->items<T>().begin(), tensor->items<T>().end()};
}

template <typename T>
Tensor Ragged(Buffer<T> values, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values)), splits);
}

// [[1, 2, 3], [], [4, 5]]
Tensor Numbers() {
  return Ragged(Buffer<int32_t>{1, 2, 3, 4, 5}, {0, 3, 3, 5});
}

double Fold(CumulativeOp op, double a, double b) {
  switch (op) {
    case CumulativeOp::kSum:
      return a + b;
    case CumulativeOp::kProd:
      return a * b;
    case CumulativeOp::kMax:
      return std::max(a, b);
    case CumulativeOp::kMin:
      return std::min(a, b);
  }
  return 0;
}

double Start(CumulativeOp op) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  switch (op) {
    case CumulativeOp::kSum:
      return 0;
    case CumulativeOp::kProd:
      return 1;
    case CumulativeOp::kMax:
      return -kInf;
    case CumulativeOp::kMin:
      return kInf;
  }
  return 0;
}

// Item by item, by coordinates.
void ExpectModel(const Tensor& input, CumulativeOp op, int axis,
                 const CumulativeOptions& options) {
  const auto got = Items<double>(Cumulative(input, op, axis, options));
  const std::vector<Coordinates> all = CoordinatesOf(input);
  std::map<Coordinates, double> running;
  ASSERT_EQ(got.size(), all.size());
  for (size_t i = 0; i < all.size(); ++i) {
    const size_t item = options.reverse ? all.size() - 1 - i : i;
    Coordinates group = all[item];
    group.erase(group.begin() + axis);
    double& value = running.try_emplace(group, Start(op)).first->second;
    const double before = value;
    value = Fold(op, value, input.items<double>()[item]);
    EXPECT_EQ(got[item], options.exclusive ? before : value);
  }
}

TEST(Cumulative, EqualsAModelAlongEveryAxis) {
  for (const Tensor& input : SmallTensors<double>(testing::Seed())) {
    for (int axis = 0; axis < input.rank(); ++axis) {
      for (const CumulativeOp op : kAllOps) {
        for (const bool exclusive : {false, true}) {
          for (const bool reverse : {false, true}) {
            ExpectModel(input, op, axis,
                        {.exclusive = exclusive, .reverse = reverse});
          }
        }
      }
    }
  }
}

template <typename T>
void ExpectSums() {
  const Tensor input = Ragged(Buffer<T>{1, 2, 3}, {0, 2, 3});
  EXPECT_THAT(Items<T>(Cumulative(input, CumulativeOp::kSum, 1)),
              ElementsAre(1, 3, 3));
}

TEST(Cumulative, TakesEveryNumber) {
  ExpectSums<int8_t>();
  ExpectSums<int16_t>();
  ExpectSums<int32_t>();
  ExpectSums<int64_t>();
  ExpectSums<uint8_t>();
  ExpectSums<uint16_t>();
  ExpectSums<uint32_t>();
  ExpectSums<uint64_t>();
  ExpectSums<float>();
  ExpectSums<double>();
}

TEST(Cumulative, GivesTheExamplesOfTheHeader) {
  EXPECT_THAT(Items<int32_t>(Cumulative(Numbers(), CumulativeOp::kSum, 1)),
              ElementsAre(1, 3, 6, 4, 9));
  EXPECT_THAT(Items<int32_t>(Cumulative(Numbers(), CumulativeOp::kSum, 0)),
              ElementsAre(1, 2, 3, 5, 7));
  EXPECT_THAT(Items<int32_t>(Cumulative(Numbers(), CumulativeOp::kSum, -1,
                                        {.exclusive = true})),
              ElementsAre(0, 1, 3, 0, 4));
}

TEST(Cumulative, WrapsIntegersAndStartsAtTheEndsOfTheType) {
  EXPECT_THAT(Items<int8_t>(Cumulative(Ragged(Buffer<int8_t>{127, 1}, {0, 2}),
                                       CumulativeOp::kSum, 1)),
              ElementsAre(127, -128));
  EXPECT_THAT(
      Items<uint8_t>(Cumulative(Ragged(Buffer<uint8_t>{5, 3}, {0, 2}),
                                CumulativeOp::kMin, 1, {.exclusive = true})),
      ElementsAre(255, 5));
}

TEST(Cumulative, TakesTheLaterOfNaN) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(
      Items<float>(Cumulative(Ragged(Buffer<float>{1, kNaN, 2, 1}, {0, 4}),
                              CumulativeOp::kMax, 1)),
      ElementsAre(1, ::testing::IsNan(), 2, 2));
}

TEST(Cumulative, BeginsWithTheInitialValue) {
  EXPECT_THAT(Items<int32_t>(Cumulative(Numbers(), CumulativeOp::kSum, 1,
                                        {.exclusive = true, .initial = 10})),
              ElementsAre(10, 11, 13, 10, 14));
  EXPECT_THAT(Items<int32_t>(Cumulative(Numbers(), CumulativeOp::kMax, 1,
                                        {.reverse = true, .initial = 2})),
              ElementsAre(3, 3, 3, 5, 5));
  EXPECT_THAT(Cumulative(Numbers(), CumulativeOp::kSum, 1, {.initial = 0.5}),
              FailsWith(kInvalid, "cumsum: initial must be a value of int32"));
}

TEST(Cumulative, RefusesBadArguments) {
  EXPECT_THAT(Cumulative(Numbers(), CumulativeOp::kProd, 2),
              FailsWith(kInvalid, "cumprod: axis=2 out of bounds"));
  EXPECT_THAT(Cumulative(Tensor::Scalar(1.0F), CumulativeOp::kSum, 0),
              FailsWith(kInvalid, "scalar"));
  EXPECT_THAT(
      Cumulative(Tensor::Scalar(std::string_view("a")), CumulativeOp::kMin, 0),
      FailsWith(kInvalid, "cummin is not defined for string"));
  EXPECT_THAT(
      Cumulative(Ragged(Buffer<bool>{true}, {0, 1}), CumulativeOp::kMax, 1),
      FailsWith(kInvalid, "cummax is not defined for bool"));
}

TEST(Cumulative, IsTheSameForAnyNumberOfThreadsAndStops) {
  std::vector<Offset> splits;
  for (Offset i = 0; i <= 20'000; i += 4) splits.push_back(i);
  const Tensor input = *Tensor::FromRowSplits(
      Tensor::Vector(testing::SmallNumbers<float>(20'000, 3)), splits);
  EXPECT_EQ(
      *Cumulative(input, CumulativeOp::kSum, 1, {.exec = {.num_threads = 1}}),
      *Cumulative(input, CumulativeOp::kSum, 1, {.exec = {.num_threads = 4}}));
  CancellationToken token;
  token.Cancel();
  for (const int axis : {0, 1}) {
    EXPECT_EQ(Cumulative(input, CumulativeOp::kSum, axis,
                         {.exec = {.cancellation = &token}})
                  .status()
                  .code(),
              absl::StatusCode::kCancelled);
  }
}

TEST(Cumulative, DoesNotWalkOverValuesWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor hollow = *Tensor::Dense(Buffer<float>(), {kHuge, 0});
  const Tensor ragged = *Tensor::FromRowSplits(hollow, {0, 1, kHuge});
  EXPECT_EQ(*Cumulative(hollow, CumulativeOp::kSum, 0), hollow);
  EXPECT_EQ(*Cumulative(ragged, CumulativeOp::kMax, 1), ragged);
}

}  // namespace
}  // namespace rowsplit
