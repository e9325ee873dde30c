#include "embedding/text_lines.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;
using Tokens = std::vector<std::string>;

struct Lines {
  absl::Status status;
  Tokens tokens;
  std::vector<float> values;
  LoadReport report;
};

Lines Parse(std::string_view text, int64_t width,
            ErrorPolicy policy = ErrorPolicy::kStrict, TextPlace place = {}) {
  Lines lines;
  const LineCounts counts = CountLines(text, width);
  lines.values.resize(static_cast<size_t>(counts.num_long_lines * width));
  ParsedLines parsed;
  lines.status =
      ParseLines(text, place, {width, policy, "f"}, lines.values, parsed);
  const StringTensor tokens = std::move(parsed.tokens).Build();
  for (int64_t i = 0; i < tokens.size(); ++i) {
    lines.tokens.emplace_back(tokens[i]);
  }
  lines.values.resize(lines.tokens.size() * static_cast<size_t>(width));
  lines.report = parsed.report;
  return lines;
}

TEST(ParseLines, ReadsATokenAndItsNumbers) {
  const Lines lines = Parse("the 0.5 -1e1\nof\t2\t+.25", 2);
  ASSERT_TRUE(lines.status.ok()) << lines.status;
  EXPECT_EQ(lines.tokens, (Tokens{"the", "of"}));
  EXPECT_EQ(lines.values, (std::vector<float>{0.5, -10, 2, 0.25}));
}

