#include "rowsplit/text/unicode_codec.h"

#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/utf8_decode_ref.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::StringsAre;
using ::rowsplit::testing::ToRows;
using ::rowsplit::testing::ToStrings;
using ::testing::ElementsAre;
using namespace std::string_literals;

constexpr std::string_view kWellFormed = "ab \t\nxyz";
constexpr std::string_view kAnyBytes = "ab\t \xC3\xA4\xE2\x80\x83\xF0\x9F\xFF";

struct Plain {
  std::vector<int32_t> points;
  std::vector<Offset> starts;
};

Plain DecodePlainly(std::string_view row, const UnicodeCodecOptions& options) {
  Plain decoded;
  for (size_t at = 0; at < row.size();) {
    internal::Utf8Sequence piece = {1, true};
    if (static_cast<uint8_t>(row[at]) >= 0x80)
      piece = internal::ReadUtf8Sequence(row, at);
    int32_t point = -1;
    if (piece.good)
      point = reference::DecodeUtf8Character(
          reinterpret_cast<const uint8_t*>(row.data()) + at);
    if (options.replace_control_characters && point < 0x20) point = -1;
    if (point >= 0 || options.errors != ErrorPolicy::kSkip) {
      decoded.points.push_back(point < 0 ? options.replacement : point);
      decoded.starts.push_back(static_cast<Offset>(at));
    }
    at += piece.size;
  }
  return decoded;
}

void ForOptions(const std::function<void(UnicodeCodecOptions)>& run) {
  for (const ErrorPolicy errors : {ErrorPolicy::kReplace, ErrorPolicy::kSkip}) {
    for (const bool controls : {false, true}) {
      for (const int threads : {1, 3}) {
        run({.errors = errors,
             .replacement = '?',
             .replace_control_characters = controls,
             .exec = {.num_threads = threads}});
      }
    }
  }
}

