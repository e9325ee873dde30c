#include "rowsplit/ops/arg_reduce.h"

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
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::SmallTensors;
using ::testing::ElementsAre;

std::vector<int64_t> Items(const absl::StatusOr<Tensor>& tensor) {
  EXPECT_TRUE(tensor.ok()) << tensor.status();
  if (!tensor.ok()) return {};
  EXPECT_EQ(tensor->dtype(), DType::kInt64);
  return {tensor->items<int64_t>().begin(), tensor->items<int64_t>().end()};
}

template <typename T>
Tensor Ragged(Buffer<T> values, std::initializer_list<Offset> splits) {
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values)), splits);
}

// [[3, 1, 4], [5, 5]]
Tensor Numbers() { return Ragged(Buffer<int32_t>{3, 1, 4, 5, 5}, {0, 3, 5}); }

template <typename T>
void ExpectModel(uint64_t seed) {
  for (const Tensor& input : SmallTensors<T>(seed)) {
    for (int axis = 0; axis < input.rank(); ++axis) {
      const auto result = ArgMax(input, axis, {.empty = -7});
      ASSERT_TRUE(result.ok()) << result.status();
      // Of each group the first greatest value and its place.
      std::map<Coordinates, std::pair<T, int64_t>> best;
      const std::vector<Coordinates> all = CoordinatesOf(input);
      for (size_t i = 0; i < all.size(); ++i) {
        Coordinates group = all[i];
        group.erase(group.begin() + axis);
        const T value = input.items<T>()[i];
        const auto [at, is_new] = best.try_emplace(group, value, all[i][axis]);
        if (!is_new && value > at->second.first)
          at->second = {value, all[i][axis]};
      }
      const std::vector<Coordinates> groups = CoordinatesOf(*result);
      size_t found = 0;
      for (size_t i = 0; i < groups.size(); ++i) {
        const auto at = best.find(groups[i]);
        found += at == best.end() ? 0 : 1;
        EXPECT_EQ(result->items<int64_t>()[i],
                  at == best.end() ? -7 : at->second.second);
      }
      EXPECT_EQ(found, best.size());
    }
  }
}

TEST(ArgReduce, EqualsAModelAlongEveryAxis) {
  ExpectModel<double>(testing::Seed());
  ExpectModel<float>(testing::Seed());
  ExpectModel<int8_t>(testing::Seed());
  ExpectModel<uint64_t>(testing::Seed());
}

TEST(ArgReduce, GivesTheExamplesOfTheHeader) {
  EXPECT_THAT(Items(ArgMax(Numbers(), 1)), ElementsAre(2, 0));
  EXPECT_THAT(Items(ArgMax(Numbers(), 0)), ElementsAre(1, 1, 0));
  EXPECT_THAT(Items(ArgMin(Numbers(), -1)), ElementsAre(1, 0));
  EXPECT_THAT(Items(ArgMin(Numbers(), 0)), ElementsAre(0, 0, 0));
  const Tensor empty = Ragged(Buffer<int32_t>{1}, {0, 0, 1});
  EXPECT_THAT(ArgMax(empty, 1), FailsWith(kInvalid, "argmax: row 0 is empty"));
  EXPECT_THAT(Items(ArgMax(empty, 1, {.empty = -1})), ElementsAre(-1, 0));
}

TEST(ArgReduce, PassesOverNaN) {
  constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
  const Tensor input =
      Ragged(Buffer<float>{kNaN, 1, 2, 1, kNaN, 2, kNaN, kNaN}, {0, 3, 6, 8});
  EXPECT_THAT(Items(ArgMax(input, 1)), ElementsAre(2, 2, 0));
  EXPECT_THAT(Items(ArgMin(input, 1)), ElementsAre(1, 0, 0));
  EXPECT_THAT(Items(ArgMax(input, 0)), ElementsAre(1, 0, 0));
}

TEST(ArgReduce, TakesBools) {
  EXPECT_THAT(Items(ArgMax(Ragged(Buffer<bool>{false, true, true}, {0, 3}), 1)),
              ElementsAre(1));
}

TEST(ArgReduce, NamesTheEmptyDenseAxis) {
  const Tensor empty = *Tensor::Dense(Buffer<float>(), {2, 0});
  EXPECT_THAT(ArgMin(empty, 1), FailsWith(kInvalid, "argmin: row 0 is empty"));
  EXPECT_THAT(Items(ArgMin(empty, 0)), ElementsAre());
}

TEST(ArgReduce, RefusesBadArguments) {
  EXPECT_THAT(ArgMax(Numbers(), 2), FailsWith(kInvalid, "argmax: axis=2"));
  EXPECT_THAT(ArgMin(Tensor::Scalar(1.0F), 0), FailsWith(kInvalid, "scalar"));
  EXPECT_THAT(ArgMax(Tensor::Scalar(std::string_view("a")), 0),
              FailsWith(kInvalid, "argmax is not defined for string"));
}

TEST(ArgReduce, IsTheSameForAnyNumberOfThreadsAndStops) {
  std::vector<Offset> splits;
  for (Offset i = 0; i <= 20'000; i += 4) splits.push_back(i);
  const Tensor input = *Tensor::FromRowSplits(
      Tensor::Vector(testing::SmallNumbers<float>(20'000, 3)), splits);
  EXPECT_EQ(*ArgMax(input, 1, {.exec = {.num_threads = 1}}),
            *ArgMax(input, 1, {.exec = {.num_threads = 4}}));
  CancellationToken token;
  token.Cancel();
  for (const int axis : {0, 1}) {
    EXPECT_EQ(
        ArgMax(input, axis, {.exec = {.cancellation = &token}}).status().code(),
        absl::StatusCode::kCancelled);
  }
}

}  // namespace
}  // namespace rowsplit
