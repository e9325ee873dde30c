#include "rowsplit/embedding/table.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/mapped_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/ragged/tensor.h"
#include "support/files.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;

TEST(EmbeddingTable, HoldsItsValues) {
  const auto table = *EmbeddingTable::FromValues({1, 2, 3, 4, 5, 6}, 2, 3);
  EXPECT_EQ(table.num_rows(), 2);
  EXPECT_EQ(table.width(), 3);
  EXPECT_THAT(table.view().row(1), ElementsAre(4, 5, 6));
  EXPECT_EQ(EmbeddingTable().num_rows(), 0);
  EXPECT_TRUE(EmbeddingTable::FromValues({}, 7, 0).ok());
}

TEST(EmbeddingTable, SpreadsItemsEvenlyBetweenTheLimits) {
  const auto table = *EmbeddingTable::Uniform(1000, 50, {.seed = 3});
  double sum = 0;
  double squares = 0;
  for (const float item : table.values()) {
    ASSERT_LT(std::abs(item), 0.05f);
    sum += item;
    squares += static_cast<double>(item) * item;
  }
  // Of 50,000 uniform items: five standard deviations.
  EXPECT_NEAR(sum / 50'000, 0, 5 * 0.05 / std::sqrt(3.0 * 50'000));
  EXPECT_NEAR(squares / 50'000, 0.05 * 0.05 / 3, 2e-5);
  const auto [least, most] =
      std::minmax_element(table.values().begin(), table.values().end());
  EXPECT_LT(*least, -0.0499f);
  EXPECT_GT(*most, 0.0499f);
}

TEST(EmbeddingTable, IsTheSameOnEveryMachine) {
  const auto table = *EmbeddingTable::Uniform(1, 4, {.limit = 1, .seed = 0});
  // The first outputs of SplitMix64 with seed 0 are E220A839 7B1DCDAF,
  // 6E789E6A A1B965F4, 06C45D18 8009454F, F88BB8A8 724C81EC.
  EXPECT_THAT(
      table.values(),
      ElementsAre((2 * 0xE220A8 + 1 - 0x1000000) * 0x1p-24,
                  (2 * 0x6E789E + 1 - 0x1000000) * 0x1p-24,
                  static_cast<float>((2 * 0x06C45D + 1 - 0x1000000) * 0x1p-24),
                  (2 * 0xF88BB8 + 1 - 0x1000000) * 0x1p-24));
}

TEST(EmbeddingTable, DependsOnSeedAndPlaceOnly) {
  const auto small = *EmbeddingTable::Uniform(10, 8, {.seed = 1});
  const auto large = *EmbeddingTable::Uniform(20, 8, {.seed = 1});
  EXPECT_TRUE(std::equal(small.values().begin(), small.values().end(),
                         large.values().begin()));
  const auto other = *EmbeddingTable::Uniform(10, 8, {.seed = 2});
  EXPECT_FALSE(std::equal(small.values().begin(), small.values().end(),
                          other.values().begin()));
}

TEST(EmbeddingTable, RoundsRandomItemsToTheFormat) {
  const auto table = *EmbeddingTable::Uniform(900, 37, {.seed = 4});
  const auto normal = *EmbeddingTable::Normal(900, 37, {.seed = 4});
  for (const RowFormat format :
       {RowFormat::kFloat16, RowFormat::kInt8, RowFormat::kInt4}) {
    const auto stored = *EmbeddingTable::Uniform(
        900, 37, {.seed = 4, .format = format, .exec = {.num_threads = 3}});
    EXPECT_EQ(stored.format(), format);
    EXPECT_TRUE(
        std::ranges::equal(stored.bytes(), table.ConvertTo(format)->bytes()));
    const auto stored_normal = *EmbeddingTable::Normal(
        900, 37, {.seed = 4, .format = format, .exec = {.num_threads = 3}});
    EXPECT_TRUE(std::ranges::equal(stored_normal.bytes(),
                                   normal.ConvertTo(format)->bytes()));
  }
}

