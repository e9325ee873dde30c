#include "rowsplit/embedding/embedding_writer.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/embedding/embedding.h"
#include "support/embedding_files.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using testing::FailsWith;
using testing::NumberedTable;
using testing::NumberedTokens;
using testing::TempFolder;
using testing::ValuesOf;

TEST(EmbeddingWriter, WritesRowsInPortions) {
  const TempFolder folder;
  const EmbeddingTable table = NumberedTable(9, 4);
  auto writer = EmbeddingWriter::Open(folder / "a.rse", 4);
  ASSERT_TRUE(writer.ok()) << writer.status();
  const auto values = table.values();
  for (int64_t row = 0; row < 6; ++row) {
    ASSERT_TRUE(writer->AppendRows(values.span().subspan(row * 4, 4)).ok());
  }
  ASSERT_TRUE(writer->AppendRows({}).ok());
  ASSERT_TRUE(writer->AppendRows(values.span().subspan(24, 12)).ok());
  EXPECT_EQ(writer->num_rows(), 9);
  EXPECT_FALSE(std::filesystem::exists(folder / "a.rse"));
  ASSERT_TRUE(writer->Close(NumberedTokens(9)).ok());
  const auto read = Embedding::Load(folder / "a.rse");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(ValuesOf(read->table()), ValuesOf(table));
  EXPECT_EQ(read->Find("t8"), 8);
}

TEST(EmbeddingWriter, TakesTablesOfAnyFormat) {
  const TempFolder folder;
  auto writer = EmbeddingWriter::Open(folder / "a.rse", 2,
                                      {.row_format = RowFormat::kFloat16});
  ASSERT_TRUE(writer->AppendTable(NumberedTable(3, 2)).ok());
  const auto factorized =
      *EmbeddingTable::Factorized(NumberedTable(3, 1), Buffer<float>{1, 2}, 2);
  ASSERT_TRUE(writer->AppendTable(factorized).ok());
  ASSERT_TRUE(writer->Close().ok());
  const auto read = Embedding::Load(folder / "a.rse");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->table().format(), RowFormat::kFloat16);
  EXPECT_EQ(ValuesOf(read->table()),
            (std::vector<float>{-100, -99, -98, -97, -96, -95, -100, -200, -99,
                                -198, -98, -196}));
  EXPECT_EQ(read->vocabulary().size(), 0);
}

TEST(EmbeddingWriter, RefusesWhatDoesNotFit) {
  const TempFolder folder;
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(EmbeddingWriter::Open(folder / "a", 0),
              FailsWith(kInvalid, "width must be in [1, "));
  auto writer = EmbeddingWriter::Open(folder / "a", 4);
  EXPECT_THAT(writer->AppendRows(std::vector<float>(6)),
              FailsWith(kInvalid, "whole rows of 4 values, got 6"));
  EXPECT_THAT(writer->AppendTable(NumberedTable(2, 3)),
              FailsWith(kInvalid, "width 4, got 3"));
  ASSERT_TRUE(writer->AppendRows(std::vector<float>(8)).ok());
  EXPECT_THAT(writer->Close(NumberedTokens(3)),
              FailsWith(kInvalid, "2 rows, 3 tokens"));
}

TEST(EmbeddingWriter, LeavesNothingWithoutClose) {
  const TempFolder folder;
  {
    auto writer = EmbeddingWriter::Open(folder / "a", 4);
    ASSERT_TRUE(writer->AppendRows(std::vector<float>(8)).ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace rowsplit
