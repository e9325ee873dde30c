#include "rowsplit/text/split.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
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
using ::rowsplit::testing::ToRows;

constexpr std::string_view kBlanks = " \t\n\v\f\r";

RaggedStringTensor Split(StringTensorView input, int64_t maxsplit = -1) {
  return *CopyTokens(*SplitWhitespace(input, {.maxsplit = maxsplit}),
                     input.bytes());
}

// What Python's bytes.split would do, but for its limits.
std::vector<std::string> SplitPlainly(std::string_view text) {
  std::vector<std::string> tokens;
  while (true) {
    const size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return tokens;
    const size_t end =
        std::min(text.find_first_of(kBlanks, begin), text.size());
    tokens.emplace_back(text.substr(begin, end - begin));
    text = text.substr(end);
  }
}

TEST(SplitWhitespace, SplitsAtRunsOfSixBytes) {
  EXPECT_THAT(Split(Strings({" a\tbb \r\n\v\fc ", "", " \n", "d"})),
              RaggedIs({{"a", "bb", "c"}, {}, {}, {"d"}}));
}

TEST(SplitWhitespace, TakesNoOtherByteForWhitespace) {
  // U+0085, U+00A0, U+3000, the separators 1C to 1F, NUL.
  const std::string text(
      "a\xC2\x85"
      "b\xC2\xA0"
      "c\xE3\x80\x80"
      "d\x1C\x1D\x1E\x1F\0e",
      16);
  EXPECT_EQ(ToRows(Split(Strings({text}))),
            (std::vector<std::vector<std::string>>{{text}}));
}

TEST(SplitWhitespace, EndsATokenWithItsRow) {
  EXPECT_THAT(Split(Strings({"ab", "c", "", "d e", "f"})),
              RaggedIs({{"ab"}, {"c"}, {}, {"d", "e"}, {"f"}}));
}

TEST(SplitWhitespace, GivesSpansOfTheInput) {
  const StringTensor input = Strings({"a b", " cd"});
  const RaggedTensor<TokenSpan> tokens = *SplitWhitespace(input);
  EXPECT_THAT(tokens, RaggedIs<TokenSpan>({{{0, 1}, {2, 1}}, {{4, 2}}}));
}

TEST(SplitWhitespace, LeavesTheRestAfterTheLastCut) {
  const StringTensor input =
      Strings({"", "a b  c", " ", " x", "x ", "abc", "  lead and trail "});
  EXPECT_THAT(Split(input, 0), RaggedIs({{""},
                                         {"a b  c"},
                                         {" "},
                                         {" x"},
                                         {"x "},
                                         {"abc"},
                                         {"  lead and trail "}}));
  EXPECT_THAT(Split(input, 1), RaggedIs({{},
                                         {"a", "b  c"},
                                         {},
                                         {"x", ""},
                                         {"x", ""},
                                         {"abc", ""},
                                         {"lead", "and trail "}}));
  EXPECT_THAT(Split(input, 2), RaggedIs({{},
                                         {"a", "b", "c"},
                                         {},
                                         {"x"},
                                         {"x"},
                                         {"abc"},
                                         {"lead", "and", "trail "}}));
  EXPECT_EQ(Split(input, 100), Split(input));
  EXPECT_EQ(Split(input, -7), Split(input));
}

TEST(SplitWhitespace, EqualsAPlainLoop) {
  for (const std::string_view alphabet :
       {"ab \t\n\v\f\r", "a ", "abcdefgh ", "a", " "}) {
    for (const StringCase& c : StringCases(Seed(), alphabet, 400'000)) {
      SCOPED_TRACE(c.name);
      std::vector<std::vector<std::string>> expected;
      for (int64_t row = 0; row < c.view().size(); ++row)
        expected.push_back(SplitPlainly(c.view()[row]));
      for (const int threads : {1, 2, 8}) {
        const auto tokens =
            SplitWhitespace(c.view(), {.exec = {.num_threads = threads}});
        ASSERT_TRUE(tokens.ok());
        ASSERT_EQ(ToRows(tokens->view(), c.view().bytes()), expected);
      }
      // A limit that no row reaches goes row by row, to the same end.
      const auto limited = SplitWhitespace(c.view(), {.maxsplit = 1'000'000});
      ASSERT_EQ(ToRows(limited->view(), c.view().bytes()), expected);
    }
  }
}

TEST(SplitWhitespace, RefusesWhatSpansCanNotAddress) {
  const std::vector<Offset> offsets = {kMaxBatchBytes, kMaxBatchBytes + 1};
  // The bytes are not looked at.
  const StringTensorView input(offsets, {});
  EXPECT_THAT(SplitWhitespace(input),
              FailsWith(absl::StatusCode::kResourceExhausted,
                        "at most 4294967295 bytes"));
  EXPECT_THAT(
      SplitWhitespace(input),
      FailsWith(absl::StatusCode::kResourceExhausted, "byte 4294967296"));
}

TEST(SplitWhitespace, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(
      SplitWhitespace(Strings({"a"}), {.exec = {.cancellation = &token}}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

TEST(CopyTokens, KeepsADeepShape) {
  const RaggedShape shape = *RaggedShape::FromPartitions(
      {*RowPartition::FromRowLengths(std::vector<int64_t>{2, 0}),
       *RowPartition::FromRowLengths(std::vector<int64_t>{1, 2})});
  const auto tokens =
      *RaggedTensor<TokenSpan>::FromFlatValues(shape, {{0, 1}, {2, 2}, {4, 0}});
  const auto copied = CopyTokens(tokens, std::string_view("a bc"));
  ASSERT_TRUE(copied.ok());
  EXPECT_EQ(copied->shape(), shape);
  EXPECT_THAT(*copied, RaggedIs({{"a"}, {"bc", ""}}));
}

TEST(CopyTokens, ChecksTheSpans) {
  const auto tokens =
      *RaggedTensor<TokenSpan>::FromRowSplits({{0, 1}, {3, 2}}, {0, 2});
  EXPECT_THAT(CopyTokens(tokens, std::string_view("abcd")),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "inside the 4 bytes: token 1 has begin=3, size=2"));
  const auto wraps = *RaggedTensor<TokenSpan>::FromRowSplits(
      {{0xFFFFFFFF, 0xFFFFFFFF}}, {0, 1});
  EXPECT_THAT(CopyTokens(wraps, std::string_view("abcd")),
              FailsWith(absl::StatusCode::kInvalidArgument, "token 0"));
}

TEST(CopyTokens, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const auto tokens = *SplitWhitespace(Strings({"a"}));
  EXPECT_THAT(CopyTokens(tokens, std::string_view("a"),
                         {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
