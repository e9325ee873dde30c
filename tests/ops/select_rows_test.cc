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

TEST(SelectRows, IsTheSameForAnyNumberOfThreads) {
  std::vector<Offset> splits = {0};
  std::vector<std::string_view> words;
  for (int i = 0; i < 300'000; ++i) {
    if (i % 3 == i % 5) splits.push_back(i);
    words.push_back(std::string_view("0123456789").substr(i % 10));
  }
  splits.push_back(300'000);
  const Tensor source = *Tensor::FromRowSplits(
      Tensor::Vector(StringTensor::FromStrings(words)), splits);
  const auto num_rows = source.num_rows();
  // Long ranges, which are cut, and short ones.
  std::vector<RowRange> ranges = {{0, num_rows}, {1, num_rows - 1}, {5, 0}};
  for (int64_t row = num_rows; row-- > 0;) ranges.push_back({row, 1});
  const auto one = SelectRows(source, ranges, {.num_threads = 1});
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(*SelectRows(source, ranges, {.num_threads = 4}), *one);
  ASSERT_EQ(one->num_rows(), 3 * num_rows - 1);
  EXPECT_EQ(SliceRows(*one, 0, num_rows), source);
  EXPECT_EQ(SliceRows(*one, num_rows, 2 * num_rows - 1),
            SliceRows(source, 1, num_rows));
  for (const int64_t row : {int64_t{0}, num_rows / 2, num_rows - 1}) {
    EXPECT_EQ(SliceRows(*one, 3 * num_rows - 2 - row, 3 * num_rows - 1 - row),
              SliceRows(source, row, row + 1));
  }
}

TEST(SelectRows, RefusesSizesAbove64Bits) {
  const Tensor empty_rows = *Tensor::Dense(
      Buffer<float>(), {std::numeric_limits<int64_t>::max() / 8, 0});
  const RowRange all = {0, empty_rows.num_rows()};
  const std::vector<RowRange> ranges(9, all);
  EXPECT_EQ(SelectRows(empty_rows, ranges, {}).status().code(),
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
