#include "corpus/token_lines.h"

#include <string>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;

// Of four rows the third was dropped, and the last has no ids.
TokenizedRows RowsOfFour() {
  TokenizedRows rows;
  rows.num_rows = 4;
  rows.kept = {0, 1, 3};
  rows.splits = {0, 1, 3, 3};
  rows.ids = {7, 8, 9};
  rows.starts = {0, 0, 2};
  rows.ends = {2, 1, 4};
  return rows;
}

TEST(TokenLines, AreTextOrJson) {
  EXPECT_EQ(TokenLines(RowsOfFour(), {}), "7\n8 9\n\n\n");
  EXPECT_EQ(TokenLines(RowsOfFour(), {.json = true}),
            "{\"ids\":[7]}\n{\"ids\":[8,9]}\n{\"ids\":[]}\n{\"ids\":[]}\n");
  EXPECT_EQ(TokenLines(TokenizedRows(), {}), "");
}

TEST(TokenLines, ArePaddedOnEitherSideButForDroppedRows) {
  TokenPadding padding{.length = 2, .id = 5};
  EXPECT_EQ(TokenLines(RowsOfFour(), {.padding = padding}),
            "7 5\n8 9\n\n5 5\n");
  padding.on_left = true;
  EXPECT_EQ(TokenLines(RowsOfFour(),
                       {.json = true, .offsets = true, .padding = padding}),
            "{\"ids\":[5,7],\"offsets\":[[0,0],[0,2]]}\n"
            "{\"ids\":[8,9],\"offsets\":[[0,1],[2,4]]}\n"
            "{\"ids\":[],\"offsets\":[]}\n"
            "{\"ids\":[5,5],\"offsets\":[[0,0],[0,0]]}\n");
}

TEST(TokenizedRows, ComeBackFromBytes) {
  const TokenizedRows rows = RowsOfFour();
  EXPECT_EQ(rows.longest(), 2);
  EXPECT_EQ(TokenizedRows().longest(), 0);
  const std::string bytes = rows.Pack();
  const auto again = TokenizedRows::Unpack(bytes);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(TokenLines(*again, {.json = true, .offsets = true}),
            TokenLines(rows, {.json = true, .offsets = true}));
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(TokenizedRows::Unpack(bytes.substr(0, size)),
                FailsWith(absl::StatusCode::kDataLoss, "damaged"));
  }
  EXPECT_THAT(TokenizedRows::Unpack(bytes + "x"),
              FailsWith(absl::StatusCode::kDataLoss, "damaged"));
}

}  // namespace
}  // namespace rowsplit::internal
