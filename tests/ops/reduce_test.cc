#include "rowsplit/ops/reduce.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/reduce_rows_ref.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::IsNan;

template <typename T>
std::vector<T> ToVector(const absl::StatusOr<Buffer<T>>& buffer) {
  EXPECT_TRUE(buffer.ok()) << buffer.status();
  if (!buffer.ok()) return {};
  return std::vector<T>(buffer->begin(), buffer->end());
}

template <typename T>
RaggedView<T> View(const std::vector<Offset>& splits,
                   const std::vector<T>& values) {
  return {splits, values};
}

template <typename T>
void ExpectSameAsReference(const testing::RaggedCase& ragged, int64_t width,
                           testing::Random& random) {
  std::vector<T> values(static_cast<size_t>(ragged.num_values * width));
  for (T& value : values)
    value = static_cast<T>(static_cast<int64_t>(random() % 2001) - 1000);
  const RaggedView<T> view{ragged.splits, values};
  const auto num_rows = static_cast<size_t>(view.num_rows());
  std::vector<T> expected(num_rows * width);
  for (const int threads : {1, 4}) {
    const ReduceOptions options{.width = width,
                                .exec = {.num_threads = threads}};
    const auto run = [&](auto reduce) {
      reduce(ragged.splits.data(), num_rows, values.data(),
             static_cast<size_t>(width), expected.data());
    };
    run(reference::SumRows<T>);
    EXPECT_EQ(ToVector(Sum(view, options)), expected);
    const auto mean = ToVector(Mean(view, options));
    for (size_t i = 0; i < mean.size(); ++i) {
      const auto count =
          ragged.splits[i / width + 1] - ragged.splits[i / width];
      const auto one =
          static_cast<MeanOf<T>>(expected[i]) / static_cast<MeanOf<T>>(count);
      if (count == 0)
        ASSERT_THAT(mean[i], IsNan());
      else
        ASSERT_EQ(mean[i], one);
    }
    run(reference::MaxRows<T>);
    EXPECT_EQ(ToVector(Max(view, options)), expected);
    run(reference::MinRows<T>);
    EXPECT_EQ(ToVector(Min(view, options)), expected);
  }
}

TEST(Reduce, EqualsTheReference) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const auto& ragged : testing::RaggedCases(random_seed)) {
    for (const int64_t width : {0, 1, 3, 10, 16}) {
      SCOPED_TRACE(::testing::Message() << ragged.name << ", width " << width);
      ExpectSameAsReference<float>(ragged, width, random);
      ExpectSameAsReference<double>(ragged, width, random);
      ExpectSameAsReference<int32_t>(ragged, width, random);
      ExpectSameAsReference<int64_t>(ragged, width, random);
    }
  }
}

TEST(Reduce, GivesEachItemOfAnEmptyRow) {
  const std::vector<Offset> splits = {0, 0};
  using F = std::numeric_limits<float>;
  using I = std::numeric_limits<int64_t>;
  const auto floats = View<float>(splits, {});
  const ReduceOptions two{.width = 2};
  EXPECT_THAT(ToVector(Sum(floats, two)), ElementsAre(0, 0));
  EXPECT_THAT(ToVector(Mean(floats, two)), ElementsAre(IsNan(), IsNan()));
  EXPECT_THAT(ToVector(Max(floats, two)),
              ElementsAre(F::lowest(), F::lowest()));
  EXPECT_THAT(ToVector(Min(floats, two)), ElementsAre(F::max(), F::max()));
  const auto integers = View<int64_t>(splits, {});
  EXPECT_THAT(ToVector(Sum(integers)), ElementsAre(0));
  EXPECT_THAT(ToVector(Mean(integers)), ElementsAre(IsNan()));
  EXPECT_THAT(ToVector(Max(integers)), ElementsAre(I::min()));
  EXPECT_THAT(ToVector(Min(integers)), ElementsAre(I::max()));
}

// As TensorFlow 2.21 answers for these rows.
TEST(Reduce, TakesNanInfinityAndZerosInOrder) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const float most = std::numeric_limits<float>::max();
  const std::vector<float> values = {
      nan, 1, 1, nan, nan, nan, inf, -inf, -inf, -inf, inf, -0.0f, 0, 0, -0.0f};
  const std::vector<Offset> splits = {0, 2, 4, 6, 8, 10, 11, 13, 15};
  const auto view = View(splits, values);
  const auto max = ToVector(Max(view));
  EXPECT_THAT(max, ElementsAre(1, IsNan(), IsNan(), inf, -most, inf, 0, 0));
  EXPECT_FALSE(std::signbit(max[6]));
  EXPECT_TRUE(std::signbit(max[7]));
  const auto min = ToVector(Min(view));
  EXPECT_THAT(min, ElementsAre(1, IsNan(), IsNan(), -inf, -inf, most, 0, 0));
  EXPECT_TRUE(std::signbit(min[7]));
  EXPECT_THAT(ToVector(Sum(view)),
              ElementsAre(IsNan(), IsNan(), IsNan(), IsNan(), -inf, inf, 0, 0));
}

