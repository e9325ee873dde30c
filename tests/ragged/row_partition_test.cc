#include "rowsplit/ragged/row_partition.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;

using Int64s = std::vector<int64_t>;

void ExpectError(const absl::StatusOr<RowPartition>& result,
                 const std::string& part) {
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(result.status().message()), HasSubstr(part));
}

TEST(RowPartition, WithoutAnythingHasNoRows) {
  EXPECT_EQ(RowPartition().num_rows(), 0);
  EXPECT_EQ(RowPartition().num_values(), 0);
}

TEST(RowPartition, NamesTheWrongRowSplit) {
  ExpectError(RowPartition::FromRowSplits(Int64s{}), "at least one element");
  ExpectError(RowPartition::FromRowSplits(Int64s{1, 2}), "row_splits[0]=1");
  ExpectError(RowPartition::FromRowSplits(Int64s{0, 3, 7, 5}),
              "row_splits[3]=5 after row_splits[2]=7");
  ExpectError(RowPartition::FromRowSplits(Int64s{0, -1}),
              "row_splits[1]=-1 after row_splits[0]=0");
}

TEST(RowPartition, CopiesASpanAndSharesABuffer) {
  Int64s splits = {0, 2};
  const RowPartition copied = *RowPartition::FromRowSplits(splits);
  splits[1] = 100;
  EXPECT_THAT(copied.row_splits(), ElementsAre(0, 2));
  const Buffer<Offset> buffer = {0, 1};
  EXPECT_EQ(RowPartition::FromRowSplits(buffer)->row_splits().data(),
            buffer.data());
}

