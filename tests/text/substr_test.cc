#include "rowsplit/text/substr.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::StringsAre;
using ::testing::ElementsAre;

absl::StatusOr<StringTensor> One(std::string_view text, int64_t position,
                                 int64_t length,
                                 CharUnit unit = CharUnit::kByte) {
  return Substr(Strings({text}), {&position, 1}, {&length, 1}, {.unit = unit});
}

Tensor Ints(std::vector<int64_t> values, std::vector<int64_t> shape) {
  return *Tensor::Dense(Buffer<int64_t>::Copy(values), std::move(shape));
}

TEST(Substr, TakesBytes) {
  EXPECT_THAT(*One("hello", 1, 3), StringsAre({"ell"}));
  EXPECT_THAT(*One("hello", -2, 9), StringsAre({"lo"}));
  EXPECT_THAT(*One("hello", 5, 1), StringsAre({""}));
  EXPECT_THAT(*One("hello", 2, -1), StringsAre({"llo"}));
  EXPECT_THAT(*One("hello", 0, 0), StringsAre({""}));
  EXPECT_THAT(*One("hello", 1, std::numeric_limits<int64_t>::max()),
              StringsAre({"ello"}));
}

TEST(Substr, TakesCharacters) {
  constexpr CharUnit kChar = CharUnit::kUtf8Char;
  EXPECT_THAT(*One("aéb", 1, 1, kChar), StringsAre({"é"}));
  EXPECT_THAT(*One("aéb", -2, 1, kChar), StringsAre({"é"}));
  EXPECT_THAT(*One("aéb", 3, 1, kChar), StringsAre({""}));
  EXPECT_THAT(*One("aéb", 0, -1, kChar), StringsAre({""}));
  // The first byte begins a character whatever it is.
  EXPECT_THAT(*One("\x80\x80z\x80", -2, 1, kChar), StringsAre({"\x80\x80"}));
  EXPECT_THAT(*One("\x80\x80z\x80", 1, 1, kChar), StringsAre({"z\x80"}));
}

// Where characters begin, and the end.
std::vector<size_t> Places(std::string_view text, CharUnit unit) {
  std::vector<size_t> places;
  for (size_t i = 0; i < text.size(); ++i) {
    if (unit == CharUnit::kByte || i == 0 || (text[i] & 0xC0) != 0x80)
      places.push_back(i);
  }
  places.push_back(text.size());
  return places;
}

std::optional<std::string> SubstrPlainly(std::string_view text,
                                         int64_t position, int64_t length,
                                         CharUnit unit) {
  const std::vector<size_t> places = Places(text, unit);
  const auto count = static_cast<int64_t>(places.size()) - 1;
  if (position > count || position < -count) return std::nullopt;
  if (unit == CharUnit::kUtf8Char && length < 0) {
    if (position < 0) return std::nullopt;
    return "";
  }
  const int64_t begin = position < 0 ? position + count : position;
  const int64_t end =
      length < 0 ? count : std::min<int64_t>(count, begin + length);
  return std::string(text.substr(places[begin], places[end] - places[begin]));
}

TEST(Substr, EqualsThePlainWay) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 3000; ++repeat) {
    std::string text;
    const uint64_t size = Below(random, repeat % 50 == 0 ? 400 : 12);
    for (uint64_t i = 0; i < size; ++i)
      text += "ab\xC3\x80\xA9\xE2"[Below(random, 6)];
    const auto reach = static_cast<int64_t>(size) + 3;
    const int64_t position =
        static_cast<int64_t>(Below(random, 2 * reach)) - reach;
    const int64_t length =
        static_cast<int64_t>(Below(random, 2 * reach)) - reach / 2;
    for (const CharUnit unit : {CharUnit::kByte, CharUnit::kUtf8Char}) {
      const auto expected = SubstrPlainly(text, position, length, unit);
      const auto part = One(text, position, length, unit);
      ASSERT_EQ(part.ok(), expected.has_value())
          << text << " " << position << " " << length;
      if (part.ok()) {
        ASSERT_THAT(*part, StringsAre({*expected}));
      }
    }
  }
}

