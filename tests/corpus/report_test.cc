#include "rowsplit/corpus/report.h"

#include <string>

#include "core/json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

CorpusConfig MakeConfig() {
  CorpusConfig config;
  config.clean = {DropFullMatch{"x.*"}, LowerCase{}};
  return config;
}

CorpusReport MakeReport() {
  CorpusReport report;
  report.inputs = 2;
  report.ignored_files = 3;
  report.first_ignored_file = "books/notes.md";
  report.encodings = {{"Big5", 1}, {"windows-1252", 1000}};
  report.input_bytes = 1234567;
  report.rows = 1000;
  report.dropped_by_step = {5, 0};
  report.tokens = 100;
  report.empty_tokens = 20;
  report.unknown_tokens = 8;
  report.faults.AddSkipped(
      FaultKind::kBrokenJson,
      {.input = "a.jsonl", .line = 3, .byte = 40, .detail = "no text"});
  return report;
}

TEST(CorpusReport, SumsWhatItHolds) {
  EXPECT_EQ(MakeReport().rows_dropped(), 5);
  EXPECT_DOUBLE_EQ(MakeReport().oov_share(), 0.1);
  EXPECT_EQ(CorpusReport().oov_share(), 0);
}

TEST(ReportToJson, HoldsEveryDropWithItsReason) {
  const std::string json = ReportToJson(MakeReport(), MakeConfig());
  const auto root = internal::JsonValue::Parse(json, "report.json");
  ASSERT_TRUE(root.ok()) << root.status();
  EXPECT_EQ(*root->GetInt("rows"), 1000);
  EXPECT_EQ(*root->GetInt("ignored_files"), 3);
  EXPECT_EQ(*root->GetString("first_ignored_file"), "books/notes.md");
  EXPECT_EQ(*root->Get("encodings")->GetInt("Big5"), 1);
  EXPECT_THAT(ReportToJson(CorpusReport(), CorpusConfig()),
              Not(HasSubstr("encodings")));
  const auto dropped = *root->GetArray("dropped");
  ASSERT_EQ(dropped.size(), 1u)
      << "a step that drops nothing by its nature is no rule";
  EXPECT_EQ(*dropped[0].GetInt("step"), 1);
  EXPECT_EQ(*dropped[0].GetInt("rows"), 5);
  const auto faults = *root->GetArray("faults");
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(*faults[0].GetString("kind"), "broken_json");
  EXPECT_EQ(*faults[0].GetInt("skipped"), 1);
  EXPECT_EQ(*faults[0].Get("first")->GetInt("line"), 3);
  EXPECT_THAT(json, Not(HasSubstr("\"types\""))) << "types were not counted";
}

TEST(ReportToText, ReadsWell) {
  const std::string text = ReportToText(MakeReport(), MakeConfig());
  EXPECT_THAT(text, HasSubstr("1,234,567 bytes stored"));
  EXPECT_THAT(text, HasSubstr("drop rows that fully match \"x.*\""));
  EXPECT_THAT(
      text,
      HasSubstr(
          "0 replaced, 1 skipped, first: a.jsonl, line 3, byte 40: no text"));
  EXPECT_THAT(text, HasSubstr("3  no known ending, first: books/notes.md"));
  EXPECT_THAT(text, HasSubstr("10.00 %"));
  EXPECT_THAT(text, HasSubstr("  in Big5                            1\n"
                              "  in windows-1252                1,000\n"));
}

TEST(DescribeStep, NamesEachStep) {
  EXPECT_EQ(DescribeStep(ReplaceRegex{"a", "b", false}),
            "replace the first match of \"a\" by \"b\"");
  EXPECT_EQ(DescribeStep(LowerCase{}), "lower case");
  EXPECT_EQ(DescribeStep(DeletePunctuation{}), "delete punctuation");
  EXPECT_EQ(DescribeStep(UnicodeLowerCase{}), "Unicode lower case");
  EXPECT_EQ(DescribeStep(UnicodeFoldCase{}), "Unicode case folding");
}

}  // namespace
}  // namespace rowsplit