TEST(Reduce, WrapsSumsOfIntegersButNotMeans) {
  const std::vector<Offset> splits = {0, 2, 4};
  const std::vector<int32_t> narrow = {INT32_MAX, 1, INT32_MIN, -1};
  EXPECT_THAT(ToVector(Sum(View(splits, narrow))),
              ElementsAre(INT32_MIN, INT32_MAX));
  EXPECT_THAT(ToVector(Mean(View(splits, narrow))),
              ElementsAre(1073741824.0, -1073741824.5));
  const std::vector<int64_t> wide = {INT64_MAX, 1, INT64_MIN, -1};
  EXPECT_THAT(ToVector(Sum(View(splits, wide))),
              ElementsAre(INT64_MIN, INT64_MAX));
  EXPECT_THAT(ToVector(Mean(View(splits, wide))), ElementsAre(0x1p62, -0x1p62));
}

// The kernels' own tests compare them with their references; here each function
// is to call the right one, for every type.
template <typename T>
void ExpectEachFunction() {
  const std::vector<Offset> splits = {1, 4, 4, 5};
  const std::vector<T> values = {T{9}, T{2}, T{3}, T{7}, T{5}, T{9}};
  const RaggedView<T> view{splits, values};
  using Limits = std::numeric_limits<T>;
  EXPECT_THAT(ToVector(Sum(view)), ElementsAre(T{12}, T{0}, T{5}));
  EXPECT_THAT(ToVector(Prod(view)), ElementsAre(T{42}, T{1}, T{5}));
  EXPECT_THAT(ToVector(Max(view)), ElementsAre(T{7}, Limits::lowest(), T{5}));
  EXPECT_THAT(ToVector(Min(view)), ElementsAre(T{2}, Limits::max(), T{5}));
  EXPECT_THAT(ToVector(Mean(view)), ElementsAre(4, IsNan(), 5));
  const auto variance = ToVector(Variance(view));
  EXPECT_NEAR(variance[0], 14.0 / 3, 1e-6);
  EXPECT_THAT(variance, ElementsAre(variance[0], IsNan(), 0));
  EXPECT_THAT(ToVector(Std(view)),
              ElementsAre(std::sqrt(variance[0]), IsNan(), 0));
  EXPECT_THAT(ToVector(Sum(view, {.width = 0})), IsEmpty());
}

TEST(Reduce, TakesEveryNumber) {
  ExpectEachFunction<int8_t>();
  ExpectEachFunction<int16_t>();
  ExpectEachFunction<int32_t>();
  ExpectEachFunction<int64_t>();
  ExpectEachFunction<uint8_t>();
  ExpectEachFunction<uint16_t>();
  ExpectEachFunction<uint32_t>();
  ExpectEachFunction<uint64_t>();
  ExpectEachFunction<float>();
  ExpectEachFunction<double>();
}

TEST(Reduce, AnyAndAllOfBools) {
  const std::vector<Offset> splits = {1, 1, 3, 5, 7};
  const bool values[] = {true, false, true, true, true, false, false, true};
  const RaggedView<bool> view{splits, values};
  EXPECT_THAT(ToVector(Any(view)), ElementsAre(false, true, true, false));
  EXPECT_THAT(ToVector(All(view)), ElementsAre(true, false, true, false));
  const std::vector<Offset> pairs = {1, 3, 3};
  const RaggedView<bool> pair_view{pairs, values};
  EXPECT_THAT(ToVector(Any(pair_view, {.width = 2})),
              ElementsAre(true, true, false, false));
  EXPECT_THAT(ToVector(All(pair_view, {.width = 2})),
              ElementsAre(true, false, true, true));
  EXPECT_THAT(Any(view, {.width = 2}),
              FailsWith(absl::StatusCode::kInvalidArgument, "got 8 items"));
}