TEST(ParseLines, PassesSpacesAtTheEndAndBlankLines) {
  const Lines lines =
      Parse("\na 1 2 \r\n  \n\r\nb  3 \t 4\t\r\nc 5 6\r\r\n\n", 2);
  ASSERT_TRUE(lines.status.ok()) << lines.status;
  EXPECT_EQ(lines.tokens, (Tokens{"a", "b", "c"}));
  EXPECT_EQ(lines.values, (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

TEST(ParseLines, TakesAllBeforeTheLastNumbersForTheToken) {
  const Lines lines = Parse(
      ". . . 1 2\nat name@x 3 4\n 5 6\n  \t7 8\n a 1 2\n1 2 3 4\n\xC2\xA0 1 "
      "2\n\xFF\xFE 1 2\na\rb 1 2\n5 5 5 5 5 5 5\n",
      2);
  ASSERT_TRUE(lines.status.ok()) << lines.status;
  EXPECT_EQ(lines.tokens,
            (Tokens{". . .", "at name@x", "", "", " a", "1 2", "\xC2\xA0",
                    "\xFF\xFE", "a\rb", "5 5 5 5 5"}));
  EXPECT_EQ(lines.values[2], 3);
  EXPECT_EQ(lines.values[4], 5);
}

struct BadLine {
  std::string line;
  std::string message;
};

// Each between good lines, at line 12 and byte 1006.
const BadLine kBadLines[] = {
    {"a 1",
     "line 12, byte 1006: expected a token and 2 numbers, found 2 fields"},
    {"a", "line 12, byte 1006: expected a token and 2 numbers, found 1 fields"},
    {"0.1234 0.5678",
     "line 12, byte 1006: expected a token and 2 numbers, found 2 fields"},
    {"abc 1 x", "line 12, byte 1012, field 3: not a number: \"x\""},
    {"abc 0x1 1", "line 12, byte 1010, field 2: not a number: \"0x1\""},
    {"ab  1,5 2", "line 12, byte 1010, field 2: not a number: \"1,5\""},
    {"a b c", "line 12, byte 1008, field 2: not a number: \"b\""},
    {"abc 1 nan",
     "line 12, byte 1012, field 3: the number is not finite: \"nan\""},
    {"abc -inf 1",
     "line 12, byte 1010, field 2: the number is not finite: \"-inf\""},
    {"x y 1 1e39",
     "line 12, byte 1012, field 3: the number is not finite: \"1e39\""},
    {std::string("a\0b 1 2", 7),
     "line 12, byte 1006, field 1: the token has a NUL byte: \"a\\x00b\""},
    {std::string("\0\0\0\0\0\0\0", 7),
     "line 12, byte 1006: expected a token and 2 numbers, found 1 fields"},
};

TEST(ParseLines, StopsAtTheFirstFaultIfStrict) {
  for (const BadLine& bad : kBadLines) {
    const Lines lines = Parse("g 7 8\n" + bad.line + "\nh 1 z\n", 2,
                              ErrorPolicy::kStrict, {.line = 11, .byte = 1000});
    EXPECT_THAT(lines.status, FailsWith(absl::StatusCode::kInvalidArgument,
                                        "f, " + bad.message))
        << bad.line;
  }
}

TEST(ParseLines, SkipsLinesWithAFault) {
  for (const BadLine& bad : kBadLines) {
    const Lines lines = Parse("g 7 8\n" + bad.line + "\nh 9 1\ni 1 z\n", 2,
                              ErrorPolicy::kSkip, {.line = 11, .byte = 1000});
    ASSERT_TRUE(lines.status.ok()) << lines.status;
    EXPECT_EQ(lines.tokens, (Tokens{"g", "h"})) << bad.line;
    EXPECT_EQ(lines.values, (std::vector<float>{7, 8, 9, 1}));
    EXPECT_EQ(lines.report.skipped, (LoadFault{2, "f, " + bad.message}));
    EXPECT_EQ(lines.report.replaced.count, 0);
  }
}

TEST(ParseLines, ReplacesWhatIsNoFiniteNumber) {
  for (const BadLine& bad : kBadLines) {
    const bool can_mend = bad.message.find("field 2") != std::string::npos ||
                          bad.message.find("field 3") != std::string::npos;
    const Lines lines =
        Parse("g 7 8\n" + bad.line + "\nh 9 1\ni x z\n", 2,
              ErrorPolicy::kReplace, {.line = 11, .byte = 1000});
    ASSERT_TRUE(lines.status.ok()) << lines.status;
    EXPECT_EQ(lines.tokens.size(), can_mend ? 4u : 3u) << bad.line;
    EXPECT_EQ(lines.report.skipped.count, can_mend ? 0 : 1);
    EXPECT_GE(lines.report.replaced.count, can_mend ? 3 : 2);
    EXPECT_EQ((can_mend ? lines.report.replaced : lines.report.skipped).first,
              "f, " + bad.message);
  }
  const Lines lines = Parse("a x 2 nan\nb c 4", 3, ErrorPolicy::kReplace);
  EXPECT_EQ(lines.values, (std::vector<float>{0, 2, 0}));
  EXPECT_EQ(lines.report.replaced.count, 2);
  EXPECT_EQ(lines.report.skipped.count, 1);
}

TEST(ParseLines, WritesNothingForShortLines) {
  // Would not fit: 3 lines of 10^9 numbers.
  const Lines lines =
      Parse("a 1\nb 2\nc 3\n", 1'000'000'000, ErrorPolicy::kSkip);
  EXPECT_TRUE(lines.status.ok());
  EXPECT_EQ(lines.report.skipped.count, 3);
}

TEST(CountLines, CountsDataAndRoom) {
  EXPECT_EQ(CountLines("", 2), (LineCounts{0, 0, 0}));
  EXPECT_EQ(CountLines("a 1 2\n\n \r\nb 1\n 1 2", 2), (LineCounts{5, 3, 2}));
  EXPECT_EQ(CountLines("\n", 1), (LineCounts{1, 0, 0}));
}

TEST(FindEndOfDataLines, PassesBlankLines) {
  const std::string_view text = "a\n\nb\n \nc";
  EXPECT_EQ(FindEndOfDataLines(text, 0), 0u);
  EXPECT_EQ(FindEndOfDataLines(text, 1), 2u);
  EXPECT_EQ(FindEndOfDataLines(text, 2), 5u);
  EXPECT_EQ(FindEndOfDataLines(text, 3), text.size());
  EXPECT_EQ(FindEndOfDataLines(text, 9), text.size());
}

}  // namespace
}  // namespace rowsplit::internal
