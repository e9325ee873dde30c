#include "rowsplit/ops/first_last.h"

#include <cstdint>
#include <string>
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

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::SmallTensors;
using ::testing::ElementsAre;

Tensor Words() {
  const std::vector<std::string_view> words = {"a", "b", "c"};
  return *Tensor::FromRowSplits(
      Tensor::Vector(StringTensor::FromStrings(words)), {0, 2, 2, 3});
}

std::vector<std::string> Strings(const absl::StatusOr<Tensor>& tensor) {
  EXPECT_TRUE(tensor.ok()) << tensor.status();
  return tensor.ok() ? testing::ToStrings(tensor->strings())
                     : std::vector<std::string>();
}

template <typename T>
void ExpectModel(uint64_t seed) {
  for (const Tensor& input : SmallTensors<T>(seed)) {
    if (!input.is_ragged()) continue;
    const auto first = First(input, {.empty = Tensor::Scalar(T{7})});
    const auto last = Last(input, {.empty = Tensor::Scalar(T{7})});
    ASSERT_TRUE(first.ok() && last.ok());
    EXPECT_EQ(first->ragged_rank(), input.ragged_rank() - 1);
    const auto splits = input.partition(input.ragged_rank() - 1).row_splits();
    const int64_t width = input.value_items();
    for (int64_t row = 0; row + 1 < static_cast<int64_t>(splits.size());
         ++row) {
      for (int64_t item = 0; item < width; ++item) {
        const bool empty = splits[row] == splits[row + 1];
        const auto at = [&](Offset value) {
          return empty ? T{7} : input.items<T>()[value * width + item];
        };
        EXPECT_EQ(first->template items<T>()[row * width + item],
                  at(splits[row]));
        EXPECT_EQ(last->template items<T>()[row * width + item],
                  at(splits[row + 1] - 1));
      }
    }
  }
}

TEST(FirstLast, EqualsAModel) {
  ExpectModel<double>(testing::Seed());
  ExpectModel<int8_t>(testing::Seed());
  ExpectModel<uint16_t>(testing::Seed());
}

TEST(FirstLast, TakesStringsAndFillsEmptyRows) {
  EXPECT_THAT(
      Strings(First(Words(), {.empty = Tensor::Scalar(std::string_view("-"))})),
      ElementsAre("a", "-", "c"));
  EXPECT_THAT(
      Strings(Last(Words(), {.empty = Tensor::Scalar(std::string_view("-"))})),
      ElementsAre("b", "-", "c"));
}

TEST(FirstLast, FillsWithWholeInnerValues) {
  const Tensor pairs = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int32_t>{1, 2, 3, 4}, {2, 2}), {0, 2, 2});
  EXPECT_EQ(*Last(pairs, {.empty = Tensor::Vector(Buffer<int32_t>{8, 9})}),
            *Tensor::Dense(Buffer<int32_t>{3, 4, 8, 9}, {2, 2}));
  EXPECT_EQ(*First(pairs, {.empty = Tensor::Scalar(int32_t{8})}),
            *Tensor::Dense(Buffer<int32_t>{1, 2, 8, 8}, {2, 2}));
}

TEST(FirstLast, KeepsOuterRows) {
  const Tensor deep = *Tensor::FromRowSplits(Words(), {0, 0, 3});
  EXPECT_EQ(
      Last(deep, {.empty = Tensor::Scalar(std::string_view(""))})->partition(0),
      deep.partition(0));
}

TEST(FirstLast, RefusesBadArguments) {
  EXPECT_THAT(First(Words()), FailsWith(kInvalid, "first: row 1 is empty"));
  EXPECT_THAT(Last(Words()), FailsWith(kInvalid, "last: row 1 is empty"));
  EXPECT_THAT(First(Words().flat_values()), FailsWith(kInvalid, "dense"));
  EXPECT_THAT(First(Words(), {.empty = Tensor::Scalar(1.0F)}),
              FailsWith(kInvalid, "string"));
  EXPECT_THAT(
      First(Words(), {.empty = Tensor::Vector(StringTensor::FromStrings({}))}),
      FailsWith(kInvalid, "rank 1"));
}

TEST(FirstLast, StopsWhenCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(First(Words(), {.empty = Tensor::Scalar(std::string_view("-")),
                            .exec = {.cancellation = &token}})
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

TEST(FirstLast, NeedsNoMemoryForAValueThatNoRowTakes) {
  constexpr int64_t kHuge = int64_t{1} << 55;
  const Tensor none =
      *Tensor::FromRowSplits(*Tensor::Dense(Buffer<float>(), {0, kHuge}), {0});
  const auto first = First(none, {.empty = Tensor::Scalar(1.0F)});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(first->flat_shape(), ElementsAre(0, kHuge));
}

}  // namespace
}  // namespace rowsplit
