#include "rowsplit/ops/where.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ops/slice.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/ragged_cases.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::kInvalid;

using testing::AnyTensor;
using testing::FailsWith;
using testing::NestedList;
using testing::ToNested;

NestedList Choose(const NestedList& condition, const NestedList& x,
                  const NestedList& y) {
  if (condition.is_item) return condition.item[0] != 0 ? x : y;
  NestedList chosen;
  for (size_t i = 0; i < condition.list.size(); ++i)
    chosen.list.push_back(Choose(condition.list[i], x.list[i], y.list[i]));
  return chosen;
}

void AddPlaces(const NestedList& condition, std::vector<int64_t>& place,
               std::vector<int64_t>& all) {
  if (condition.is_item) {
    if (condition.item[0] != 0)
      all.insert(all.end(), place.begin(), place.end());
    return;
  }
  for (size_t i = 0; i < condition.list.size(); ++i) {
    place.push_back(static_cast<int64_t>(i));
    AddPlaces(condition.list[i], place, all);
    place.pop_back();
  }
}

Tensor RandomCondition(const Tensor& like, testing::Random& random) {
  BufferBuilder<bool> items(static_cast<size_t>(like.num_items()));
  for (bool& item : items.span()) item = testing::Below(random, 2) == 0;
  return Tensor::FromPartitionsUnchecked(
      {like.partitions().begin(), like.partitions().end()},
      *Tensor::Dense(std::move(items).Build(), like.flat_shape()));
}

TEST(Where, ChoosesAndFindsInEveryDTypeAndDepth) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : testing::AllDTypes()) {
    for (const RaggedShape& shape : testing::DeepShapes(random_seed)) {
      const Tensor whole = AnyTensor(
          dtype, {shape.partitions().begin(), shape.partitions().end()},
          {shape.num_values(), 2});
      const Tensor x = *Slice(whole, {SliceRange{.begin = 1}});
      const Tensor y =
          *x.WithFlatValues(*Slice(x.flat_values(), {SliceRange{.step = -1}}));
      const Tensor condition = RandomCondition(x, random);
      const auto chosen = Where(condition, x, y);
      ASSERT_TRUE(chosen.ok()) << chosen.status();
      EXPECT_EQ(ToNested(*chosen),
                Choose(ToNested(condition), ToNested(x), ToNested(y)));
      std::vector<int64_t> place, all;
      AddPlaces(ToNested(condition), place, all);
      const Tensor places = *Where(condition);
      EXPECT_EQ(std::vector<int64_t>(places.items<int64_t>().begin(),
                                     places.items<int64_t>().end()),
                all);
      EXPECT_EQ(places.flat_shape()[1], condition.rank());
    }
  }
}

Tensor Rows() {
  return *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2, 3}),
                                {0, 2, 2, 3});
}

Tensor Condition() {
  return *Rows().WithFlatValues(
      Tensor::Vector(Buffer<bool>{true, false, true}));
}

TEST(Where, BroadcastsTheThree) {
  EXPECT_EQ(*Where(Condition(), Rows(), Tensor::Scalar(int32_t{0})),
            *Rows().WithFlatValues(Tensor::Vector(Buffer<int32_t>{1, 0, 3})));
  EXPECT_EQ(*Where(Tensor::Scalar(false), Tensor::Scalar(int32_t{7}), Rows()),
            Rows());
  EXPECT_EQ(*Where(*Tensor::Dense(Buffer<bool>{true, true, false}, {3, 1}),
                   Rows(), Tensor::Scalar(int32_t{0})),
            *Rows().WithFlatValues(Tensor::Vector(Buffer<int32_t>{1, 2, 0})));
  EXPECT_EQ(*Where(Condition(), Tensor::Scalar(std::string_view("yes")),
                   Tensor::Scalar(std::string_view("no"))),
            *Rows().WithFlatValues(Tensor(StringTensor::FromStrings(
                std::vector<std::string_view>{"yes", "no", "yes"}))));
  EXPECT_EQ(*Where(*Tensor::Dense(Buffer<bool>{true, false}, {2, 1}),
                   Tensor::Vector(Buffer<int8_t>{1, 2}),
                   *Tensor::Dense(Buffer<int8_t>{5, 6}, {2, 1})),
            *Tensor::Dense(Buffer<int8_t>{1, 2, 6, 6}, {2, 2}));
}

TEST(Where, FindsNumbersThatAreNot0) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(*Where(Tensor::Vector(Buffer<float>{0, -0.0f, nan, 2})),
            *Tensor::Dense(Buffer<int64_t>{2, 3}, {2, 1}));
  EXPECT_EQ(*Where(Tensor::Vector(Buffer<Float16>{{0}, {0x8000}, {0x3C00}})),
            *Tensor::Dense(Buffer<int64_t>{2}, {1, 1}));
  EXPECT_EQ(*Where(*Tensor::Dense(Buffer<bool>(), {0, 3})),
            *Tensor::Dense(Buffer<int64_t>(), {0, 2}));
}

TEST(Where, NamesWhatIsWrong) {
  EXPECT_THAT(Where(Rows(), Rows(), Rows()),
              FailsWith(kInvalid, "condition must be bool, got int32"));
  EXPECT_THAT(Where(Condition(), Rows(), Tensor::Scalar(1.0f)),
              FailsWith(kInvalid, "one dtype, got int32 and float32"));
  const Tensor other = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 3}), {0, 1, 2, 3});
  EXPECT_THAT(Where(Condition(), Rows(), other), FailsWith(kInvalid, "where:"));
  EXPECT_THAT(Where(Condition(), other, other), FailsWith(kInvalid, "where:"));
  EXPECT_THAT(Where(Tensor::Scalar(true)),
              FailsWith(kInvalid, "rank of 1 or more"));
  EXPECT_THAT(Where(AnyTensor(DType::kString, {}, {2})),
              FailsWith(kInvalid, "bool or a number, got string"));
}

TEST(Where, IsTheSameOnSeveralThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Tensor x = AnyTensor(DType::kInt32, {}, {100'000});
  const Tensor y = *Slice(x, {SliceRange{.step = -1}});
  const Tensor condition = RandomCondition(x, random);
  EXPECT_EQ(*Where(condition, x, y, {.exec = {.num_threads = 1}}),
            *Where(condition, x, y, {.exec = {.num_threads = 4}}));
}

// As memory borrowed from another library may hold.
TEST(Where, TakesEveryByteButZeroAsTrue) {
  const Buffer<uint8_t> bytes{0, 2, 255, 1};
  const Tensor condition = *Tensor::DenseBytes(
      DType::kBool,
      Buffer<std::byte>(std::as_bytes(bytes.span()), bytes.owner()), {4});
  EXPECT_EQ(*Where(condition, Tensor::Scalar(std::string_view("x")),
                   Tensor::Scalar(std::string_view("y"))),
            Tensor(StringTensor::FromStrings(
                std::vector<std::string_view>{"y", "x", "x", "x"})));
  EXPECT_EQ(*Where(condition, Tensor::Scalar(1), Tensor::Scalar(0)),
            Tensor::Vector(Buffer<int32_t>{0, 1, 1, 1}));
}

TEST(Where, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_EQ(
      Where(Condition(), {.exec = {.cancellation = &token}}).status().code(),
      absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace rowsplit
