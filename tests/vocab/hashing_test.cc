#include "rowsplit/vocab/hashing.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;

Tensor Words(const std::vector<std::string_view>& words) {
  return Tensor::Vector(StringTensor::FromStrings(words));
}

Tensor Bins(const std::vector<int64_t>& values) {
  return Tensor::Vector(Buffer<int64_t>::Copy(values));
}

Tensor Text(std::string_view text) { return Tensor::Scalar(text); }

const std::vector<std::string_view> kLetters = {"A", "B", "C", "D", "E"};

TEST(Hashing, OneHotDropsTwoLastDimensionsOfOne) {
  const Tensor words = Words(kLetters);
  const HashingOptions options{.num_bins = 3,
                               .output_mode = OutputMode::kOneHot};
  const Tensor expected = *Hashing(words, options);
  for (const std::vector<int64_t>& shape :
       {std::vector<int64_t>{5, 1}, std::vector<int64_t>{5, 1, 1}}) {
    EXPECT_EQ(*Hashing(*Tensor::Dense(words.strings(), shape), options),
              expected);
  }
  EXPECT_EQ(Hashing(*Tensor::Dense(words.strings(), {5, 1, 1, 1}), options)
                ->flat_shape(),
            (std::vector<int64_t>{5, 1, 3}));
}

// 5 and -1.5; the mask is compared before the cut.
TEST(Hashing, TakesHalfFloats) {
  const Tensor halves = Tensor::Vector(Buffer<Float16>{{0x4500}, {0xbe00}});
  const Tensor floats = Tensor::Vector(Buffer<float>{5, -1.5F});
  EXPECT_EQ(*Hashing(halves, {.num_bins = 9}),
            *Hashing(floats, {.num_bins = 9}));
  const HashingOptions masked{.num_bins = 9,
                              .mask_value = Tensor::Scalar(-1.5F)};
  EXPECT_EQ(*Hashing(halves, masked), *Hashing(floats, masked));
}

// The examples of Keras' documentation.
TEST(Hashing, GivesKerasExamples) {
  const Tensor letters = Words(kLetters);
  EXPECT_EQ(*Hashing(letters, {.num_bins = 3}), Bins({1, 0, 1, 1, 2}));
  EXPECT_EQ(*Hashing(Words({"A", "B", "", "C", "D"}),
                     {.num_bins = 3, .mask_value = Text("")}),
            Bins({1, 1, 0, 2, 2}));
  EXPECT_EQ(*Hashing(letters, {.num_bins = 3, .salt = SipHashKey{133, 137}}),
            Bins({1, 2, 1, 0, 2}));
  EXPECT_EQ(*Hashing(letters, {.num_bins = 3, .salt = SipHashKey{133, 133}}),
            Bins({0, 0, 2, 1, 0}));
}

int64_t BinOf(std::string_view text, int64_t num_bins) {
  return static_cast<int64_t>(Fingerprint64(text) %
                              static_cast<uint64_t>(num_bins));
}

TEST(Hashing, HashesNumbersAsDecimalText) {
  const HashingOptions options{.num_bins = 1000};
  EXPECT_EQ(*Hashing(Bins({0, -1, 12345}), options),
            Bins({BinOf("0", 1000), BinOf("-1", 1000), BinOf("12345", 1000)}));
  EXPECT_EQ(
      *Hashing(Tensor::Vector(Buffer<float>{1.9f, -2.5f, 3e20f}), options),
      Bins({BinOf("1", 1000), BinOf("-2", 1000),
            BinOf("-9223372036854775808", 1000)}));
  EXPECT_EQ(*Hashing(Tensor::Vector(Buffer<uint64_t>{
                         std::numeric_limits<uint64_t>::max()}),
                     options),
            Bins({BinOf("18446744073709551615", 1000)}));
  EXPECT_EQ(*Hashing(Tensor::Vector(Buffer<bool>{true, false}), options),
            Bins({BinOf("true", 1000), BinOf("false", 1000)}));
  EXPECT_EQ(*Hashing(Tensor::Vector(Buffer<float>{1, 1.5f}),
                     {.num_bins = 1000, .mask_value = Tensor::Scalar(1.0f)}),
            Bins({0, 1 + BinOf("1", 999)}));
  EXPECT_EQ(*Hashing(Bins({1, 2}),
                     {.num_bins = 9, .mask_value = Tensor::Scalar(int32_t{1})}),
            Bins({0, 1 + BinOf("2", 8)}));
}

