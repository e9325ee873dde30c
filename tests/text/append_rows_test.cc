#include "text/append_rows.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::StringsAre;
using ::testing::ElementsAre;

TEST(EvenBorders, CutsIntoEqualPieces) {
  EXPECT_THAT(EvenBorders(0, 4), ElementsAre(0));
  EXPECT_THAT(EvenBorders(4, 4), ElementsAre(0, 4));
  EXPECT_THAT(EvenBorders(9, 4), ElementsAre(0, 4, 8, 9));
}

TEST(AppendRows, GivesTheSameForAnyPiecesAndThreads) {
  std::vector<std::string> expected;
  for (int row = 0; row < 100; ++row)
    expected.emplace_back(static_cast<size_t>(row % 7), 'a' + row % 26);
  for (const int64_t rows_in_piece : {1, 3, 99, 100, 1000}) {
    for (const int num_threads : {1, 4}) {
      const auto strings = AppendRows(
          EvenBorders(100, rows_in_piece), {.num_threads = num_threads},
          [&](int64_t row, BufferBuilder<char>& bytes) {
            AppendText(expected[static_cast<size_t>(row)], bytes);
            return absl::OkStatus();
          });
      EXPECT_THAT(*strings, StringsAre(expected)) << rows_in_piece;
    }
  }
}

TEST(AppendRows, MakesNothingOfNoRow) {
  const auto strings =
      AppendRows(EvenBorders(0, 1), {}, [](int64_t, BufferBuilder<char>&) {
        return absl::InternalError("called");
      });
  EXPECT_THAT(*strings, StringsAre({}));
}

TEST(AppendRows, ReturnsTheErrorOfTheFirstRow) {
  EXPECT_THAT(AppendRows(EvenBorders(50, 2), {},
                         [](int64_t row, BufferBuilder<char>&) {
                           return row < 11
                                      ? absl::OkStatus()
                                      : absl::InvalidArgumentError(
                                            absl::StrFormat("row %d", row));
                         }),
              FailsWith(absl::StatusCode::kInvalidArgument, "row 11"));
  CancellationToken cancelled;
  cancelled.Cancel();
  EXPECT_THAT(AppendRows(EvenBorders(5, 2), {.cancellation = &cancelled},
                         [](int64_t, BufferBuilder<char>&) {
                           return absl::OkStatus();
                         }),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

TEST(AppendPieces, GivesEachPieceItsRows) {
  const std::vector<int64_t> borders = {0, 2, 2, 5};
  const auto strings = AppendPieces(
      borders, 1, {},
      [](int64_t begin, int64_t end, Offset* row_ends,
         BufferBuilder<char>& bytes) {
        for (int64_t row = begin; row < end; ++row) {
          bytes.Append(static_cast<char>('a' + row));
          row_ends[row - begin] = static_cast<Offset>(bytes.size());
        }
        return absl::OkStatus();
      });
  ASSERT_TRUE(strings.ok());
  EXPECT_EQ(strings->size(), 5);
  EXPECT_EQ((*strings)[1], "b");
  EXPECT_EQ((*strings)[4], "e");
}

TEST(AppendPieces, LetsOneThreadAppendAllPiecesToOneRun) {
  const std::vector<int64_t> borders = {0, 1, 3};
  const auto strings = AppendPieces(
      borders, 100, {.num_threads = 1},
      [](int64_t begin, int64_t end, Offset* row_ends,
         BufferBuilder<char>& bytes) {
        EXPECT_EQ(bytes.size(), static_cast<size_t>(begin));
        EXPECT_GE(bytes.capacity(), 100u);
        for (int64_t row = begin; row < end; ++row) {
          bytes.Append(static_cast<char>('a' + row));
          row_ends[row - begin] = static_cast<Offset>(bytes.size());
        }
        return absl::OkStatus();
      });
  EXPECT_THAT(*strings, StringsAre({"a", "b", "c"}));
}

TEST(ReserveMore, GrowsByDoubling) {
  BufferBuilder<char> bytes;
  ReserveMore(1000, bytes);
  EXPECT_EQ(bytes.size(), 0u);
  EXPECT_GE(bytes.capacity(), 1000u);
  bytes.ResizeUninitialized(1000);
  ReserveMore(1, bytes);
  EXPECT_EQ(bytes.size(), 1000u);
  EXPECT_GE(bytes.capacity(), 2000u);
}

}  // namespace
}  // namespace rowsplit::internal
