#include "embedding/text_format.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "embedding/named_rows.h"
#include "embedding/text_stream.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/load_report.h"
#include "rowsplit/embedding/table.h"
#include "support/files.h"
#include "support/matchers.h"
#include "support/named_rows.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using absl::StatusCode;
using testing::Below;
using testing::FailsWith;
using testing::FileOf;
using testing::Gzip;
using testing::NamedRowList;
using testing::NamedRowsOf;
using testing::RowsOf;
using testing::TempFolder;
using testing::Zstd;

absl::StatusOr<NamedRows> Read(std::string_view bytes,
                               const ReadRowsOptions& options = {},
                               const TextRowsOptions& text = {}) {
  return ReadTextRows(FileOf(bytes), "f.txt", options, text);
}

// Random lines, some of them with each kind of fault; no header.
std::string RandomText(testing::Random& random, int num_lines, bool faults) {
  const std::string_view tokens[] = {"a", "b c", "", "\xFF", "7", "longer"};
  const std::string_view bad[] = {"\n",          "x 1\n", "y 1 2 z\n",
                                  "y 1 inf 2\n", "\r\n",  "a\n"};
  std::string text;
  for (int i = 0; i < num_lines; ++i) {
    if (faults && Below(random, 5) == 0) {
      text += bad[Below(random, std::size(bad))];
    }
    text += tokens[Below(random, std::size(tokens))];
    if (Below(random, 3) > 0) text += std::to_string(Below(random, 1000));
    for (int column = 0; column < 3; ++column) {
      text += ' ' + std::to_string(static_cast<int>(Below(random, 999)) - 500);
    }
    text += Below(random, 4) == 0 ? " \r\n" : "\n";
  }
  return text;
}

TEST(ReadTextRows, ReadsWithAndWithoutHeader) {
  const NamedRowList expected = {{"the", {0.5, -1}}, {"of", {2, 1e-3f}}};
  for (const std::string_view text :
       {"the 0.5 -1\nof 2 1e-3\n", "2 2\nthe 0.5 -1\nof 2 1e-3",
        "2 2\r\nthe 0.5 -1 \r\nof 2 1e-3 \r\n"}) {
    const auto rows = Read(text);
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(RowsOf(*rows), expected);
    EXPECT_EQ(rows->vocabulary.Find("of"), 1);
    EXPECT_EQ(rows->report, LoadReport());
  }
}

TEST(ReadTextRows, GivesTheSameForAnyThreadsBlocksAndCompression) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const bool faults : {false, true}) {
    const std::string text = RandomText(random, 1500, faults);
    const ReadRowsOptions one{.policy = ErrorPolicy::kSkip,
                              .exec = {.num_threads = 1}};
    const auto expected = Read(text, one);
    ASSERT_TRUE(expected.ok()) << expected.status();
    EXPECT_EQ(expected->report.skipped.count > 0, faults);
    EXPECT_GT(expected->report.duplicates.count, 0);
    for (const std::string& file : {text, Gzip(text), Zstd(text)}) {
      for (const size_t block_bytes : {1, 100, 5000, 1 << 20}) {
        for (const int threads : {1, 4}) {
          ReadRowsOptions options = one;
          options.exec.num_threads = threads;
          const auto rows = Read(file, options, {.block_bytes = block_bytes});
          ASSERT_TRUE(rows.ok()) << rows.status();
          ASSERT_EQ(RowsOf(*rows), RowsOf(*expected));
          ASSERT_EQ(rows->report, expected->report);
        }
      }
    }
  }
}

TEST(ReadTextRows, NamesTheFirstFaultForAnyThreadsAndBlocks) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::string good = RandomText(random, 300, false);
  const std::string text = good + "bad 1 x 3\n" + good + "bad 2\n" + good;
  const std::string place =
      absl::StrFormat("f.txt, line 301, byte %d, field 3: not a number: \"x\"",
                      good.size() + 6);
  for (const std::string& file : {text, Gzip(text)}) {
    for (const int threads : {1, 4}) {
      EXPECT_THAT(
          Read(file, {.exec = {.num_threads = threads}}, {.block_bytes = 64}),
          FailsWith(StatusCode::kInvalidArgument, place));
    }
  }
}

TEST(ReadTextRows, KeepsTheFirstOfDuplicates) {
  const auto rows = Read("a 1\nb 2\na 3\nc 4\n");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(RowsOf(*rows), (NamedRowList{{"a", {1}}, {"b", {2}}, {"c", {4}}}));
  EXPECT_EQ(rows->report.duplicates.count, 1);
}

// The example of docs/ops/load_report.md.
TEST(ReadTextRows, ReportsWhatItMendsAndDrops) {
  const auto rows = ReadTextRows(FileOf("the 0.5 1\nof 1 x\na 2\nthe 3 4\n"),
                                 "v.txt", {.policy = ErrorPolicy::kReplace});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(RowsOf(*rows), (NamedRowList{{"the", {0.5, 1}}, {"of", {1, 0}}}));
  const LoadReport expected{
      .skipped = {1,
                  "v.txt, line 3, byte 17: expected a token and 2 numbers, "
                  "found 2 fields"},
      .replaced = {1, "v.txt, line 2, byte 15, field 3: not a number: \"x\""},
      .duplicates = {1, "v.txt, row 2: its token is that of row 0: \"the\""}};
  EXPECT_EQ(rows->report, expected);
}

