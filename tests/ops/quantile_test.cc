#include "rowsplit/ops/quantile.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string_view>
#include <utility>
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
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::SmallTensors;
using ::testing::ElementsAre;
using ::testing::IsNan;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

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

// [[1, 3, 2], [], [4, 8]]
Tensor Numbers() {
  return Ragged(Buffer<int32_t>{1, 3, 2, 4, 8}, {0, 3, 3, 5});
}

double Model(std::vector<double> values, double q) {
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const double share = place - std::floor(place);
  return values[static_cast<size_t>(std::floor(place))] * (1 - share) +
         values[static_cast<size_t>(std::ceil(place))] * share;
}

TEST(Quantile, EqualsAModelAlongEveryAxis) {
  for (const Tensor& input : SmallTensors<double>(testing::Seed())) {
    for (int axis = 0; axis < input.rank(); ++axis) {
      for (const double q : {0.0, 0.1, 0.5, 0.75, 1.0}) {
        const bool keepdims = q > 0.5;
        const auto result =
            Quantile(input, q, axis, {.keepdims = keepdims, .empty = -3});
        ASSERT_TRUE(result.ok()) << result.status();
        const auto groups = GroupsAlong<double>(input, {axis}, keepdims);
        const std::vector<Coordinates> all = CoordinatesOf(*result);
        size_t found = 0;
        for (size_t i = 0; i < all.size(); ++i) {
          const auto group = groups.find(all[i]);
          found += group == groups.end() ? 0 : 1;
          EXPECT_NEAR(result->items<double>()[i],
                      group == groups.end() ? -3 : Model(group->second, q),
                      1e-12);
        }
        EXPECT_EQ(found, groups.size());
      }
    }
  }
}

TEST(Quantile, GivesTheExamplesOfTheHeader) {
  EXPECT_THAT(Items<double>(Median(Numbers(), 1)), ElementsAre(2, IsNan(), 6));
  EXPECT_THAT(Items<double>(Quantile(Numbers(), 0.25, -1)),
              ElementsAre(1.5, IsNan(), 5));
  EXPECT_THAT(Items<double>(Median(Numbers(), 0)), ElementsAre(2.5, 5.5, 2));
  EXPECT_THAT(Items<float>(Median(Ragged(Buffer<float>{1, 2}, {0, 2, 2}), 1,
                                  {.empty = 7})),
              ElementsAre(1.5F, 7));
}

TEST(Quantile, KeepsNaNAndInfinities) {
  const Tensor input = Ragged(
      Buffer<float>{1, kNaN, 2, kInf, kInf, -kInf, 1, kInf}, {0, 3, 5, 7, 8});
  EXPECT_THAT(Items<float>(Median(input, 1)),
              ElementsAre(IsNan(), kInf, -kInf, kInf));
  constexpr double kMost = std::numeric_limits<double>::max();
  EXPECT_THAT(
      Items<double>(Median(Ragged(Buffer<double>{-kMost, kMost}, {0, 2}), 1)),
      ElementsAre(0));
}

TEST(Quantile, TakesIntegersOfTheWholeRange) {
  EXPECT_THAT(Items<double>(Median(
                  Ragged(Buffer<int8_t>{-128, 127, 127, 127}, {0, 4}), 1)),
              ElementsAre(127));
  EXPECT_THAT(
      Items<double>(Quantile(
          Ragged(Buffer<uint64_t>{0, std::numeric_limits<uint64_t>::max()},
                 {0, 2}),
          0.5, 1)),
      ElementsAre(0x1p63));
}

TEST(Quantile, RefusesBadArguments) {
  EXPECT_THAT(Quantile(Numbers(), 1.5, 1),
              FailsWith(kInvalid, "q must be in [0, 1], got 1.5"));
  EXPECT_THAT(Quantile(Numbers(), -0.1, 1), FailsWith(kInvalid, "got -0.1"));
  EXPECT_THAT(Quantile(Numbers(), kNaN, 1), FailsWith(kInvalid, "nan"));
  EXPECT_THAT(Median(Numbers(), 2), FailsWith(kInvalid, "axis=2"));
  EXPECT_THAT(Median(Tensor::Scalar(std::string_view("a")), 0),
              FailsWith(kInvalid, "string"));
  EXPECT_THAT(Median(Tensor::Scalar(1.0F), 0), FailsWith(kInvalid, "scalar"));
}

TEST(Quantile, IsTheSameForAnyNumberOfThreadsAndStops) {
  std::vector<Offset> splits;
  for (Offset i = 0; i <= 20'000; i += 4) splits.push_back(i);
  const Tensor input = *Tensor::FromRowSplits(
      Tensor::Vector(testing::SmallNumbers<float>(20'000, 3)), splits);
  EXPECT_EQ(*Median(input, 1, {.exec = {.num_threads = 1}}),
            *Median(input, 1, {.exec = {.num_threads = 4}}));
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(
      Median(input, 1, {.exec = {.cancellation = &token}}).status().code(),
      absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace rowsplit
