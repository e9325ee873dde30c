#include "rowsplit/ragged/ragged_tensor.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(RaggedTensor, GivesItsRows) {
  const auto tensor =
      *RaggedTensor<int64_t>::FromRowSplits({1, 2, 3}, {0, 2, 2, 3});
  EXPECT_EQ(tensor.num_rows(), 3);
  EXPECT_THAT(tensor.view().row(0), ElementsAre(1, 2));
  EXPECT_THAT(tensor.view().row(1), IsEmpty());
  EXPECT_THAT(tensor.view().row(2), ElementsAre(3));
  EXPECT_EQ(RaggedTensor<int64_t>().num_rows(), 0);
}

TEST(RaggedTensor, ChecksThatTheValuesFillTheShape) {
  const auto wrong = RaggedTensor<float>::FromRowSplits({1.0f}, {0, 2});
  EXPECT_THAT(std::string(wrong.status().message()),
              HasSubstr("expected 2 elements, got 1"));
  const RaggedShape shape(
      *RowPartition::FromRowLengths(std::vector<int64_t>{2, 1}));
  EXPECT_TRUE(
      RaggedTensor<float>::FromFlatValues(shape, {1, 2, 3, 4, 5, 6}, {2}).ok());
  EXPECT_FALSE(
      RaggedTensor<float>::FromFlatValues(shape, {1, 2, 3, 4, 5, 6}, {3}).ok());
  EXPECT_FALSE(
      RaggedTensor<float>::FromFlatValues(shape, {1, 2, 3}, {-1}).ok());
  EXPECT_FALSE(
      RaggedTensor<float>::FromFlatValues(shape, {1}, {INT64_MAX, 4}).ok());
}

TEST(RaggedView, SlicesWithUnreachableValuesOnBothSides) {
  const auto tensor =
      *RaggedTensor<int64_t>::FromRowSplits({1, 2, 3, 4}, {0, 1, 3, 4});
  const RaggedView<int64_t> slice = tensor.view().Slice(1, 2);
  EXPECT_EQ(slice.num_rows(), 1);
  EXPECT_THAT(slice.row(0), ElementsAre(2, 3));
}

TEST(RaggedTensor, ComparesShapeInnerShapeAndValues) {
  const auto tensor = *RaggedTensor<int64_t>::FromRowSplits({1, 2}, {0, 1, 2});
  EXPECT_EQ(tensor, *RaggedTensor<int64_t>::FromRowSplits({1, 2}, {0, 1, 2}));
  EXPECT_FALSE(tensor ==
               *RaggedTensor<int64_t>::FromRowSplits({1, 2}, {0, 2, 2}));
  EXPECT_FALSE(tensor ==
               *RaggedTensor<int64_t>::FromRowSplits({1, 3}, {0, 1, 2}));
}

TEST(RaggedStringTensor, NeedsAStringForEachValue) {
  const RaggedShape shape(
      *RowPartition::FromRowLengths(std::vector<int64_t>{2, 0}));
  const StringTensor two =
      StringTensor::FromStrings(std::vector<std::string_view>{"a", "b"});
  EXPECT_TRUE(RaggedStringTensor::FromFlatValues(shape, two).ok());
  EXPECT_FALSE(RaggedStringTensor::FromFlatValues(shape, StringTensor()).ok());
}

}  // namespace
}  // namespace rowsplit