TEST(Hashing, TakesNoMaskWithOneBin) {
  EXPECT_EQ(*Hashing(Words({"a", ""}), {.num_bins = 1, .mask_value = Text("")}),
            Bins({0, 0}));
}

TEST(Hashing, EncodesAsFloatsUnlessTold) {
  const Tensor letters = Words(kLetters);
  HashingOptions options{.num_bins = 3, .output_mode = OutputMode::kCount};
  EXPECT_EQ(*Hashing(letters, options), Tensor::Vector(Buffer<float>{1, 3, 1}));
  const auto sparse = HashingCsr(Words({"A", "C"}), options);
  ASSERT_TRUE(sparse.ok());
  EXPECT_THAT(sparse->columns, ::testing::ElementsAre(1));
  EXPECT_EQ(sparse->values, Tensor::Vector(Buffer<float>{2}));
  options.dtype = DType::kInt32;
  EXPECT_EQ(*Hashing(letters, options),
            Tensor::Vector(Buffer<int32_t>{1, 3, 1}));
  EXPECT_EQ(Hashing(letters, {.num_bins = 3, .dtype = DType::kInt32})->dtype(),
            DType::kInt32);
}

TEST(Hashing, RefusesWrongArguments) {
  const auto error = [](const Tensor& input, const HashingOptions& options) {
    return std::string(Hashing(input, options).status().message());
  };
  const Tensor words = Words({"a"});
  EXPECT_THAT(error(words, {}), HasSubstr("num_bins must be positive, got 0"));
  EXPECT_THAT(error(words, {.num_bins = 2, .output_mode = OutputMode::kTfIdf}),
              HasSubstr("must not be tf_idf"));
  EXPECT_THAT(error(words, {.num_bins = 2, .dtype = DType::kFloat32}),
              HasSubstr("got float32"));
  EXPECT_THAT(error(words, {.num_bins = 2, .mask_value = words}), "");
  EXPECT_THAT(error(words, {.num_bins = 2, .mask_value = Words({"a", "b"})}),
              HasSubstr("one string or number"));
  EXPECT_THAT(
      error(words, {.num_bins = 2, .mask_value = Tensor::Scalar(int64_t{1})}),
      HasSubstr("must have the kind of the input, string, got int64"));
  EXPECT_THAT(
      error(Bins({1}), {.num_bins = 2, .mask_value = Tensor::Scalar(1.5f)}),
      HasSubstr("must be an integer"));
  EXPECT_THAT(
      error(Tensor::Vector(Buffer<int8_t>{1}),
            {.num_bins = 2, .mask_value = Tensor::Scalar(int64_t{300})}),
      HasSubstr("range of the input's dtype, got 300"));
  EXPECT_THAT(HashingCsr(words, {.num_bins = 2}).status().message(),
              HasSubstr("no sparse form"));
}

TEST(Hashing, KeepsRaggedRowsAndDoesNotDependOnThreads) {
  StringTensorBuilder builder;
  for (int i = 0; i < 60'000; ++i) builder.Append(std::to_string(i));
  const Tensor ragged = *Tensor::FromRowSplits(
      Tensor::Vector(std::move(builder).Build()), {0, 10, 10, 60'000});
  const auto one = Hashing(ragged, {.num_bins = 99}, {.num_threads = 1});
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->partition(0), ragged.partition(0));
  EXPECT_EQ(*one, *Hashing(ragged, {.num_bins = 99}, {.num_threads = 4}));
}

}  // namespace
}  // namespace rowsplit
