#include "rowsplit/text/to_number.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::testing::ElementsAre;

template <typename T>
absl::StatusOr<T> Number(std::string_view text) {
  const absl::StatusOr<Tensor> number =
      ToNumber(Tensor::Scalar(std::string_view(text)), {.dtype = kDTypeOf<T>});
  if (!number.ok()) return number.status();
  return number->items<T>()[0];
}

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ToNumber, ReadsFloats) {
  EXPECT_EQ(*Number<double>("1"), 1.0);
  EXPECT_EQ(*Number<double>(" \t\n\v\f\r-1.5e3 \n"), -1500.0);
  EXPECT_EQ(*Number<double>("+.5"), 0.5);
  EXPECT_EQ(*Number<double>("5."), 5.0);
  EXPECT_EQ(*Number<double>("0x1.8p3"), 12.0);
  EXPECT_EQ(*Number<double>("-0X1F"), -31.0);
  EXPECT_EQ(*Number<double>("0x.8"), 0.5);
  EXPECT_EQ(*Number<double>("Infinity"), kInfinity);
  EXPECT_EQ(*Number<double>("-inf"), -kInfinity);
  EXPECT_TRUE(std::isnan(*Number<double>("NaN")));
  EXPECT_TRUE(std::isnan(*Number<double>("nan(1)")));
  EXPECT_TRUE(std::signbit(*Number<float>("-0")));
}

TEST(ToNumber, RoundsToInfinityAndToZero) {
  EXPECT_EQ(*Number<double>("1e400"), kInfinity);
  EXPECT_EQ(*Number<double>("-1e400"), -kInfinity);
  EXPECT_EQ(*Number<double>("1e-400"), 0.0);
  EXPECT_EQ(*Number<float>("3.4028236e38"), static_cast<float>(kInfinity));
  EXPECT_EQ(*Number<float>("3.4028235e38"), std::numeric_limits<float>::max());
  EXPECT_EQ(*Number<float>("1e-46"), 0.0F);
  EXPECT_EQ(*Number<float>("1e-40"), 1e-40F);
  EXPECT_EQ(*Number<float>("16777217"), 16777216.0F);
}

TEST(ToNumber, GivesBackWhatWasWritten) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 500; ++repeat) {
    const auto bits = static_cast<int64_t>(random());
    double value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    if (std::isnan(value)) continue;
    EXPECT_EQ(*Number<double>(absl::StrFormat("%.17g", value)), value);
    EXPECT_EQ(*Number<double>(absl::StrFormat("%a", value)), value);
    EXPECT_EQ(*Number<int64_t>(absl::StrFormat("%d", bits)), bits);
    EXPECT_EQ(
        *Number<uint64_t>(absl::StrFormat("%d", static_cast<uint64_t>(bits))),
        static_cast<uint64_t>(bits));
  }
}

TEST(ToNumber, ReadsIntegersThatFit) {
  EXPECT_EQ(*Number<int32_t>(" 007\n"), 7);
  EXPECT_EQ(*Number<int32_t>("+3"), 3);
  EXPECT_EQ(*Number<int32_t>("-2147483648"), -2147483648);
  EXPECT_EQ(*Number<uint32_t>("4294967295"), 4294967295);
  EXPECT_EQ(*Number<uint64_t>("18446744073709551615"), ~uint64_t{0});
  for (const std::string_view text :
       {"2147483648", "-2147483649", "1.0", "1e3", "0x10", "inf", ""}) {
    EXPECT_FALSE(Number<int32_t>(text).ok()) << text;
  }
  for (const std::string_view text : {"-1", "-0", "4294967296", "+-1"})
    EXPECT_FALSE(Number<uint32_t>(text).ok()) << text;
  EXPECT_FALSE(Number<int64_t>("9223372036854775808").ok());
}

TEST(ToNumber, RefusesWhatIsNoNumber) {
  for (const std::string_view text : {"",
                                      " ",
                                      "abc",
                                      "1 2",
                                      "--1",
                                      "+-1",
                                      "- 1",
                                      "1e",
                                      "1e+",
                                      ".",
                                      "-",
                                      "0x",
                                      "0x1p",
                                      "0x-1",
                                      "0xinf",
                                      "-0xNaN",
                                      "1,000",
                                      "1f",
                                      "1_0",
                                      "infx",
                                      "e5",
                                      "\xC2\xA0"
                                      "1",
                                      "\xD9\xA1"}) {
    EXPECT_FALSE(Number<float>(text).ok()) << text;
    EXPECT_FALSE(Number<int64_t>(text).ok()) << text;
  }
  EXPECT_FALSE(Number<float>(std::string_view("1\0", 2)).ok());
}

TEST(ToNumber, KeepsTheShape) {
  const StringTensor strings =
      StringTensor::FromStrings(std::vector<std::string_view>{"1", "2", "3"});
  const Tensor numbers =
      *ToNumber(*Tensor::FromRowSplits(strings, {0, 2, 2, 3}),
                {.exec = {.num_threads = 4}});
  EXPECT_THAT(numbers.partition(0).row_splits(), ElementsAre(0, 2, 2, 3));
  EXPECT_THAT(numbers.items<float>(), ElementsAre(1, 2, 3));
}

TEST(ToNumber, NamesTheFirstWrongString) {
  const StringTensor strings =
      StringTensor::FromStrings(std::vector<std::string_view>{"1", "x", "y"});
  EXPECT_THAT(ToNumber(strings),
              FailsWith(absl::StatusCode::kInvalidArgument, "string 1 is 'x'"));
  EXPECT_THAT(ToNumber(strings, {.dtype = DType::kInt8}),
              FailsWith(absl::StatusCode::kInvalidArgument, "got int8"));
  EXPECT_THAT(ToNumber(Tensor::Scalar(1)),
              FailsWith(absl::StatusCode::kInvalidArgument, "must be strings"));
}

}  // namespace
}  // namespace rowsplit
