#include "embedding/text_layout.h"

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;

TextLayout Find(std::string_view text, const TextRowsOptions& options = {},
                bool is_whole = true) {
  const auto layout = FindTextLayout(text, is_whole, "f", options);
  EXPECT_TRUE(layout.ok()) << layout.status() << " of " << text;
  return layout.value_or(TextLayout());
}

std::string Lines(int count, std::string_view line) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += line;
  return lines;
}

TEST(FindTextLayout, TakesTheWidthOfMostLines) {
  EXPECT_EQ(Find("a 1 2 3\n").width, 3);
  EXPECT_EQ(Find("a b 1 2\nc 1 2\n").width, 2);
  EXPECT_EQ(Find(". . 1 1 2\n5 6 3 4\na 1 2\nb 1 2\nc 3 4").width, 2);
  EXPECT_EQ(Find("1 1 2\n2 1 2\n").width, 2);
  EXPECT_EQ(Find(" 1 2\n").width, 2);
  EXPECT_EQ(Find("x\ny\nz\na 1 2").width, 2);
  EXPECT_EQ(Find("a 1 nan 1e400\n").width, 3);
  // Of two that are as common, the first.
  EXPECT_EQ(Find("a 1 2\nb 1 2 3\n").width, 2);
}

TEST(FindTextLayout, PassesTheHeader) {
  const std::string text = "2 3\na 1 2 3\nb 4 5 6\n";
  const TextLayout layout = Find(text);
  EXPECT_EQ(layout.width, 3);
  EXPECT_EQ(layout.num_rows, 2);
  EXPECT_EQ(text.substr(layout.body), "a 1 2 3\nb 4 5 6\n");
  EXPECT_EQ(layout.first_line, 2);
  const TextLayout with_blank = Find("\n 2\t3\n" + text.substr(4));
  EXPECT_EQ(with_blank.width, 3);
  const TextLayout after_blank = Find("\r\n2 3 \r\n" + text.substr(4));
  EXPECT_EQ(after_blank.num_rows, 2);
  EXPECT_EQ(after_blank.first_line, 3);
  EXPECT_EQ(Find("0 300\n").num_rows, 0);
  // A wrong number of rows, or lines that are too short, are for later.
  EXPECT_EQ(Find("9 3\na 1 2\nb 1 2\n").width, 3);
  EXPECT_EQ(Find("99999999999999999999 3\na 1 2 3\n").num_rows, INT64_MAX);
}

TEST(FindTextLayout, TellsAHeaderFromARow) {
  struct {
    std::string text;
    bool is_header;
  } cases[] = {
      {"5 3\na 1\nb 2\n", false},
      {"5 3\na b 1\n", false},
      {"2 1\na 1\nb 2\n", true},
      {"3 1\na 1\nb 2\n", false},
      {"2 1\na 1 2\nb 2 3\n", false},
      {"5 3.0\n", false},
      {"-5 3\n", false},
      {"5\n", false},
      {"5 3 1\na 1 2\n", false},
      {"1000 1\n" + Lines(70, "a 1\n"), true},
      {"5 1\n" + Lines(70, "a 1\n"), false},
  };
  for (const auto& c : cases) {
    const auto layout = FindTextLayout(c.text, true, "f", {});
    EXPECT_EQ(layout.ok() && layout->num_rows.has_value(), c.is_header)
        << c.text;
  }
}

TEST(FindTextLayout, DoesAsItIsTold) {
  const TextLayout absent =
      Find("2 1\na 1\nb 2\n", {.header = TextHeader::kAbsent});
  EXPECT_EQ(absent.width, 1);
  EXPECT_EQ(absent.body, 0u);
  const TextLayout present =
      Find("5 3\na 1\nb 2\n", {.header = TextHeader::kPresent});
  EXPECT_EQ(present.width, 3);
  EXPECT_EQ(Find("a 1 2 3\n", {.width = 2}).width, 2);
  EXPECT_THAT(
      FindTextLayout("a 1\n", true, "f", {.header = TextHeader::kPresent}),
      FailsWith(absl::StatusCode::kInvalidArgument,
                "f: the first line must be a header, the number of rows and "
                "the width, got \"a 1\""));
  EXPECT_THAT(FindTextLayout("2 3\na 1 2 3\n", true, "f", {.width = 2}),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "says a width of 3, expected 2"));
  EXPECT_THAT(FindTextLayout("a 1\n", true, "f", {.width = -1}),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "width must be between 0 and"));
}

TEST(FindTextLayout, RefusesWhatIsNoTable) {
  const auto refuses = [](std::string_view text, std::string_view message) {
    EXPECT_THAT(
        FindTextLayout(text, true, "f", {}),
        FailsWith(absl::StatusCode::kInvalidArgument, std::string(message)))
        << text;
  };
  refuses("", "f: the file has no rows");
  refuses(" \n\r\n", "f: the file has no rows");
  refuses("some words\nand more\n",
          "expected a token and numbers on each line");
  refuses("5 0\n", "the width in the header line must be between 1 and");
  refuses("5 1152921504606846976\na 1 2\n", "got 1152921504606846976");
  refuses("4 2\n" + Lines(4, "a 1 2 3\n"),
          "says a width of 2, but the lines after it have 3 numbers");
}

TEST(FindTextLayout, LeavesOutALineThatIsCut) {
  EXPECT_EQ(Find("a 1 2\nb 3", {}, false).width, 2);
  EXPECT_EQ(Find("a 1 2\nb 3 4 5 6\nb 1 2 3", {}, false).width, 2);
}

TEST(CheckNumRows, ComparesWithTheHeader) {
  EXPECT_TRUE(CheckNumRows({}, 7, "f").ok());
  EXPECT_TRUE(CheckNumRows({.num_rows = 7}, 7, "f").ok());
  EXPECT_THAT(CheckNumRows({.num_rows = 8}, 7, "f"),
              FailsWith(absl::StatusCode::kDataLoss,
                        "f: the header line promises 8 rows, the file has 7"));
}

}  // namespace
}  // namespace rowsplit::internal