TEST(Reduce, StatsAreThoseOfEachFunction) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const auto same = [](const auto& a, const auto& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](auto x, auto y) { return x == y || x != x; });
  };
  for (const auto& ragged : testing::RaggedCases(random_seed)) {
    for (const int64_t width : {0, 1, 3}) {
      SCOPED_TRACE(::testing::Message() << ragged.name << ", width " << width);
      std::vector<float> values(static_cast<size_t>(ragged.num_values * width));
      for (float& value : values)
        value = static_cast<float>(random() % 2001) / 7;
      const RaggedView<float> view{ragged.splits, values};
      const ReduceOptions options{.width = width, .exec = {.num_threads = 3}};
      const auto stats = Stats(view, options);
      ASSERT_TRUE(stats.ok()) << stats.status();
      EXPECT_TRUE(same(stats->sum, *Sum(view, options)));
      EXPECT_TRUE(same(stats->min, *Min(view, options)));
      EXPECT_TRUE(same(stats->max, *Max(view, options)));
      EXPECT_TRUE(same(stats->mean, *Mean(view, options)));
      EXPECT_TRUE(same(stats->variance, *Variance(view, options)));
      ASSERT_EQ(stats->count.size(), static_cast<size_t>(view.num_rows()));
      for (size_t row = 0; row < stats->count.size(); ++row)
        EXPECT_EQ(stats->count[row],
                  ragged.splits[row + 1] - ragged.splits[row]);
    }
  }
  EXPECT_THAT(Stats(RaggedView<float>{}, {.width = -2}),
              FailsWith(absl::StatusCode::kInvalidArgument, "-2"));
}

TEST(Reduce, VarianceDoesNotCancel) {
  const std::vector<Offset> splits = {0, 3};
  const std::vector<float> values = {10000, 10001, 10002};
  EXPECT_THAT(ToVector(Variance(View(splits, values))), ElementsAre(2.0f / 3));
}

TEST(Reduce, TakesTheInnermostDimensionOfATensor) {
  const RaggedShape shape = *RaggedShape::FromPartitions(
      {*RowPartition::FromRowLengths(std::vector<int64_t>{2, 1}),
       *RowPartition::FromRowLengths(std::vector<int64_t>{2, 0, 1})});
  const auto tensor = *RaggedTensor<float>::FromFlatValues(
      shape, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, {2, 2});
  EXPECT_THAT(ToVector(Sum(tensor)),
              ElementsAre(6, 8, 10, 12, 0, 0, 0, 0, 9, 10, 11, 12));
  EXPECT_THAT(ToVector(Mean(tensor)),
              ElementsAre(3, 4, 5, 6, IsNan(), IsNan(), IsNan(), IsNan(), 9, 10,
                          11, 12));
  EXPECT_EQ(ToVector(Max(tensor))[3], 8);
  EXPECT_EQ(ToVector(Min(tensor))[3], 4);
  EXPECT_EQ(ToVector(Prod(tensor))[3], 32);
  EXPECT_EQ(ToVector(Variance(tensor))[3], 4);
  EXPECT_EQ(ToVector(Std(tensor))[3], 2);
  EXPECT_EQ(Stats(tensor)->mean[3], 6);
  EXPECT_THAT(ToVector(Sum(RaggedTensor<double>())), IsEmpty());
}

TEST(Reduce, ChecksWidthAndValues) {
  const std::vector<Offset> splits = {0, 2};
  const std::vector<float> values = {1, 2, 3};
  const auto view = View(splits, values);
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(Sum(view, {.width = -1}),
              FailsWith(kInvalid, "not be negative: -1"));
  EXPECT_THAT(Mean(view, {.width = 2}),
              FailsWith(kInvalid, "2 flat values of 2 items, got 3 items"));
  EXPECT_THAT(Max(view, {.width = 2}), FailsWith(kInvalid, "got 3 items"));
  EXPECT_THAT(
      Min(view, {.width = INT64_MAX}),
      FailsWith(absl::StatusCode::kResourceExhausted, "does not fit 64 bits"));
  const std::vector<Offset> empty_rows = {0, 0, 0, 0};
  EXPECT_THAT(Sum(View<float>(empty_rows, {}), {.width = INT64_MAX}),
              FailsWith(absl::StatusCode::kResourceExhausted,
                        "3 * 9223372036854775807"));
  const auto huge = *RaggedTensor<float>::FromFlatValues(
      RaggedShape(), {}, {INT64_MAX, INT64_MAX});
  EXPECT_THAT(Mean(huge),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

TEST(Reduce, CanBeCancelled) {
  const std::vector<Offset> splits = {0, 1};
  const std::vector<double> values = {1};
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(Mean(View(splits, values), {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

}  // namespace
}  // namespace rowsplit
