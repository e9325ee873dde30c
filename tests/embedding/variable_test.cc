#include "rowsplit/embedding/variable.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;

TEST(EmbeddingVariable, CopiesTheTable) {
  const auto table = *EmbeddingTable::FromValues({1, 2, 3, 4}, 2, 2);
  auto variable = *EmbeddingVariable::FromTable(table);
  variable.row(1)[0] = 7;
  EXPECT_THAT(variable.values(), ElementsAre(1, 2, 7, 4));
  EXPECT_THAT(table.values(), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(variable.num_rows(), 2);
  EXPECT_EQ(variable.width(), 2);
}

TEST(EmbeddingVariable, ItsTableShowsLaterWritesAndOutlivesIt) {
  EmbeddingTable shared;
  {
    auto variable = *EmbeddingVariable::FromTable(
        *EmbeddingTable::FromValues({1, 2, 3, 4}, 2, 2));
    shared = variable.table();
    variable.values()[3] = 9;
  }
  EXPECT_THAT(shared.view().row(1), ElementsAre(3, 9));
}

TEST(EmbeddingVariable, ReadsTablesOfAnyFormOnThreads) {
  const auto dense = *EmbeddingTable::Uniform(1100, 33);
  const auto factorized =
      *EmbeddingTable::Factorized(*EmbeddingTable::Uniform(1100, 3),
                                  EmbeddingTable::Uniform(3, 33)->values(), 33);
  for (const EmbeddingTable& table :
       {dense, *dense.ConvertTo(RowFormat::kInt8), factorized}) {
    const auto variable =
        *EmbeddingVariable::FromTable(table, {.num_threads = 3});
    EXPECT_TRUE(
        std::ranges::equal(variable.values(), table.ToDense()->values()));
  }
  EXPECT_EQ(EmbeddingVariable::FromTable(EmbeddingTable())->num_rows(), 0);
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(EmbeddingVariable::FromTable(dense, {.cancellation = &token}),
              testing::FailsWith(absl::StatusCode::kCancelled, ""));
}

TEST(EmbeddingVariable, MovesItsRows) {
  auto variable = *EmbeddingVariable::FromTable(
      *EmbeddingTable::FromValues({1, 2, 3, 4}, 2, 2));
  auto moved = std::move(variable);
  EXPECT_THAT(moved.row(1), ElementsAre(3, 4));
  EXPECT_TRUE(variable.values().empty());  // NOLINT
  variable = std::move(moved);
  EXPECT_THAT(variable.row(0), ElementsAre(1, 2));
  EXPECT_EQ(moved.num_rows(), 0);  // NOLINT
}

TEST(EmbeddingVariable, FreezesWithoutACopy) {
  auto variable = *EmbeddingVariable::FromTable(
      *EmbeddingTable::FromValues({1, 2, 3, 4}, 2, 2));
  const float* const memory = variable.values().data();
  const EmbeddingTable frozen = std::move(variable).Freeze();
  EXPECT_EQ(frozen.values().data(), memory);
  EXPECT_EQ(variable.num_rows(), 0);  // NOLINT
  EXPECT_TRUE(variable.values().empty());
}

TEST(EmbeddingVariable, BorrowsMemory) {
  std::vector<float> values = {1, 2, 3, 4};
  auto variable = *EmbeddingVariable::Borrow(values, 2, 2);
  variable.row(1)[0] = 7;
  EXPECT_EQ(values[2], 7);
  EXPECT_EQ(variable.table().values().data(), values.data());
  EXPECT_THAT(
      EmbeddingVariable::Borrow(values, 3, 2),
      testing::FailsWith(absl::StatusCode::kInvalidArgument, "3 * 2, got 4"));
}

}  // namespace
}  // namespace rowsplit
