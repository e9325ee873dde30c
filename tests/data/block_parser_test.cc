#include "data/block_parser.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/data/corpus_reader.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;

class ParseBlockTest : public ::testing::Test {
 protected:
  absl::Status Parse(std::string_view bytes, bool is_piece = false,
                     bool continues_line = false) {
    block_.Clear();
    block_.bytes.Append(std::span(bytes.data(), bytes.size()));
    block_.first_line = 10;
    block_.first_byte = 1000;
    block_.is_piece = is_piece;
    block_.continues_line = continues_line;
    return ParseBlock(file_, {.read = options_, .text_path = path_}, block_,
                      batch_);
  }

  std::vector<std::string> Rows() const {
    std::vector<std::string> rows;
    for (const TokenSpan& row : batch_.rows.span()) {
      rows.emplace_back(batch_.bytes.data() + row.begin, row.size);
    }
    return rows;
  }

  InputFile file_{.path = "f"};
  ReadOptions options_;
  std::vector<std::string> path_ = {"text"};
  RawBlock block_;
  RowBatch batch_;
};

TEST_F(ParseBlockTest, TakesCleanBytesWithoutACopy) {
  RawBlock& block = block_;
  block.bytes.Reserve(100);
  const char* data = block.bytes.data();
  ASSERT_TRUE(Parse("one\r\n\ntwo").ok());
  EXPECT_EQ(batch_.bytes.data(), data);
  EXPECT_THAT(Rows(), ElementsAre("one", "", "two"));
  EXPECT_EQ(batch_.first_line, 10);
  EXPECT_EQ(batch_.first_byte, 1000);
}

TEST_F(ParseBlockTest, NamesTheFirstFaultOfTheBlock) {
  EXPECT_EQ(Parse("one\nab\xE2\x82\nc\xFF\n").message(),
            "f, line 11, byte 1006: ill-formed UTF-8 (E2 82)");
  EXPECT_EQ(Parse(std::string_view("a\0\n\xFF\n", 5)).message(),
            "f, line 10, byte 1001: NUL byte");
}

TEST_F(ParseBlockTest, CountsALineThatIsCutOnce) {
  options_.max_line_bytes = 4;
  options_.on_error = ErrorPolicy::kReplace;
  ASSERT_TRUE(Parse("abcd", true, false).ok());
  EXPECT_EQ(batch_.faults.entry(FaultKind::kOverlongLine).replaced, 1);
  ASSERT_TRUE(Parse("abcd", true, true).ok());
  EXPECT_TRUE(batch_.faults.empty());
  EXPECT_THAT(Rows(), ElementsAre("abcd"));
  ASSERT_TRUE(Parse("abcdef\nx\nabcdefghi", false, true).ok());
  EXPECT_EQ(batch_.faults.entry(FaultKind::kOverlongLine).replaced, 1);
  EXPECT_EQ(batch_.faults.entry(FaultKind::kOverlongLine).first.line, 12);
  EXPECT_THAT(Rows(), ElementsAre("abcd", "ef", "x", "abcd", "efgh", "i"));
}

TEST_F(ParseBlockTest, MendsOrDropsTheTextOfJson) {
  file_.format = InputFormat::kJsonLines;
  const std::string_view lines =
      "{\"text\": \"a\xFF\"}\n  \n{\"text\": \"b\\u0000c\"}\n{\"text\": 1}\n"
      "{\"text\": \"d\"}\n";
  options_.on_error = ErrorPolicy::kReplace;
  ASSERT_TRUE(Parse(lines).ok());
  EXPECT_THAT(Rows(), ElementsAre("a\xEF\xBF\xBD",
                                  "b\xEF\xBF\xBD"
                                  "c",
                                  "d"));
  EXPECT_EQ(batch_.faults.entry(FaultKind::kInvalidUtf8).replaced, 1);
  EXPECT_EQ(batch_.faults.entry(FaultKind::kInvalidUtf8).first.byte, 1011);
  EXPECT_EQ(batch_.faults.entry(FaultKind::kNulByte).replaced, 1);
  EXPECT_EQ(batch_.faults.entry(FaultKind::kNulByte).first.line, 12);
  EXPECT_EQ(batch_.faults.entry(FaultKind::kBrokenJson).skipped, 1);
  EXPECT_EQ(batch_.faults.entry(FaultKind::kBrokenJson).first.ToString(),
            "f, line 13, byte 1039: field \"text\" is no string");
  options_.on_error = ErrorPolicy::kSkip;
  ASSERT_TRUE(Parse(lines).ok());
  EXPECT_THAT(Rows(), ElementsAre("d"));
  EXPECT_EQ(batch_.faults.total(), 3);
}

}  // namespace
}  // namespace rowsplit::internal
