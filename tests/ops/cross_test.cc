#include "rowsplit/ops/cross.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ops/elementwise.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Tensor Words(const std::vector<std::string_view>& words) {
  return Tensor::Vector(StringTensor::FromStrings(words));
}

std::vector<std::string> ToWords(const Tensor& tensor) {
  std::vector<std::string> words;
  for (int64_t i = 0; i < tensor.num_items(); ++i)
    words.emplace_back(tensor.strings()[i]);
  return words;
}

Tensor Letters() {
  return *Tensor::FromRowSplits(Words({"a", "b", "c"}), {0, 1, 3, 3});
}

Tensor Numbers() {
  return *Tensor::Dense(Buffer<int32_t>{1, -7, 19, 0, 5, 6}, {3, 2});
}

TEST(Cross, TakesEachCombinationOfARow) {
  const std::vector<Tensor> inputs = {Letters(), Numbers()};
  const auto result = Cross(inputs);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(ToWords(*result), ElementsAre("a_X_1", "a_X_-7", "b_X_19",
                                            "b_X_0", "c_X_19", "c_X_0"));
  EXPECT_THAT(result->partition(0).row_splits(), ElementsAre(0, 2, 6, 6));
}

TEST(Cross, OfOneInputIsItsTexts) {
  const std::vector<Tensor> inputs = {Numbers()};
  EXPECT_THAT(ToWords(*Cross(inputs)),
              ElementsAre("1", "-7", "19", "0", "5", "6"));
}

// Recorded from tf.ragged.cross_hashed of TensorFlow 2.21.
TEST(CrossHashed, AgreesWithTensorFlow) {
  const Tensor numbers = *Tensor::FromRowSplits(
      Tensor::Vector(Buffer<int64_t>{4, 8, -8}), {0, 0, 3});
  const auto plain = CrossHashed({&numbers, 1});
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_THAT(plain->items<int64_t>(),
              ElementsAre(7063646998832180613, 8054468179830813262,
                          973152574082753016));
  const Tensor words = *Tensor::FromRowSplits(
      Words({"Could", "\xF0\x90\x90\x80", "I", "\xE2\x85\xA7"}), {0, 1, 4});
  EXPECT_THAT(CrossHashed({&words, 1}, {.num_buckets = 100})->items<int64_t>(),
              ElementsAre(6, 46, 22, 25));
  const Tensor bom = *Tensor::FromRowSplits(
      Words({"\xEF\xBB\xBF", "\xE3\x82\xAB\xE3\x82\xBF\xE3\x82\xAB\xE3\x83\x8A",
             "these"}),
      {0, 3});
  const std::vector<Tensor> mixed = {
      bom, *Tensor::FromRowSplits(Tensor::Vector(Buffer<int64_t>{1, -7, 19}),
                                  {0, 3})};
  EXPECT_THAT(CrossHashed(mixed, {.num_buckets = 100, .hash_key = 17})
                  ->items<int64_t>(),
              ElementsAre(56, 98, 12, 29, 38, 33, 23, 23, 80));
}

TEST(Cross, AgreesWithNestedLoops) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int round = 0; round < 40; ++round) {
    const auto num_rows = static_cast<int64_t>(testing::Below(random, 3'000));
    std::vector<Tensor> inputs;
    for (int i = 0; i < 3; ++i) {
      std::vector<int64_t> lengths, values;
      for (int64_t row = 0; row < num_rows; ++row)
        lengths.push_back(static_cast<int64_t>(testing::Below(random, 4)));
      const RowPartition rows = *RowPartition::FromRowLengths(lengths);
      for (int64_t j = 0; j < rows.num_values(); ++j)
        values.push_back(static_cast<int64_t>(random()));
      inputs.push_back(*Tensor::FromPartition(
          rows, Tensor::Vector(Buffer<int64_t>::Copy(values))));
    }
    std::vector<std::string> expected;
    for (int64_t row = 0; row < num_rows; ++row) {
      const auto span = [&](int i) {
        const auto splits = inputs[i].partition(0).row_splits();
        return inputs[i].items<int64_t>().subspan(
            splits[row], splits[row + 1] - splits[row]);
      };
      for (const int64_t a : span(0))
        for (const int64_t b : span(1))
          for (const int64_t c : span(2))
            expected.push_back(std::to_string(a) + "_X_" + std::to_string(b) +
                               "_X_" + std::to_string(c));
    }
    const auto one = Cross(inputs, {.exec = {.num_threads = 1}});
    const auto four = Cross(inputs, {.exec = {.num_threads = 4}});
    ASSERT_TRUE(one.ok() && four.ok()) << one.status();
    ASSERT_EQ(ToWords(*one), expected);
    ASSERT_EQ(*one, *four);
    const auto hashed = CrossHashed(inputs, {.num_buckets = 7});
    ASSERT_TRUE(hashed.ok());
    EXPECT_EQ(hashed->partition(0), one->partition(0));
    for (const int64_t bucket : hashed->items<int64_t>())
      ASSERT_TRUE(bucket >= 0 && bucket < 7);
  }
}

TEST(Cross, RefusesOtherInputs) {
  const auto message = [](std::vector<Tensor> inputs) {
    const absl::Status status = Cross(inputs).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(CrossHashed(inputs).status().code(),
              absl::StatusCode::kInvalidArgument);
    return std::string(status.message());
  };
  EXPECT_THAT(message({}), HasSubstr("at least one"));
  EXPECT_THAT(message({Letters(), Words({"a", "b", "c"})}),
              HasSubstr("inputs[1] has rank 1"));
  EXPECT_THAT(message({*Cast(Numbers(), DType::kFloat32)}),
              HasSubstr("inputs[0] is of dtype float32"));
  EXPECT_THAT(message({Numbers(), *Tensor::FromRowSplits(Words({}), {0, 0})}),
              HasSubstr("inputs[1] has 1, inputs[0] has 3"));
  const std::vector<Tensor> inputs = {Letters()};
  EXPECT_THAT(CrossHashed(inputs, {.num_buckets = -1}).status().message(),
              HasSubstr("num_buckets must not be negative: -1"));
}

TEST(Cross, RefusesSizesAbove64Bits) {
  // Four rows of 2^16 values make 2^64 combinations.
  BufferBuilder<int8_t> values(1 << 16);
  std::fill_n(values.data(), values.size(), int8_t{0});
  const Tensor row = *Tensor::FromRowSplits(
      Tensor::Vector(std::move(values).Build()), {0, 1 << 16});
  const std::vector<Tensor> inputs(4, row);
  EXPECT_EQ(CrossHashed(inputs).status().code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace rowsplit
