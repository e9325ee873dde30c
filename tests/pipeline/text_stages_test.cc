#include "pipeline/text_stages.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/pipeline/plan.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;

TextRows Rows(const std::vector<std::string>& rows) {
  TextRows text;
  for (const std::string& row : rows) {
    text.rows.Append({static_cast<uint32_t>(text.bytes.size()),
                      static_cast<uint32_t>(row.size())});
    text.bytes.Append(std::span<const char>(row.data(), row.size()));
    text.bytes.Append('\n');
  }
  return text;
}

std::vector<std::string> ToVector(const TextRows& text) {
  std::vector<std::string> rows;
  for (const TokenSpan row : text.rows.span())
    rows.emplace_back(text.bytes.data() + row.begin, row.size);
  return rows;
}

TextPlan::Result StartResult(size_t num_steps, size_t num_rows) {
  TextPlan::Result result;
  result.dropped.resize(num_steps);
  result.changed.resize(num_steps);
  for (size_t row = 0; row < num_rows; ++row)
    result.kept.push_back(static_cast<int64_t>(row));
  return result;
}

TEST(RunStage, CountsRowsUnderTheirFilter) {
  const Stage stage = FilterStage{
      1, FullMatchSet({*Regex::Compile("a.*"), *Regex::Compile(".*b")})};
  TextRows text = Rows({"ab", "b", "c", "xb"});
  TextPlan::Result result = StartResult(3, 4);
  ASSERT_TRUE(RunStage(stage, text, &result).ok());
  EXPECT_THAT(ToVector(text), ElementsAre("c"));
  EXPECT_THAT(result.dropped, ElementsAre(0, 1, 2));
  EXPECT_THAT(result.kept, ElementsAre(2));
  EXPECT_EQ(DescribeStage(stage),
            "drop rows that fully match \"a.*\" or \".*b\"");
}

TEST(RunStage, CountsWhatRowsChange) {
  const Stage stage =
      RowStage{0, "double", [](std::string_view row, BufferBuilder<char>& out) {
                 for (int i = 0; i < 2; ++i)
                   out.Append(std::span<const char>(row.data(), row.size()));
                 return static_cast<int64_t>(row.size());
               }};
  TextRows text = Rows({"ab", "", "c"});
  TextPlan::Result result = StartResult(1, 3);
  ASSERT_TRUE(RunStage(stage, text, &result).ok());
  EXPECT_THAT(ToVector(text), ElementsAre("abab", "", "cc"));
  EXPECT_THAT(result.changed, ElementsAre(3));
  EXPECT_EQ(DescribeStage(stage), "double, row by row");
}

TEST(RunStage, DropsRowsWithoutACount) {
  const Stage stage = DropStage{
      0, "drop the empty", [](std::string_view row) { return row.empty(); }};
  TextRows text = Rows({"", "a", ""});
  ASSERT_TRUE(RunStage(stage, text, nullptr).ok());
  EXPECT_THAT(ToVector(text), ElementsAre("a"));
  EXPECT_EQ(DescribeStage(stage), "drop the empty");
}

}  // namespace
}  // namespace rowsplit::internal
