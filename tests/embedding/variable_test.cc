#include "rowsplit/embedding/variable.h"

#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

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

TEST(EmbeddingVariable, FreezesWithoutACopy) {
  auto variable = *EmbeddingVariable::FromTable(
      *EmbeddingTable::FromValues({1, 2, 3, 4}, 2, 2));
  const float* const memory = variable.values().data();
  const EmbeddingTable frozen = std::move(variable).Freeze();
  EXPECT_EQ(frozen.values().data(), memory);
  EXPECT_EQ(variable.num_rows(), 0);  // NOLINT(bugprone-use-after-move)
  EXPECT_TRUE(variable.values().empty());
}

}  // namespace
}  // namespace rowsplit
