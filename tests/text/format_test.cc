#include "rowsplit/text/format.h"

#include <cstdint>
#include <numeric>
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

std::string Text(const Tensor& tensor, int64_t summarize = 3) {
  return *Format("{}", {&tensor, 1}, {.summarize = summarize});
}

Tensor Iota(std::vector<int64_t> shape) {
  int64_t size = 1;
  for (const int64_t axis : shape) size *= axis;
  BufferBuilder<int32_t> values(static_cast<size_t>(size));
  std::iota(values.data(), values.data() + size, 0);
  return *Tensor::Dense(std::move(values).Build(), std::move(shape));
}

Tensor Strings(std::vector<std::string_view> strings) {
  return Tensor::Vector(StringTensor::FromStrings(strings));
}

TEST(Format, PutsTensorsIntoPlaceholders) {
  const std::vector<Tensor> tensors = {Tensor::Scalar(1.5F),
                                       Tensor::Scalar(std::string_view("a b"))};
  EXPECT_EQ(*Format("<{} {}>", tensors), "<1.5 \"a b\">");
  EXPECT_EQ(*Format("%t{}%t", tensors, {.placeholder = "%t"}), "1.5{}\"a b\"");
  EXPECT_EQ(*Format("none", {}), "none");
}

// What TensorFlow 2.21 gives.
TEST(Format, WritesDenseTensors) {
  EXPECT_EQ(Text(Iota({7})), "[0 1 2 ... 4 5 6]");
  EXPECT_EQ(Text(Iota({6})), "[0 1 2 3 4 5]");
  EXPECT_EQ(Text(Iota({7}), -1), "[0 1 2 3 4 5 6]");
  EXPECT_EQ(Text(Iota({7}), 1), "[0 ... 6]");
  EXPECT_EQ(Text(Iota({7}), 0), "[ ...]");
  EXPECT_EQ(Text(Iota({3, 1})), "[[0]\n [1]\n [2]]");
  EXPECT_EQ(Text(Iota({10, 7}), 1), "[[0 ... 6]\n ...\n [63 ... 69]]");
  EXPECT_EQ(Text(Iota({4, 4, 4}), 1),
            "[[[0 ... 3]\n  ...\n  [12 ... 15]]\n\n ...\n\n [[48 ... 51]\n  "
            "...\n  [60 ... 63]]]");
  EXPECT_EQ(Text(Iota({0})), "[]");
  EXPECT_EQ(Text(Iota({0, 2})), "[]");
  EXPECT_EQ(Text(Iota({2, 0})), "[\n ...]");
  EXPECT_EQ(Text(Iota({2, 0, 2})), "[\n\n ...]");
  EXPECT_EQ(Text(Tensor::Scalar(int8_t{-5})), "-5");
  EXPECT_EQ(Text(Tensor::Scalar(int8_t{-5}), 0), "...");
  EXPECT_EQ(Text(Tensor::Scalar(true)), "1");
  EXPECT_EQ(Text(Tensor::Scalar(true), 0), "");
  EXPECT_EQ(Text(Tensor::Scalar(Float16{0x2E66})), "0.0999755859");
  EXPECT_EQ(Text(Tensor::Scalar(1.0 / 3)), "0.33333333333333331");
}

TEST(Format, EscapesStringsOfDenseTensors) {
  EXPECT_EQ(Text(Strings({"a\"b\\c", "d'"})), R"(["a\"b\\c" "d\'"])");
  EXPECT_EQ(Text(Strings({"a\n\t\r\x01\x7F é"})),
            "[\"a\\n\\t\\r\\001\\177 é\"]");
}

TEST(Format, WritesRaggedTensors) {
  const auto ragged = [](Tensor values, std::initializer_list<Offset> splits) {
    return *Tensor::FromRowSplits(std::move(values), splits);
  };
  EXPECT_EQ(Text(ragged(Iota({3}), {0, 2, 2, 3})), "[[0, 1], [], [2]]");
  EXPECT_EQ(Text(ragged(Iota({9}), {0, 1, 6, 6, 6, 7, 9}), 2),
            "[[0], [1, 2, ..., 4, 5], ..., [6], [7, 8]]");
  EXPECT_EQ(Text(ragged(Iota({4, 2}), {0, 3, 4}), 1),
            "[[[0, 1], ..., [4, 5]], [[6, 7]]]");
  EXPECT_EQ(Text(ragged(Tensor::Vector(Buffer<float>{1.5F}), {0, 1, 1})),
            "[[1.500000], []]");
  EXPECT_EQ(Text(ragged(Tensor::Vector(Buffer<bool>{true}), {0, 1})),
            "[[true]]");
  EXPECT_EQ(Text(ragged(Strings({"a", "b'c", "d\\e\n"}), {0, 2, 3})),
            "[['a', 'b\\'c'], ['d\\\\e\n']]");
  EXPECT_EQ(Text(ragged(Iota({0}), {0})), "[]");
  const Tensor deep = ragged(ragged(Iota({4}), {0, 2, 3, 4}), {0, 1, 1, 3});
  EXPECT_EQ(Text(deep), "[[[0, 1]], [], [[2], [3]]]");
}

TEST(Format, RefusesWhatDoesNotFit) {
  const Tensor one = Iota({1});
  EXPECT_THAT(Format("{} {}", {&one, 1}),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "each of the 2 placeholders '{}' of the template, got "
                        "1"));
  EXPECT_THAT(Format("a", {}, {.placeholder = ""}),
              FailsWith(absl::StatusCode::kInvalidArgument, "not be empty"));
  const Tensor ragged = *Tensor::FromRowSplits(one, {0, 1});
  for (const int64_t summarize : {0, -2}) {
    EXPECT_THAT(Format("{}", {&ragged, 1}, {.summarize = summarize}),
                FailsWith(absl::StatusCode::kInvalidArgument,
                          "-1 or positive for ragged tensors"));
  }
}

}  // namespace
}  // namespace rowsplit
