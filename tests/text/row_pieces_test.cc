#include "text/row_pieces.h"

#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/ragged_cases.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedCase;
using ::rowsplit::testing::RaggedCases;
using ::rowsplit::testing::Seed;
using ::testing::ElementsAre;

TEST(CutRows, CutsAfterAboutAsManyValues) {
  const std::vector<Offset> splits = {5, 7, 9, 30, 30, 31};
  EXPECT_THAT(CutRows(splits, 4), ElementsAre(0, 2, 3, 5));
  EXPECT_THAT(CutRows(splits, 100), ElementsAre(0, 5));
  EXPECT_THAT(CutRows({}, 4), ElementsAre(0));
  EXPECT_THAT(CutRows(std::vector<Offset>{3}, 4), ElementsAre(0));
}

TEST(CutRows, BoundsTheRowsOfAPieceToo) {
  EXPECT_THAT(CutRows(std::vector<Offset>(8, 0), 3), ElementsAre(0, 3, 6, 7));
}

TEST(CutRows, CoversAllRowsInBoundedPieces) {
  for (const RaggedCase& c : RaggedCases(Seed())) {
    SCOPED_TRACE(c.name);
    for (const int64_t most : {1, 7, 100}) {
      const std::vector<int64_t> borders = CutRows(c.splits, most);
      EXPECT_EQ(borders.front(), 0);
      EXPECT_EQ(borders.back(), static_cast<int64_t>(c.splits.size()) - 1);
      for (size_t i = 0; i + 1 < borders.size(); ++i) {
        ASSERT_LT(borders[i], borders[i + 1]);
        if (borders[i + 1] - borders[i] == 1) continue;
        EXPECT_LE(borders[i + 1] - borders[i], most);
        EXPECT_LE(c.splits[borders[i + 1]] - c.splits[borders[i]], most);
      }
    }
  }
}

// Repeats each value twice, with any number of threads.
TEST(MeasureAndWrite, PutsPiecesBehindEachOther) {
  std::vector<Offset> splits = {3};
  for (int row = 0; row < 20000; ++row)
    splits.push_back(splits.back() + row % 40);
  for (const int threads : {1, 2, 8}) {
    std::vector<Offset> output;
    const auto row_splits = MeasureAndWrite(
        splits, {.num_threads = threads},
        [&](const Piece& piece, Offset* row_ends) {
          Offset size = 0;
          for (int64_t row = piece.begin; row < piece.end; ++row) {
            size += 2 * (splits[row + 1] - splits[row]);
            *row_ends++ = size;
          }
          return absl::OkStatus();
        },
        [&](int64_t total) { output.resize(total, -1); },
        [&](const Piece& piece, std::span<const Offset> output_splits) {
          EXPECT_EQ(output_splits[piece.end],
                    2 * (splits[piece.end] - splits[0]));
          Offset* out = output.data() + piece.output_begin;
          for (Offset i = splits[piece.begin]; i < splits[piece.end]; ++i) {
            *out++ = i;
            *out++ = i;
          }
          return absl::OkStatus();
        });
    ASSERT_TRUE(row_splits.ok());
    ASSERT_EQ(output.size(), 2u * (splits.back() - splits[0]));
    for (size_t i = 0; i < output.size(); ++i)
      ASSERT_EQ(output[i], static_cast<Offset>(3 + i / 2));
    for (size_t row = 0; row < splits.size(); ++row)
      ASSERT_EQ((*row_splits)[row], 2 * (splits[row] - splits[0]));
  }
}

TEST(MeasureAndWrite, ChecksTheSumOfTheSizes) {
  const std::vector<Offset> splits = {0, kValuesInPiece, 2 * kValuesInPiece};
  const auto row_splits = MeasureAndWrite(
      splits, {},
      [](const Piece&, Offset* row_ends) {
        *row_ends = INT64_MAX / 2 + 1;
        return absl::OkStatus();
      },
      [](int64_t) { FAIL() << "must not be reached"; },
      [](const Piece&, std::span<const Offset>) { return absl::OkStatus(); });
  EXPECT_THAT(row_splits, FailsWith(absl::StatusCode::kResourceExhausted,
                                    "does not fit 64 bits"));
}

TEST(MeasureAndWrite, ReturnsTheErrorOfTheFirstPiece) {
  const std::vector<Offset> splits = {0, kValuesInPiece, 2 * kValuesInPiece};
  const auto row_splits = MeasureAndWrite(
      splits, {},
      [](const Piece& piece, Offset*) {
        return absl::InvalidArgumentError(piece.index == 0 ? "first"
                                                           : "second");
      },
      [](int64_t) { FAIL() << "must not be reached"; },
      [](const Piece&, std::span<const Offset>) { return absl::OkStatus(); });
  EXPECT_THAT(row_splits,
              FailsWith(absl::StatusCode::kInvalidArgument, "first"));
}

}  // namespace
}  // namespace rowsplit::internal
