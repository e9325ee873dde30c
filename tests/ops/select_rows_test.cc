#include "ops/select_rows.h"

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

Tensor Numbers() {
  return *Tensor::FromRowSplits(
      *Tensor::FromRowSplits(Tensor::Vector(Buffer<int32_t>{1, 2, 3, 4, 5}),
                             {0, 2, 2, 5}),
      {0, 1, 1, 3});
}

Tensor Words() {
  const std::vector<std::string_view> words = {"a", "", "bcd", "ef"};
  return *Tensor::FromRowSplits(
      Tensor::Vector(StringTensor::FromStrings(words)), {0, 1, 4});
}

TEST(SelectRows, TakesRangesInTheOrderGiven) {
  const auto selected = SelectRows(Numbers(), {{2, 1}, {0, 1}, {2, 1}}, {});
  ASSERT_TRUE(selected.ok()) << selected.status();
  EXPECT_EQ(*selected,
            *Tensor::FromRowSplits(
                *Tensor::FromRowSplits(
                    Tensor::Vector(Buffer<int32_t>{3, 4, 5, 1, 2, 3, 4, 5}),
                    {0, 0, 3, 5, 5, 8}),
                {0, 2, 3, 5}));
}

TEST(SelectRows, TakesStringsOfSeveralSources) {
  const std::vector<Tensor> sources = {Words(), SliceRows(Words(), 1, 2)};
  const auto selected = SelectRows(sources, {{0, 1, 1}, {0, 1, 0}}, {});
  ASSERT_TRUE(selected.ok()) << selected.status();
  const std::vector<std::string_view> words = {"", "bcd", "ef", "a"};
  EXPECT_EQ(*selected,
            *Tensor::FromRowSplits(
                Tensor::Vector(StringTensor::FromStrings(words)), {0, 3, 4}));
}

TEST(SelectRows, MovesWholeInnerValues) {
  const Tensor table = *Tensor::Dense(Buffer<float>{1, 2, 3, 4, 5, 6}, {3, 2});
  const auto selected = SelectRows(table, {{2, 1}, {0, 2}}, {});
  ASSERT_TRUE(selected.ok()) << selected.status();
  EXPECT_EQ(*selected, *Tensor::Dense(Buffer<float>{5, 6, 1, 2, 3, 4}, {3, 2}));
}

TEST(SelectRows, RefusesSizesAbove64Bits) {
  const Tensor empty_rows =
      *Tensor::Dense(Buffer<float>(), {std::numeric_limits<int64_t>::max(), 0});
  const RowRange all = {0, std::numeric_limits<int64_t>::max()};
  EXPECT_EQ(SelectRows(empty_rows, {all, all}, {}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(SliceRows, SharesTheValues) {
  const Tensor numbers = Numbers();
  const Tensor slice = SliceRows(numbers, 1, 3);
  EXPECT_EQ(slice, *Tensor::FromRowSplits(
                       *Tensor::FromRowSplits(
                           Tensor::Vector(Buffer<int32_t>{3, 4, 5}), {0, 0, 3}),
                       {0, 0, 2}));
  EXPECT_EQ(slice.items<int32_t>().data(), numbers.items<int32_t>().data() + 2);
  EXPECT_EQ(SliceRows(numbers, 3, 3).num_rows(), 0);
  const Tensor words = Words();
  const Tensor last = SliceRows(words, 1, 2);
  EXPECT_EQ(last.strings()[1], "bcd");
  EXPECT_EQ(last.strings().bytes().data(), words.strings().bytes().data() + 1);
}

}  // namespace
}  // namespace rowsplit::internal
