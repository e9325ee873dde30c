#include "rowsplit/ops/split_axis.h"

#include <cstdint>
#include <limits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/nested_list.h"
#include "support/seed.h"
#include "support/tensor_cases.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::kInvalid;
using ::rowsplit::testing::NestedList;
using ::rowsplit::testing::RandomTensor;
using ::rowsplit::testing::ToNested;

// The items [begin, end) of each row at an axis.
NestedList SliceReference(const NestedList& input, int axis, int64_t begin,
                          int64_t end) {
  NestedList result;
  if (axis == 0) {
    result.list.assign(input.list.begin() + begin, input.list.begin() + end);
    return result;
  }
  for (const NestedList& row : input.list)
    result.list.push_back(SliceReference(row, axis - 1, begin, end));
  return result;
}

// The item at a place of an axis, without that axis.
NestedList PickReference(const NestedList& input, int axis, int64_t place) {
  if (axis == 0) return input.list[place];
  NestedList result;
  for (const NestedList& row : input.list)
    result.list.push_back(PickReference(row, axis - 1, place));
  return result;
}

TEST(Split, EqualsTheReferenceForAllDTypesRanksAndAxes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::vector<int64_t> sizes = {1, 0, 3, 2};
  for (const DType dtype : testing::AllDTypes()) {
    for (int ragged_rank = 0; ragged_rank <= 3; ++ragged_rank) {
      const Tensor tensor =
          RandomTensor(random, dtype, {}, ragged_rank, 6, {6, 6});
      const NestedList nested = ToNested(tensor);
      for (const int axis : {0, ragged_rank + 1, ragged_rank + 2}) {
        const auto pieces = Split(tensor, sizes, axis);
        ASSERT_TRUE(pieces.ok()) << pieces.status();
        ASSERT_EQ(pieces->size(), sizes.size());
        int64_t begin = 0;
        for (size_t i = 0; i < sizes.size(); ++i) {
          EXPECT_EQ(ToNested((*pieces)[i]),
                    SliceReference(nested, axis, begin, begin + sizes[i]));
          begin += sizes[i];
        }
        const auto halves = Split(tensor, 2, axis - tensor.rank());
        ASSERT_TRUE(halves.ok()) << halves.status();
        EXPECT_EQ(ToNested((*halves)[1]), SliceReference(nested, axis, 3, 6));
        const auto slices = Unstack(tensor, axis);
        ASSERT_TRUE(slices.ok()) << slices.status();
        ASSERT_EQ(slices->size(), 6);
        for (int64_t i = 0; i < 6; ++i)
          EXPECT_EQ(ToNested((*slices)[i]), PickReference(nested, axis, i));
      }
    }
  }
}

TEST(Split, SharesTheValuesAlongAxis0) {
  const Tensor tensor = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int32_t>{1, 2, 3}), {0, 1, 3});
  const auto pieces = *Split(tensor, 2, 0);
  EXPECT_EQ(pieces[1].items<int32_t>().data(),
            tensor.items<int32_t>().data() + 1);
  EXPECT_EQ((*Unstack(tensor, 0))[1], Tensor::Vector(Buffer<int32_t>{2, 3}));
}

TEST(Split, OfManyRowsIsTheSameForAnyNumberOfThreads) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const DType dtype : {DType::kInt16, DType::kString}) {
    const Tensor tensor = RandomTensor(random, dtype, {}, 1, 100'000, {3});
    const std::vector<int64_t> sizes = {1, 2};
    const auto one = *Split(tensor, sizes, 2, {.exec = {.num_threads = 1}});
    const auto four = *Split(tensor, sizes, 2, {.exec = {.num_threads = 4}});
    EXPECT_EQ(four, one);
  }
}

TEST(Split, FillsInTheRestOfADenseAxis) {
  const Tensor dense = Tensor::Vector(Buffer<int32_t>{1, 2, 3});
  const auto pieces = *Split(dense, std::vector<int64_t>{-1, 1}, 0);
  EXPECT_EQ(pieces[0], Tensor::Vector(Buffer<int32_t>{1, 2}));
  EXPECT_EQ(pieces[1], Tensor::Vector(Buffer<int32_t>{3}));
  EXPECT_THAT(Split(dense, std::vector<int64_t>{-1, -1}, 0),
              FailsWith(kInvalid, "sizes[1]=-1"));
  EXPECT_THAT(Split(dense, std::vector<int64_t>{-1, 4}, 0),
              FailsWith(kInvalid, "[-1, 4]"));
}

TEST(Split, OfNoRows) {
  const Tensor none = *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>()),
                                             std::vector<Offset>{0});
  EXPECT_EQ(Split(none, 3, 0)->size(), 3);
  EXPECT_TRUE(Split(none, std::vector<int64_t>{}, 0)->empty());
  EXPECT_TRUE(Unstack(none, 0)->empty());
}

TEST(Split, NamesWhatDoesNotFit) {
  const Tensor tensor =
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2}), {0, 1, 2});
  using Sizes = std::vector<int64_t>;
  EXPECT_THAT(Split(tensor, 0, 0), FailsWith(kInvalid, "positive: 0"));
  EXPECT_THAT(Split(tensor, 3, 0), FailsWith(kInvalid, "axis 0 of size 2"));
  EXPECT_THAT(Split(tensor, 2, 1), FailsWith(kInvalid, "ragged one: axis=1"));
  EXPECT_THAT(Split(tensor, 2, -1), FailsWith(kInvalid, "ragged one: axis=1"));
  EXPECT_THAT(Split(tensor, 2, 2), FailsWith(kInvalid, "axis=2"));
  EXPECT_THAT(Split(tensor, Sizes{3, -1}, 0),
              FailsWith(kInvalid, "sizes[1]=-1"));
  EXPECT_THAT(Split(tensor, Sizes{1, 2}, 0), FailsWith(kInvalid, "[1, 2]"));
  EXPECT_THAT(Split(tensor, Sizes{std::numeric_limits<int64_t>::max(), 1}, 0),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
  EXPECT_EQ(*Split(tensor, 1, 9), std::vector<Tensor>{tensor});
  EXPECT_THAT(Split(tensor.flat_values(), 1, 9), FailsWith(kInvalid, "axis=9"));
  EXPECT_THAT(Unstack(tensor, 1), FailsWith(kInvalid, "unstack: the axis"));
  EXPECT_THAT(Unstack(Tensor::Scalar(1), 0), FailsWith(kInvalid, "axis=0"));
}

TEST(Split, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const Tensor dense = *Tensor::Dense(Buffer<int32_t>{1, 2}, {1, 2});
  EXPECT_THAT(Split(dense, 2, 1, {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, "cancelled"));
}

TEST(Split, DoesNotWalkOverRowsWithoutItems) {
  constexpr int64_t kHuge = int64_t{1} << 58;
  const Tensor strings = *Tensor::Dense(StringTensor(), {kHuge, 0});
  const auto pieces = Split(strings, 2, 1);
  ASSERT_TRUE(pieces.ok()) << pieces.status();
  EXPECT_EQ(pieces->at(1), strings);
  EXPECT_THAT(Unstack(strings, 0),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
  EXPECT_THAT(Split(strings, std::numeric_limits<int64_t>::max(), 1),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

}  // namespace
}  // namespace rowsplit
