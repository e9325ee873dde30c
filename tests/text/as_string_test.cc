#include "rowsplit/text/as_string.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::StringsAre;
using ::testing::ElementsAre;

template <typename T>
std::vector<std::string> Texts(std::initializer_list<T> values,
                               const AsStringOptions& options = {}) {
  return testing::ToStrings(
      AsString(Tensor::Vector(Buffer<T>(values)), options)->strings());
}

TEST(AsString, WritesEachDType) {
  EXPECT_THAT(Texts<int8_t>({-1, 7}), ElementsAre("-1", "7"));
  EXPECT_THAT(Texts<uint64_t>({~uint64_t{0}}),
              ElementsAre("18446744073709551615"));
  EXPECT_THAT(Texts<float>({1.5F, -0.0F}),
              ElementsAre("1.500000", "-0.000000"));
  EXPECT_THAT(Texts<Float16>({Float16{0x3E00}}), ElementsAre("1.500000"));
  EXPECT_THAT(Texts<BFloat16>({BFloat16{0x3FC0}}), ElementsAre("1.500000"));
  EXPECT_THAT(Texts<bool>({true, false}, {.width = 9}),
              ElementsAre("true", "false"));
  EXPECT_THAT(AsString(StringTensor::FromStrings(
                           std::vector<std::string_view>{"ab", ""}),
                       {.precision = 1, .width = 3, .fill = "-"})
                  ->strings(),
              StringsAre({"ab ", "   "}));
}

TEST(AsString, TakesThreeFormatsOfFloats) {
  EXPECT_THAT(Texts<double>({3.14159}, {.precision = 2}), ElementsAre("3.14"));
  EXPECT_THAT(Texts<double>({1234567.0}, {.scientific = true}),
              ElementsAre("1.234567e+06"));
  EXPECT_THAT(Texts<double>({1234567.0, 0.5}, {.shortest = true}),
              ElementsAre("1.23457e+06", "0.5"));
}

TEST(AsString, PadsByFlags) {
  EXPECT_THAT(Texts<int32_t>({7, -7}, {.width = 4}),
              ElementsAre("   7", "  -7"));
  EXPECT_THAT(Texts<int32_t>({7, -7}, {.width = 4, .fill = "0"}),
              ElementsAre("0007", "-007"));
  EXPECT_THAT(Texts<int32_t>({7, -7}, {.width = 4, .fill = "-"}),
              ElementsAre("7   ", "-7  "));
  EXPECT_THAT(Texts<int32_t>({7, -7}, {.fill = "+"}), ElementsAre("+7", "-7"));
  EXPECT_THAT(Texts<int32_t>({7, -7}, {.width = INT64_MIN}),
              ElementsAre("7", "-7"));
  EXPECT_THAT(Texts<float>({1}, {.precision = 0, .fill = "#"}),
              ElementsAre("1."));
}

TEST(AsString, KeepsTheShapeOnAnyThreads) {
  BufferBuilder<int32_t> values(10'000);
  for (int32_t i = 0; i < 10'000; ++i) values[i] = i;
  const Tensor ragged = *Tensor::FromRowSplits(
      Tensor::Vector(std::move(values).Build()), {0, 4000, 4000, 10'000});
  const Tensor one = *AsString(ragged, {.exec = {.num_threads = 1}});
  const Tensor four = *AsString(ragged, {.exec = {.num_threads = 4}});
  EXPECT_EQ(one, four);
  EXPECT_EQ(one.partition(0), ragged.partition(0));
  EXPECT_EQ(one.strings()[9999], "9999");
}

TEST(AsString, RefusesOptionsThatDoNotFit) {
  const Tensor floats = Tensor::Scalar(1.0F);
  const Tensor ints = Tensor::Scalar(1);
  for (const std::string_view fill : {"x", "%", "é", "00"}) {
    EXPECT_THAT(AsString(floats, {.fill = fill}),
                FailsWith(absl::StatusCode::kInvalidArgument, "the fill"));
  }
  EXPECT_THAT(AsString(floats, {.scientific = true, .shortest = true}),
              FailsWith(absl::StatusCode::kInvalidArgument, "not both"));
  EXPECT_THAT(AsString(ints, {.precision = 0}),
              FailsWith(absl::StatusCode::kInvalidArgument, "not for int32"));
  EXPECT_THAT(AsString(Tensor::Scalar(true), {.shortest = true}),
              FailsWith(absl::StatusCode::kInvalidArgument, "not for bool"));
  EXPECT_THAT(AsString(ints, {.width = int64_t{1} << 40}),
              FailsWith(absl::StatusCode::kInvalidArgument, "at most 1048576"));
}

}  // namespace
}  // namespace rowsplit
