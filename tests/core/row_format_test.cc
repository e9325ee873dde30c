#include "rowsplit/core/row_format.h"

#include <cstdint>
#include <optional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using testing::FailsWith;

constexpr RowFormat kAll[] = {RowFormat::kFloat32, RowFormat::kFloat16,
                              RowFormat::kBfloat16, RowFormat::kInt8,
                              RowFormat::kInt4};

TEST(RowFormat, NamesAreParsedBack) {
  for (const RowFormat format : kAll) {
    EXPECT_EQ(ParseRowFormat(RowFormatName(format)), format);
  }
  EXPECT_EQ(RowFormatName(RowFormat::kBfloat16), "bfloat16");
  EXPECT_EQ(ParseRowFormat("Float32"), std::nullopt);
  EXPECT_EQ(ParseRowFormat(""), std::nullopt);
}

TEST(RowFormat, CountsTheBytesOfARow) {
  EXPECT_EQ(RowBytes(RowFormat::kFloat32, 5), 20);
  EXPECT_EQ(RowBytes(RowFormat::kFloat16, 5), 10);
  EXPECT_EQ(RowBytes(RowFormat::kBfloat16, 5), 10);
  EXPECT_EQ(RowBytes(RowFormat::kInt8, 5), 13);
  EXPECT_EQ(RowBytes(RowFormat::kInt4, 5), 7);
  EXPECT_EQ(RowBytes(RowFormat::kInt4, 6), 7);
  EXPECT_EQ(RowBytes(RowFormat::kInt4, 0), 4);
  for (const RowFormat format : kAll) {
    EXPECT_GE(RowBytes(format, kMaxRowWidth), 0);
  }
}

TEST(RowFormat, ChecksTheSizeOfATable) {
  EXPECT_EQ(*TableBytes(RowFormat::kInt8, 3, 4), 36);
  EXPECT_EQ(*TableBytes(RowFormat::kFloat32, 0, kMaxRowWidth), 0);
  EXPECT_THAT(TableBytes(RowFormat::kInt8, -1, 4),
              FailsWith(absl::StatusCode::kInvalidArgument, "num_rows=-1"));
  EXPECT_THAT(TableBytes(RowFormat::kInt8, 1, -4),
              FailsWith(absl::StatusCode::kInvalidArgument, "width=-4"));
  EXPECT_THAT(TableBytes(RowFormat::kInt8, 1, INT64_MAX),
              FailsWith(absl::StatusCode::kInvalidArgument, "at most"));
  EXPECT_THAT(TableBytes(RowFormat::kFloat32, INT64_MAX / 2, 1),
              FailsWith(absl::StatusCode::kResourceExhausted, "64 bits"));
}

}  // namespace
}  // namespace rowsplit