TEST(ReadTextRows, ReadsTheFirstRowsAlone) {
  const std::string text = "9 1\n\na 1\nb 2\n\nc 3\nbad\n";
  for (const std::string& file : {text, Gzip(text)}) {
    for (int64_t max_rows = 0; max_rows <= 3; ++max_rows) {
      const auto rows =
          Read(file, {.max_rows = max_rows}, {.header = TextHeader::kPresent});
      ASSERT_TRUE(rows.ok()) << rows.status();
      EXPECT_EQ(rows->table.num_rows(), max_rows);
      EXPECT_EQ(rows->table.width(), 1);
    }
    EXPECT_FALSE(
        Read(file, {.max_rows = 4}, {.header = TextHeader::kPresent}).ok());
  }
}

TEST(ReadTextRows, WantsAsManyRowsAsTheHeaderPromises) {
  const std::string fewer = "1152921504606846976 2\na 1 2\nb 3 4\n";
  const std::string more = "1 2\na 1 2\nb 3 4\n";
  for (const std::string& text : {fewer, more}) {
    for (const std::string& file : {text, Zstd(text)}) {
      EXPECT_THAT(Read(file),
                  FailsWith(StatusCode::kDataLoss, "rows, the file has 2"));
      const auto rows = Read(file, {.policy = ErrorPolicy::kSkip});
      ASSERT_TRUE(rows.ok()) << rows.status();
      EXPECT_EQ(rows->table.num_rows(), 2);
      EXPECT_EQ(rows->report.skipped.count, 1);
    }
  }
}

TEST(ReadTextRows, RefusesWhatIsNoTable) {
  for (const std::string& file :
       {std::string(), Gzip(""), Gzip("words only")}) {
    EXPECT_THAT(Read(file), FailsWith(StatusCode::kInvalidArgument, "f.txt: "));
  }
  EXPECT_THAT(Read(std::string(100'000, '\0')),
              FailsWith(StatusCode::kInvalidArgument, "got \"\\x00"));
}

TEST(ReadTextRows, KeepsWhatIsBeforeABreakUnlessStrict) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text += "t" + std::to_string(i) + " 1 " + std::to_string(i * 7919) + "\n";
  }
  std::string file = Gzip(text);
  file.resize(file.size() / 2);
  EXPECT_THAT(Read(file), FailsWith(StatusCode::kDataLoss,
                                    "f.txt: broken gzip stream: ends inside"));
  // Wherever the break is, also inside the last number of a line.
  for (int i = 0; i < 12; ++i, file.pop_back()) {
    const auto rows = Read(file, {.policy = ErrorPolicy::kSkip});
    ASSERT_TRUE(rows.ok()) << rows.status();
    EXPECT_EQ(rows->report.skipped.count, 1);
    const int64_t last = rows->table.num_rows() - 1;
    ASSERT_GT(last, 1000);
    EXPECT_EQ(rows->vocabulary.token(last), "t" + std::to_string(last));
    EXPECT_EQ(rows->table.values()[static_cast<size_t>(2 * last + 1)],
              static_cast<float>(last * 7919));
  }
}