std::vector<StringCase> Cases() {
  std::vector<StringCase> cases = StringCases(Seed(), kAnyBytes, 150'000);
  for (StringCase& c : StringCases(Seed(), kWellFormed, 150'000))
    cases.push_back(std::move(c));
  return cases;
}

TEST(UnicodeDecode, GivesCodePoints) {
  EXPECT_THAT(*UnicodeDecode(Strings({"aé", "", "\xFF日👍"}), "UTF-8"),
              RaggedIs<int32_t>({{97, 233}, {}, {0xFFFD, 0x65E5, 0x1F44D}}));
  EXPECT_THAT(*UnicodeDecode(Strings({"\xE9"}), "latin1"),
              RaggedIs<int32_t>({{233}}));
  EXPECT_EQ(UnicodeDecode(StringTensorView(), "UTF-8")->num_rows(), 0);
}

TEST(UnicodeDecode, EqualsAPlainLoop) {
  const std::vector<StringCase> cases = Cases();
  ForOptions([&](const UnicodeCodecOptions& options) {
    for (const StringCase& c : cases) {
      SCOPED_TRACE(c.name);
      std::vector<std::vector<int32_t>> points;
      std::vector<Offset> starts;
      for (int64_t row = 0; row < c.view().size(); ++row) {
        Plain plain = DecodePlainly(c.view()[row], options);
        starts.insert(starts.end(), plain.starts.begin(), plain.starts.end());
        points.push_back(std::move(plain.points));
      }
      const auto decoded = UnicodeDecodeWithOffsets(c.view(), "UTF-8", options);
      ASSERT_TRUE(decoded.ok());
      ASSERT_EQ(ToRows(decoded->code_points), points);
      ASSERT_TRUE(std::equal(decoded->starts.begin(), decoded->starts.end(),
                             starts.begin(), starts.end()));
      ASSERT_EQ(*UnicodeDecode(c.view(), "UTF-8", options),
                decoded->code_points);
    }
  });
}

TEST(UnicodeDecode, StopsAtTheFirstFaultWhenStrict) {
  const UnicodeCodecOptions strict{.errors = ErrorPolicy::kStrict,
                                   .replace_control_characters = true};
  EXPECT_THAT(UnicodeDecode(Strings({"ok", "a\xC3("}), "UTF-8", strict),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "string 1 is no well-formed UTF-8: byte 1 (C3)"));
  EXPECT_THAT(*UnicodeDecode(Strings({"\x81"}), "windows-1252", strict),
              RaggedIs<int32_t>({{0x81}}));
  // A control character is replaced.
  EXPECT_THAT(*UnicodeDecode(Strings({"a\n"}), "UTF-8", strict),
              RaggedIs<int32_t>({{97, 0xFFFD}}));
}

TEST(UnicodeEncode, WritesRows) {
  const auto points = *RaggedTensor<int32_t>::FromRowSplits(
      {97, 233, 0xD800, 0x110000, -1, 0xFFFE}, {0, 2, 2, 6});
  EXPECT_THAT(*UnicodeEncode(points.view(), "UTF-8"),
              StringsAre({"aé", "", "\uFFFD\uFFFD\uFFFD\uFFFE"}));
  EXPECT_THAT(*UnicodeEncode(points.view(), "UTF-16-BE",
                             {.errors = ErrorPolicy::kSkip}),
              StringsAre({"\0a\0\xE9"s, "", "\xFF\xFE"}));
  EXPECT_THAT(*UnicodeEncode(points.view(), "UTF-32-BE", {.replacement = '?'}),
              StringsAre({"\0\0\0a\0\0\0\xE9"s, "",
                          "\0\0\0?\0\0\0?\0\0\0?\0\0\xFF\xFE"s}));
  EXPECT_THAT(
      UnicodeEncode(points.view(), "UTF-8", {.errors = ErrorPolicy::kStrict}),
      FailsWith(absl::StatusCode::kInvalidArgument,
                "row 2, value 0 is no Unicode scalar value: 55296"));
  EXPECT_EQ(UnicodeEncode(RaggedView<int32_t>(), "UTF-8")->size(), 0);
}

TEST(UnicodeEncode, IsTheInverseOfDecode) {
  for (const StringCase& c : StringCases(Seed(), kWellFormed, 150'000)) {
    for (const int threads : {1, 3}) {
      const UnicodeCodecOptions options{.exec = {.num_threads = threads}};
      const auto points = UnicodeDecode(c.view(), "UTF-8", options);
      const auto again = UnicodeEncode(points->view(), "UTF-8", options);
      ASSERT_TRUE(again.ok());
      ASSERT_EQ(ToStrings(*again), ToStrings(c.view())) << c.name;
      const auto wide = UnicodeEncode(points->view(), "UTF-16-BE", options);
      ASSERT_EQ(*UnicodeDecode(*wide, "UTF-16-BE", options), *points);
    }
  }
}

TEST(UnicodeEncode, TakesAViewThatBeginsLater) {
  const std::vector<Offset> splits = {2, 3, 5};
  const std::vector<int32_t> values = {-1, -1, 'a', 0xE9, 'c', -1};
  EXPECT_THAT(*UnicodeEncode(RaggedView<int32_t>{splits, values}, "UTF-8",
                             {.errors = ErrorPolicy::kStrict}),
              StringsAre({"a", "éc"}));
}

TEST(UnicodeEncode, TakesTensorsOfAnyRank) {
  const Tensor vector = Tensor::Vector(Buffer<int32_t>{'a', 0xE9});
  const auto scalar = UnicodeEncode(vector, "UTF-8");
  EXPECT_EQ(scalar->rank(), 0);
  EXPECT_THAT(scalar->strings(), StringsAre({"aé"}));
  const Tensor cube =
      *Tensor::Dense(Buffer<int32_t>{'a', 'b', 'c', 'd', 'e', 'f'}, {1, 3, 2});
  const auto square = UnicodeEncode(cube, "UTF-8");
  EXPECT_THAT(square->flat_shape(), ElementsAre(1, 3));
  EXPECT_THAT(square->strings(), StringsAre({"ab", "cd", "ef"}));
  const auto nested =
      UnicodeEncode(*Tensor::FromRowSplits(
                        *Tensor::FromRowSplits(vector, {0, 1, 2}), {0, 2, 2}),
                    "UTF-8");
  EXPECT_EQ(nested->ragged_rank(), 1);
  EXPECT_THAT(nested->strings(), StringsAre({"a", "é"}));
  const Tensor empty = *Tensor::Dense(Buffer<int32_t>{}, {2, 0});
  EXPECT_THAT(UnicodeEncode(empty, "UTF-8")->strings(), StringsAre({"", ""}));
  const Tensor inner = *Tensor::FromRowSplits(
      *Tensor::Dense(Buffer<int32_t>{'a', 'b', 'c', 'd'}, {2, 2}), {0, 2});
  const auto of_inner = UnicodeEncode(inner, "UTF-8");
  EXPECT_EQ(of_inner->ragged_rank(), 1);
  EXPECT_THAT(of_inner->strings(), StringsAre({"ab", "cd"}));
}

TEST(UnicodeEncode, RefusesOtherTensors) {
  EXPECT_THAT(UnicodeEncode(Tensor::Scalar(int32_t{97}), "UTF-8"),
              FailsWith(absl::StatusCode::kInvalidArgument, "rank 0"));
  EXPECT_THAT(UnicodeEncode(Tensor::Vector(Buffer<int64_t>{97}), "UTF-8"),
              FailsWith(absl::StatusCode::kInvalidArgument, "got int64"));
}

TEST(CharacterEnds, AreWhereTheNextBegins) {
  const StringTensor input = Strings({"éa", "", "b"});
  EXPECT_THAT(CharacterEnds(*UnicodeDecodeWithOffsets(input, "UTF-8"), input),
              ElementsAre(2, 3, 1));
  EXPECT_TRUE(CharacterEnds(DecodedText(), StringTensorView()).empty());
}

TEST(UnicodeSplit, GivesEachCharacterAndItsPlace) {
  const auto split =
      UnicodeSplitWithOffsets(Strings({"éa", "\xE2\x82z", ""}), "UTF-8");
  EXPECT_THAT(split->characters, RaggedIs({{"é", "a"}, {"\uFFFD", "z"}, {}}));
  EXPECT_THAT(split->starts, ElementsAre(0, 2, 0, 2));
  EXPECT_THAT(*UnicodeSplit(Strings({"\xD8\x3D\xDC\x4D\x4E\x2D"}), "UTF-16-BE"),
              RaggedIs({{"\xD8\x3D\xDC\x4D", "\x4E\x2D"}}));
  EXPECT_EQ(UnicodeSplit(StringTensorView(), "UTF-8")->num_rows(), 0);
}

TEST(UnicodeSplit, EqualsAPlainLoop) {
  const std::vector<StringCase> cases = Cases();
  ForOptions([&](const UnicodeCodecOptions& options) {
    UnicodeCodecOptions without_controls = options;
    without_controls.replace_control_characters = false;
    for (const StringCase& c : cases) {
      SCOPED_TRACE(c.name);
      const auto decoded =
          UnicodeDecodeWithOffsets(c.view(), "UTF-8", without_controls);
      const auto split = UnicodeSplitWithOffsets(c.view(), "UTF-8", options);
      ASSERT_TRUE(split.ok());
      ASSERT_EQ(split->characters.shape(), decoded->code_points.shape());
      const auto& points = decoded->code_points.flat_values();
      std::vector<Offset> ones(points.size() + 1);
      std::iota(ones.begin(), ones.end(), 0);
      const auto singles =
          UnicodeEncode(RaggedView<int32_t>{ones, points.span()}, "UTF-8");
      ASSERT_EQ(ToStrings(split->characters.flat_values()),
                ToStrings(*singles));
      ASSERT_TRUE(std::equal(split->starts.begin(), split->starts.end(),
                             decoded->starts.begin(), decoded->starts.end()));
    }
  });
}

TEST(UnicodeTranscode, ChangesTheEncoding) {
  EXPECT_THAT(*UnicodeTranscode(Strings({"\xE9", ""}), "latin1", "UTF-8"),
              StringsAre({"é", ""}));
  EXPECT_THAT(*UnicodeTranscode(Strings({"\x83\x65"}), "Shift_JIS", "UTF-8"),
              StringsAre({"テ"}));
  EXPECT_THAT(*UnicodeTranscode(Strings({"a\xFF\t"}), "UTF-8", "UTF-8",
                                {.errors = ErrorPolicy::kSkip,
                                 .replace_control_characters = true}),
              StringsAre({"a"}));
  EXPECT_THAT(UnicodeTranscode(Strings({"a\t"}), "UTF-8", "UTF-16-BE",
                               {.errors = ErrorPolicy::kStrict,
                                .replace_control_characters = true}),
              FailsWith(absl::StatusCode::kInvalidArgument, "byte 1 (09)"));
}

TEST(UnicodeTranscode, EqualsDecodeAndEncode) {
  const std::vector<StringCase> cases = Cases();
  ForOptions([&](const UnicodeCodecOptions& options) {
    for (const StringCase& c : cases) {
      for (const char* output : {"UTF-8", "UTF-32-BE"}) {
        const auto points = UnicodeDecode(c.view(), "UTF-8", options);
        ASSERT_EQ(
            ToStrings(*UnicodeTranscode(c.view(), "UTF-8", output, options)),
            ToStrings(*UnicodeEncode(points->view(), output, options)))
            << c.name;
      }
    }
  });
}

TEST(UnicodeCodec, ChecksItsArguments) {
  const StringTensor input = Strings({"a"});
  const UnicodeCodecOptions bad{.replacement = 0x110000};
  EXPECT_THAT(UnicodeDecode(input, "nosuch"),
              FailsWith(absl::StatusCode::kInvalidArgument, "\"nosuch\""));
  EXPECT_THAT(UnicodeDecode(input, "UTF-8", bad),
              FailsWith(absl::StatusCode::kInvalidArgument, "1114112"));
  EXPECT_THAT(UnicodeSplit(input, "latin1"),
              FailsWith(absl::StatusCode::kInvalidArgument, "\"latin1\""));
  EXPECT_THAT(UnicodeTranscode(input, "UTF-8", "latin1"),
              FailsWith(absl::StatusCode::kInvalidArgument, "\"latin1\""));
  EXPECT_THAT(UnicodeEncode(RaggedView<int32_t>(), "UTF-8", bad),
              FailsWith(absl::StatusCode::kInvalidArgument, "1114112"));
}

TEST(UnicodeCodec, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const UnicodeCodecOptions options{.exec = {.cancellation = &token}};
  const StringTensor input = Strings({"a"});
  const auto points = *RaggedTensor<int32_t>::FromRowSplits({97}, {0, 1});
  const auto cancelled = FailsWith(absl::StatusCode::kCancelled, "");
  EXPECT_THAT(UnicodeDecode(input, "UTF-8", options), cancelled);
  EXPECT_THAT(UnicodeEncode(points.view(), "UTF-8", options), cancelled);
  EXPECT_THAT(UnicodeSplit(input, "UTF-8", options), cancelled);
  EXPECT_THAT(UnicodeTranscode(input, "UTF-8", "UTF-8", options), cancelled);
}

}  // namespace
}  // namespace rowsplit
