#include "embedding/row_portions.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "support/embedding_files.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using testing::FailsWith;
using testing::NumberedTable;

std::string AllRows(const EmbeddingTable& table, RowFormat format,
                    int64_t& num_portions) {
  std::string all;
  num_portions = 0;
  const absl::Status status = ForRowPortions(table, format, {.num_threads = 2},
                                             [&](std::string_view rows) {
                                               ++num_portions;
                                               all += rows;
                                               return absl::OkStatus();
                                             });
  EXPECT_TRUE(status.ok()) << status;
  return all;
}

std::string BytesOf(const EmbeddingTable& table) {
  return {reinterpret_cast<const char*>(table.bytes().data()),
          table.bytes().size()};
}

TEST(ForRowPortions, GivesAllRows) {
  const EmbeddingTable table = NumberedTable(70000, 20);  // 5.6 MB
  int64_t num_portions;
  EXPECT_EQ(AllRows(table, RowFormat::kFloat32, num_portions), BytesOf(table));
  EXPECT_GT(num_portions, 1);
  EXPECT_EQ(AllRows(table, RowFormat::kFloat16, num_portions),
            BytesOf(*table.ConvertTo(RowFormat::kFloat16)));
  EXPECT_EQ(AllRows(EmbeddingTable(), RowFormat::kInt8, num_portions), "");
}

TEST(ForRowPortions, MultipliesOut) {
  const EmbeddingTable table = *EmbeddingTable::Factorized(
      NumberedTable(300, 1), Buffer<float>{1, 2, 3}, 3);
  int64_t num_portions;
  EXPECT_EQ(AllRows(table, RowFormat::kFloat32, num_portions),
            BytesOf(*table.ToDense()));
}

TEST(ForRowPortions, SaysInWhichRowAValueDoesNotFit) {
  std::vector<float> values(70000 * 20);
  values[69999 * 20] = std::numeric_limits<float>::quiet_NaN();
  const auto table =
      *EmbeddingTable::FromValues(Buffer<float>::Copy(values), 70000, 20);
  EXPECT_THAT(ForRowPortions(table, RowFormat::kInt8, {},
                             [](std::string_view) { return absl::OkStatus(); }),
              FailsWith(absl::StatusCode::kInvalidArgument, "69999"));
}

}  // namespace
}  // namespace rowsplit::internal