// Widths and numbers of rows that a file can't hold cost no memory and no time.
TEST(ReadTextRows, AllocatesWhatTheFileCanHoldAndNoMore) {
  const auto start = std::chrono::steady_clock::now();
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += "a\n";
  for (const std::string& text : {"1152921504606846976 2147483647\n" + lines,
                                  "1000000 1000000\na 1 2\n" + lines}) {
    for (const std::string& file : {text, Gzip(text)}) {
      EXPECT_FALSE(Read(file).ok());
      const auto rows = Read(file, {.policy = ErrorPolicy::kSkip});
      ASSERT_TRUE(rows.ok()) << rows.status();
      EXPECT_EQ(rows->table.num_rows(), 0);
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

TEST(ReadTextRows, StopsWhenCancelled) {
  CancellationToken cancellation;
  cancellation.Cancel();
  for (const std::string& file : {std::string("a 1\n"), Gzip("a 1\n")}) {
    EXPECT_THAT(Read(file, {.exec = {.cancellation = &cancellation}}),
                FailsWith(StatusCode::kCancelled, ""));
  }
}

TEST(ReadCompressedText, RefusesALineWithoutEnd) {
  // 80 KB that decode to more than a line may have.
  const std::string file =
      Gzip("a 1 2\n" + std::string(kMaxStreamedLineBytes + (1 << 20), 'x'), 1);
  EXPECT_THAT(Read(file, {.policy = ErrorPolicy::kSkip}),
              FailsWith(StatusCode::kInvalidArgument,
                        "f.txt, line 2, byte 6: a line of more than"));
}

// Floats of all exponents, zeros of both signs and the smallest ones.
std::vector<float> AnyFloats(testing::Random& random, size_t count) {
  std::vector<float> floats;
  while (floats.size() < count) {
    const float value = std::bit_cast<float>(static_cast<uint32_t>(random()));
    if (std::isfinite(value)) floats.push_back(value);
    if (Below(random, 20) == 0) floats.push_back(-0.0f);
  }
  floats.resize(count);
  return floats;
}

TEST(WriteTextRows, ReadsBackWithTheSameBits) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const TempFolder folder;
  const std::string path = folder / "rows.txt";
  for (const size_t width : {1, 3, 40}) {
    NamedRowList list;
    for (const std::string_view token :
         {"5", "", "a", "b c", " d", "\xFF", "top 10", "a\rb", "the"}) {
      list.emplace_back(token, AnyFloats(random, width));
    }
    for (int i = 0; i < 800; ++i) {
      list.emplace_back("w" + std::to_string(i), AnyFloats(random, width));
    }
    const NamedRows rows = NamedRowsOf(list);
    for (const bool with_header : {true, false}) {
      for (const int threads : {1, 3}) {
        ASSERT_TRUE(WriteTextRows(rows.vocabulary, rows.table, path,
                                  with_header, {.num_threads = threads})
                        .ok());
        const std::string bytes = folder.Read("rows.txt");
        const auto read = Read(bytes);
        ASSERT_TRUE(read.ok()) << read.status();
        ASSERT_EQ(RowsOf(*read), list);
        const auto expected = rows.table.bytes();
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(),
                               read->table.bytes().begin()));
      }
    }
  }
}

TEST(WriteTextRows, WritesTheShortestText) {
  const TempFolder folder;
  const NamedRows rows =
      NamedRowsOf({{"a", {0.1f, -2, 1e-7f}}, {"b", {16777216, 0, 3e38f}}});
  const std::string path = folder / "f";
  ASSERT_TRUE(WriteTextRows(rows.vocabulary, rows.table, path, true).ok());
  EXPECT_EQ(folder.Read("f"), "2 3\na 0.1 -2 1e-07\nb 16777216 0 3e+38\n");
  ASSERT_TRUE(WriteTextRows(rows.vocabulary, rows.table, path, false).ok());
  EXPECT_EQ(folder.Read("f"), "a 0.1 -2 1e-07\nb 16777216 0 3e+38\n");
}

TEST(WriteTextRows, TellsAFirstRowFromAHeader) {
  const TempFolder folder;
  const NamedRowList list = {{"1", {1}}, {"a", {2}}};
  const NamedRows rows = NamedRowsOf(list);
  ASSERT_TRUE(
      WriteTextRows(rows.vocabulary, rows.table, folder / "f", false).ok());
  EXPECT_EQ(folder.Read("f"), "1 1.0\na 2\n");
  EXPECT_EQ(RowsOf(*Read(folder.Read("f"))), list);
}

TEST(WriteTextRows, WritesTablesOfAnyFormat) {
  const TempFolder folder;
  const NamedRows names = NamedRowsOf({{"a", {}}, {"b", {}}});
  const std::array<uint16_t, 4> halves = {0x3C00, 0x3800, 0x4000, 0xC200};
  const auto table = EmbeddingTable::FromBytes(
      RowFormat::kFloat16,
      Buffer<std::byte>::Copy(std::as_bytes(std::span(halves))), 2, 2);
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_TRUE(
      WriteTextRows(names.vocabulary, *table, folder / "f", false).ok());
  EXPECT_EQ(folder.Read("f"), "a 1 0.5\nb 2 -3\n");
}

TEST(WriteTextRows, RefusesWhatWouldNotReadBack) {
  const TempFolder folder;
  const std::string path = folder / "f";
  const auto refuses = [&](const NamedRows& rows, const std::string& message) {
    EXPECT_THAT(WriteTextRows(rows.vocabulary, rows.table, path, true),
                FailsWith(StatusCode::kInvalidArgument, message));
    EXPECT_EQ(folder.Read("f"), "");
  };
  refuses(NamedRowsOf({{"a", {1}}, {"b\n", {1}}}),
          "the token of row 1: it has a line feed: \"b\\x0A\"");
  refuses(NamedRowsOf({{"a ", {1}}}), "it ends in a space or a tab");
  refuses(NamedRowsOf({{"\t", {1}}}), "it ends in a space or a tab");
  refuses(NamedRowsOf({{std::string("a\0", 2), {1}}}), "it has a NUL byte");
  refuses(NamedRowsOf({{"a", {1, NAN}}}),
          "finite numbers only: row 0, column 1 is nan");
  refuses(NamedRowsOf({{"a", {}}}), "a table of width 0");
  NamedRows one = NamedRowsOf({{"a", {1}}});
  one.vocabulary = {};
  refuses(one, "1 rows, 0 tokens");
}

}  // namespace
}  // namespace rowsplit::internal