TEST(Substr, TakesAPositionForEachString) {
  const std::vector<int64_t> positions = {0, 1, -1};
  const std::vector<int64_t> lengths = {1, 1, 2};
  for (const int num_threads : {1, 4}) {
    EXPECT_THAT(*Substr(Strings({"abc", "def", "ghi"}), positions, lengths,
                        {.exec = {.num_threads = num_threads}}),
                StringsAre({"a", "e", "i"}));
  }
}

TEST(Substr, BroadcastsTensors) {
  const Tensor column = *Tensor::Dense(Strings({"abc", "def"}), {2, 1});
  const Tensor parts =
      *Substr(column, Ints({0, 1, 2}, {3}), Ints({2, 1, 1}, {3}));
  EXPECT_THAT(parts.flat_shape(), ElementsAre(2, 3));
  EXPECT_THAT(parts.strings(), StringsAre({"ab", "b", "c", "de", "e", "f"}));
  const Tensor scalar = *Substr(Tensor::Scalar(std::string_view("abc")),
                                Ints({0, 1}, {2}), Ints({1, 1}, {2}));
  EXPECT_THAT(scalar.flat_shape(), ElementsAre(2));
  EXPECT_THAT(scalar.strings(), StringsAre({"a", "b"}));
}

TEST(Substr, KeepsRows) {
  const Tensor ragged =
      *Tensor::FromRowSplits(Strings({"abc", "de", "f"}), {0, 2, 2, 3});
  const Tensor parts =
      *Substr(ragged, Tensor::Scalar(int32_t{-1}), Tensor::Scalar(int32_t{1}));
  EXPECT_EQ(parts.partition(0), ragged.partition(0));
  EXPECT_THAT(parts.strings(), StringsAre({"c", "e", "f"}));
  const Tensor each =
      *Substr(ragged, Ints({0, 1, 0}, {3}), Ints({1, 1, 1}, {3}));
  EXPECT_THAT(each.strings(), StringsAre({"a", "e", "f"}));
  EXPECT_THAT(
      Substr(ragged, Ints({0, 0}, {2, 1}), Ints({1, 1}, {2, 1})),
      FailsWith(absl::StatusCode::kInvalidArgument, "keep their shape"));
}

TEST(Substr, RefusesWhatDoesNotFit) {
  EXPECT_THAT(One("ab", 3, 1), FailsWith(absl::StatusCode::kInvalidArgument,
                                         "string 0 of 2 bytes, position 3"));
  EXPECT_THAT(One("ab", std::numeric_limits<int64_t>::min(), 1),
              FailsWith(absl::StatusCode::kInvalidArgument, "position -9"));
  EXPECT_THAT(One("é", 2, 1, CharUnit::kUtf8Char),
              FailsWith(absl::StatusCode::kInvalidArgument, "position 2"));
  EXPECT_THAT(One("é", -1, -1, CharUnit::kUtf8Char),
              FailsWith(absl::StatusCode::kInvalidArgument, "length -1"));
  const std::vector<int64_t> two = {0, 0};
  EXPECT_THAT(Substr(Strings({"a", "b", "c"}), two, two),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "one of positions or one for each of the 3 strings"));
  EXPECT_THAT(Substr(Strings({"a", "b"}), two, {}),
              FailsWith(absl::StatusCode::kInvalidArgument, "lengths"));
  const Tensor strings = Tensor::Vector(Strings({"a", "b"}));
  EXPECT_THAT(Substr(strings, Ints({0}, {1}), Ints({1, 1}, {2})),
              FailsWith(absl::StatusCode::kInvalidArgument, "of one shape"));
  EXPECT_THAT(Substr(strings, Ints({}, {0}), Ints({}, {0})),
              FailsWith(absl::StatusCode::kInvalidArgument, "not empty"));
  EXPECT_THAT(Substr(strings, Ints({0, 0, 0}, {3}), Ints({1, 1, 1}, {3})),
              FailsWith(absl::StatusCode::kInvalidArgument, "Substr"));
  EXPECT_THAT(Substr(strings, Tensor::Scalar(1.0F), Tensor::Scalar(1.0F)),
              FailsWith(absl::StatusCode::kInvalidArgument, "positions"));
}

}  // namespace
}  // namespace rowsplit