TEST(RowPartition, NamesTheWrongRowLength) {
  ExpectError(RowPartition::FromRowLengths(Int64s{1, -2}), "row_lengths[1]=-2");
  EXPECT_EQ(RowPartition::FromRowLengths(Int64s{INT64_MAX, 1}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(RowPartition, NamesTheWrongRowStart) {
  EXPECT_THAT(RowPartition::FromRowStarts(Int64s{0, 2, 2}, 5)->row_splits(),
              ElementsAre(0, 2, 2, 5));
  EXPECT_EQ(RowPartition::FromRowStarts(Int64s{}, 0)->num_rows(), 0);
  ExpectError(RowPartition::FromRowStarts(Int64s{}, 3), "3 values");
  ExpectError(RowPartition::FromRowStarts(Int64s{1}, 3), "row_starts[0]=1");
  ExpectError(RowPartition::FromRowStarts(Int64s{0, 2, 1}, 3),
              "row_starts[2]=1");
  ExpectError(RowPartition::FromRowStarts(Int64s{0, 4}, 3), "row_starts[1]=4");
}

TEST(RowPartition, NamesTheWrongRowLimit) {
  EXPECT_THAT(RowPartition::FromRowLimits(Int64s{2, 2, 5})->row_splits(),
              ElementsAre(0, 2, 2, 5));
  ExpectError(RowPartition::FromRowLimits(Int64s{-1}), "row_limits[0]=-1");
  ExpectError(RowPartition::FromRowLimits(Int64s{3, 2}), "row_limits[1]=2");
}

TEST(RowPartition, NamesTheWrongRowId) {
  EXPECT_THAT(RowPartition::FromRowIds(Int64s{0, 0, 2, 2, 2}, 4)->row_splits(),
              ElementsAre(0, 2, 2, 5, 5));
  ExpectError(RowPartition::FromRowIds(Int64s{1, 0}, 4), "row_ids[1]=0");
  ExpectError(RowPartition::FromRowIds(Int64s{0, 4}, 4), "row_ids[1]=4");
  ExpectError(RowPartition::FromRowIds(Int64s{-1, 0}, 4), "row_ids[0]=-1");
  ExpectError(RowPartition::FromRowIds(Int64s{}, -1), "-1");
}

TEST(RowPartition, TakesAsManyRowsAsTheLastIdNeeds) {
  EXPECT_THAT(RowPartition::FromRowIds(Int64s{0, 0, 2})->row_splits(),
              ElementsAre(0, 2, 2, 3));
  EXPECT_THAT(RowPartition::FromRowIds(Int64s{})->row_splits(), ElementsAre(0));
  ExpectError(RowPartition::FromRowIds(Int64s{1, 0}), "row_ids[1]=0");
  ExpectError(RowPartition::FromRowIds(Int64s{-2}), "row_ids[0]=-2");
  ExpectError(RowPartition::FromRowIds(Int64s{INT64_MIN}), "row_ids[0]");
  EXPECT_EQ(RowPartition::FromRowIds(Int64s{INT64_MAX}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(RowPartition, CountsSegmentIds) {
  EXPECT_THAT(RowPartition::FromSegmentIds(Int64s{2, 0, 2})->row_splits(),
              ElementsAre(0, 1, 1, 3));
  EXPECT_THAT(RowPartition::FromSegmentIds(Int64s{})->row_splits(),
              ElementsAre(0));
  EXPECT_THAT(RowPartition::FromSegmentIds(Int64s{}, 2)->row_splits(),
              ElementsAre(0, 0, 0));
  EXPECT_THAT(RowPartition::FromSegmentIds(Int64s{0, 3}, 2)->row_splits(),
              ElementsAre(0, 1, 1));
  EXPECT_THAT(
      RowPartition::FromSegmentIds(Int64s{0, INT64_MAX}, 1)->row_splits(),
      ElementsAre(0, 1));
  ExpectError(RowPartition::FromSegmentIds(Int64s{0, -1}), "segment_ids[1]=-1");
  ExpectError(RowPartition::FromSegmentIds(Int64s{}, -3), "num_segments");
  EXPECT_EQ(RowPartition::FromSegmentIds(Int64s{INT64_MAX}).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(RowPartition::FromSegmentIds(Int64s{}, INT64_MAX).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(RowPartition, SaysThatThereIsNoMemory) {
  constexpr int64_t kHuge = int64_t{1} << 60;
  for (const absl::Status& status :
       {RowPartition::FromSegmentIds(Int64s{kHuge}).status(),
        RowPartition::FromSegmentIds(Int64s{}, kHuge).status(),
        RowPartition::FromRowIds(Int64s{0}, kHuge).status(),
        RowPartition::FromUniformRowLength(0, kHuge).status()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
    EXPECT_NE(status.message().find("row splits of 8 bytes"),
              status.message().npos)
        << status;
  }
}

TEST(RowPartition, ChecksUniformRows) {
  EXPECT_THAT(RowPartition::FromUniformRowLength(3, 2)->row_splits(),
              ElementsAre(0, 3, 6));
  EXPECT_THAT(RowPartition::FromUniformRowLength(0, 2)->row_splits(),
              ElementsAre(0, 0, 0));
  ExpectError(RowPartition::FromUniformRowLength(-1, 2), "row_length=-1");
  EXPECT_EQ(RowPartition::FromUniformRowLength(INT64_MAX, 3).status().code(),
            absl::StatusCode::kResourceExhausted);
}

// Calls `visit` with the row lengths of every partition of at most 6 values
// into at most 4 rows.
template <typename Visit>
void ForEachSmallPartition(const Visit& visit, const Int64s& lengths = {},
                           int64_t left = 6) {
  visit(lengths);
  if (lengths.size() == 4) return;
  for (int64_t length = 0; length <= left; ++length) {
    Int64s longer = lengths;
    longer.push_back(length);
    ForEachSmallPartition(visit, longer, left - length);
  }
}

TEST(RowPartition, EveryFactoryMakesTheSamePartition) {
  int count = 0;
  ForEachSmallPartition([&](const Int64s& lengths) {
    ++count;
    const RowPartition partition = *RowPartition::FromRowLengths(lengths);
    const auto splits = partition.row_splits();
    const Int64s starts(splits.begin(), splits.end() - 1);
    const Int64s limits(splits.begin() + 1, splits.end());
    const Buffer<int64_t> row_ids = partition.MakeRowIds();
    EXPECT_EQ(*RowPartition::FromRowSplits(splits), partition);
    if (!lengths.empty()) {
      EXPECT_EQ(*RowPartition::FromRowStarts(starts, partition.num_values()),
                partition);
    }
    EXPECT_EQ(*RowPartition::FromRowLimits(limits), partition);
    EXPECT_EQ(*RowPartition::FromRowIds(row_ids.span(), partition.num_rows()),
              partition);
    EXPECT_THAT(partition.MakeRowLengths(), ElementsAreArray(lengths));
  });
  EXPECT_GT(count, 200);
}

}  // namespace
}  // namespace rowsplit
