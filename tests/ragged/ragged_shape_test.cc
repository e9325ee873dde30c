#include "rowsplit/ragged/ragged_shape.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {
namespace {

RowPartition Lengths(const std::vector<int64_t>& row_lengths) {
  return *RowPartition::FromRowLengths(row_lengths);
}

TEST(RaggedShape, ChainsPartitions) {
  const RaggedShape shape =
      *RaggedShape::FromPartitions({Lengths({2, 1}), Lengths({3, 0, 4})});
  EXPECT_EQ(shape.ragged_rank(), 2);
  EXPECT_EQ(shape.num_rows(), 2);
  EXPECT_EQ(shape.num_values(), 7);
  EXPECT_EQ(shape.innermost(), Lengths({3, 0, 4}));
}

TEST(RaggedShape, RefusesPartitionsThatDoNotFit) {
  const auto shape =
      RaggedShape::FromPartitions({Lengths({2, 1}), Lengths({3, 0})});
  EXPECT_THAT(
      std::string(shape.status().message()),
      ::testing::HasSubstr("partition 0 has 3 values, partition 1 has 2 rows"));
  EXPECT_FALSE(RaggedShape::FromPartitions({}).ok());
}

TEST(RaggedShape, ComparesByContent) {
  const RaggedShape shape(Lengths({1, 2}));
  EXPECT_EQ(shape, RaggedShape(Lengths({1, 2})));
  EXPECT_NE(shape, RaggedShape(Lengths({2, 1})));
  EXPECT_NE(shape, *RaggedShape::FromPartitions(
                       {Lengths({1, 2}), Lengths({1, 1, 1})}));
  EXPECT_EQ(RaggedShape().num_rows(), 0);
}

}  // namespace
}  // namespace rowsplit