TEST(EmbeddingTable, SpreadsItemsNormally) {
  const auto table =
      *EmbeddingTable::Normal(1000, 50, {.mean = 3, .stddev = 2, .seed = 3});
  double sums[5] = {};
  for (const float item : table.values()) {
    const double x = (item - 3.0) / 2;
    for (int power = 1; power <= 4; ++power) sums[power] += std::pow(x, power);
  }
  // The moments of 50,000 items, each within five standard deviations.
  EXPECT_NEAR(sums[1] / 50'000, 0, 5 * std::sqrt(1 / 5e4));
  EXPECT_NEAR(sums[2] / 50'000, 1, 5 * std::sqrt(2 / 5e4));
  EXPECT_NEAR(sums[3] / 50'000, 0, 5 * std::sqrt(15 / 5e4));
  EXPECT_NEAR(sums[4] / 50'000, 3, 5 * std::sqrt(96 / 5e4));
}

TEST(EmbeddingTable, BorrowsStoredRowsAtAnyByte) {
  // 0.5 * code + 1 of the codes 2 and 4, and 1 * code + 0 of 1 and 255.
  const uint8_t bytes[] = {99, 2,   4, 0, 0,    0,    0x3F, 0, 0, 0x80, 0x3F,
                           1,  255, 0, 0, 0x80, 0x3F, 0,    0, 0, 0};
  const auto table = *EmbeddingTable::FromBytes(
      RowFormat::kInt8,
      Buffer<std::byte>::Borrow(std::as_bytes(std::span(bytes)).subspan(1)), 2,
      2);
  EXPECT_EQ(static_cast<const void*>(table.bytes().data()), bytes + 1);
  EXPECT_EQ(table.size_bytes(), 20);
  EXPECT_FALSE(table.has_values());
  EXPECT_TRUE(table.view().values.empty());
  const int64_t ids[] = {1, 0, 1};
  const Tensor rows = *table.ReadRows(ids);
  EXPECT_THAT(rows.flat_shape(), ElementsAre(3, 2));
  EXPECT_THAT(rows.items<float>(), ElementsAre(1, 255, 2, 3, 1, 255));
}

TEST(EmbeddingTable, ReadsFloatsThatAreNotAligned) {
  alignas(4) char bytes[1 + 4 * sizeof(float)];
  const float values[] = {1, 2, 3, 4};
  std::memcpy(bytes + 1, values, sizeof(values));
  const auto table = *EmbeddingTable::FromBytes(
      RowFormat::kFloat32,
      Buffer<std::byte>::Borrow(std::as_bytes(std::span(bytes)).subspan(1)), 2,
      2);
  EXPECT_FALSE(table.has_values());
  float row[2];
  EXPECT_TRUE(table.ReadRow(1, row).ok());
  EXPECT_THAT(row, ElementsAre(3, 4));
  EXPECT_EQ(table.ConvertTo(RowFormat::kFloat16)->size_bytes(), 8);
}

TEST(EmbeddingTable, MapsAFile) {
  const testing::TempFolder folder;
  const auto table = *EmbeddingTable::Uniform(50, 16, {.seed = 5});
  const std::string path =
      folder.Write("rows", {reinterpret_cast<const char*>(table.bytes().data()),
                            table.bytes().size()});
  const auto mapped = *internal::MapFile(path, internal::MapAccess::kRandom);
  const auto again = *EmbeddingTable::FromBytes(
      RowFormat::kFloat32, {std::as_bytes(mapped.span()), mapped.owner()}, 50,
      16);
  EXPECT_TRUE(again.has_values());
  EXPECT_TRUE(std::ranges::equal(again.values(), table.values()));
}

TEST(EmbeddingTable, MultipliesFactorsOut) {
  const auto table = *EmbeddingTable::Factorized(
      *EmbeddingTable::FromValues({1, 2, 3, 4, 5, 6}, 3, 2),
      {1, 0, 2, 0, 1, -1}, 3);
  EXPECT_TRUE(table.is_factorized());
  EXPECT_EQ(table.num_rows(), 3);
  EXPECT_EQ(table.width(), 3);
  EXPECT_EQ(table.size_bytes(), 12 * 4);
  EXPECT_EQ(table.factor().width(), 2);
  EXPECT_TRUE(table.bytes().empty());
  EXPECT_FALSE(table.has_values());
  float row[3];
  ASSERT_TRUE(table.ReadRow(1, row).ok());
  EXPECT_THAT(row, ElementsAre(3, 4, 2));
  EXPECT_THAT(table.ToDense()->values(),
              ElementsAre(1, 2, 0, 3, 4, 2, 5, 6, 4));
}

TEST(EmbeddingTable, ReadsTheSameRowsForAnyNumberOfThreads) {
  const auto factor = *EmbeddingTable::Uniform(200, 20, {.limit = 1});
  const auto projection = *EmbeddingTable::Uniform(20, 300, {.limit = 1});
  const auto table = *EmbeddingTable::Factorized(
      *factor.ConvertTo(RowFormat::kInt8), projection.values(), 300);
  std::vector<int64_t> ids(500);
  for (int64_t i = 0; i < 500; ++i) ids[i] = i * i % 200;
  const Tensor one = *table.ReadRows(ids, {.num_threads = 1});
  EXPECT_EQ(one, *table.ReadRows(ids, {.num_threads = 3}));
  std::vector<float> row(300);
  for (size_t i = 0; i < ids.size(); i += 7) {
    ASSERT_TRUE(table.ReadRow(ids[i], row).ok());
    ASSERT_TRUE(
        std::ranges::equal(row, one.items<float>().subspan(i * 300, 300)));
  }
}

TEST(EmbeddingTable, ChecksIdsAndOutputs) {
  const auto table = *EmbeddingTable::FromValues({1, 2, 3, 4}, 2, 2);
  float row[3];
  EXPECT_THAT(table.ReadRow(2, std::span(row, 2)),
              FailsWith(absl::StatusCode::kOutOfRange, "id 2 is not a row"));
  EXPECT_THAT(table.ReadRow(-1, std::span(row, 2)),
              FailsWith(absl::StatusCode::kOutOfRange, "id -1"));
  EXPECT_THAT(table.ReadRow(0, row),
              FailsWith(absl::StatusCode::kInvalidArgument, "width 2, got 3"));
  const int64_t ids[] = {0, 1, 5};
  EXPECT_THAT(table.ReadRows(ids), FailsWith(absl::StatusCode::kOutOfRange,
                                             "ids[2]=5 is not a row of a table "
                                             "of 2 rows"));
}

TEST(EmbeddingTable, ChecksSizesAndLimit) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(EmbeddingTable::FromValues({1, 2, 3}, 2, 2),
              FailsWith(kInvalid, "2 * 2, got 3"));
  EXPECT_THAT(EmbeddingTable::FromValues({}, -1, 2),
              FailsWith(kInvalid, "num_rows=-1"));
  EXPECT_THAT(EmbeddingTable::Uniform(3, -2), FailsWith(kInvalid, "width=-2"));
  EXPECT_THAT(
      EmbeddingTable::Uniform(INT64_MAX, 2),
      FailsWith(absl::StatusCode::kResourceExhausted, "does not fit 64 bits"));
  EXPECT_THAT(EmbeddingTable::Uniform(1, 1, {.limit = -1}),
              FailsWith(kInvalid, "limit must be finite and not negative: -1"));
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(EmbeddingTable::Uniform(1, 1, {.limit = nan}),
              FailsWith(kInvalid, "nan"));
  EXPECT_THAT(EmbeddingTable::Normal(1, 1, {.mean = nan}),
              FailsWith(kInvalid, "mean=nan"));
  EXPECT_THAT(EmbeddingTable::Normal(1, 1, {.stddev = -1}),
              FailsWith(kInvalid, "stddev=-1"));
  EXPECT_THAT(EmbeddingTable::Normal(1, -1), FailsWith(kInvalid, "width=-1"));
  EXPECT_THAT(EmbeddingTable::FromBytes(RowFormat::kInt8, {}, 2, 3),
              FailsWith(kInvalid,
                        "expected 22 bytes for 2 int8 rows of width 3, got 0"));
  EXPECT_THAT(
      EmbeddingTable::FromBytes(RowFormat::kInt8, {}, INT64_MAX, 3),
      FailsWith(absl::StatusCode::kResourceExhausted, "does not fit 64 bits"));
  const auto rows = *EmbeddingTable::FromValues({1, 2}, 1, 2);
  EXPECT_THAT(EmbeddingTable::Factorized(rows, {1, 2, 3}, 2),
              FailsWith(kInvalid, "a projection of 2 * 2 values, got 3"));
  const auto factorized = *EmbeddingTable::Factorized(rows, {1, 2}, 1);
  EXPECT_THAT(EmbeddingTable::Factorized(factorized, {1}, 1),
              FailsWith(kInvalid, "must not be factorized"));
}

}  // namespace
}  // namespace rowsplit
