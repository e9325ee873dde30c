#include "pipeline/text_pieces.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

StringTensor Strings(const std::vector<std::string_view>& strings) {
  return StringTensor::FromStrings(strings);
}

TEST(CutIntoPieces, CutsAtRowsAboutThePieceSize) {
  const std::string half(kPieceBytes / 2, 'x');
  const std::string large(3 * kPieceBytes, 'x');
  const StringTensor texts =
      Strings({half, half, half, "", large, "a", half, half});
  EXPECT_THAT(*CutIntoPieces({texts, {}}), ElementsAre(0, 2, 4, 5, 7, 8));
  EXPECT_THAT(*CutIntoPieces({StringTensor().view(), {}}), ElementsAre(0, 0));
}

TEST(CutIntoPieces, KeepsTheTextsOfARowTogether) {
  const std::string half(kPieceBytes / 2, 'x');
  const StringTensor texts = Strings({half, half, half, half});
  const std::vector<Offset> splits = {5, 8, 8, 9};
  const TextGroups groups{texts, splits};
  EXPECT_THAT(*CutIntoPieces(groups), ElementsAre(0, 1, 3));
  EXPECT_EQ(groups.Slice(1, 3).texts.size(), 1);
  EXPECT_THAT(groups.Slice(1, 3).splits, ElementsAre(8, 8, 9));
}

TEST(CheckTexts, TakesARankThatCanBeSplit) {
  const Tensor flat = Strings({"a", "b"});
  const Tensor ragged = *Tensor::FromRowSplits(flat, {0, 2});
  const Tensor column = *Tensor::Dense(Strings({"a", "b"}), {2, 1});
  EXPECT_TRUE(CheckTexts(flat, true).ok());
  EXPECT_TRUE(CheckTexts(Tensor::Scalar(std::string_view("a")), true).ok());
  EXPECT_TRUE(CheckTexts(column, true).ok());
  EXPECT_TRUE(CheckTexts(*Tensor::FromRowSplits(column, {0, 2}), true).ok());
  EXPECT_TRUE(CheckTexts(ragged, false).ok());
  EXPECT_THAT(std::string(CheckTexts(ragged, true).message()),
              HasSubstr("got shape [1, ragged]"));
  EXPECT_THAT(
      std::string(CheckTexts(*Tensor::Dense(Strings({"a", "b"}), {1, 2}), true)
                      .message()),
      HasSubstr("got shape [1, 2]"));
  EXPECT_THAT(std::string(CheckTexts(Tensor(), false).message()),
              HasSubstr("expected texts, got float32"));
}

TEST(InnermostSplits, AreThoseOfTheLastDimension) {
  const Tensor flat = Strings({"a", "b", "c", "d"});
  EXPECT_THAT(*InnermostSplits(flat), ElementsAre(0, 4));
  EXPECT_THAT(*InnermostSplits(Tensor::Scalar(std::string_view("a"))),
              ElementsAre(0, 1));
  EXPECT_THAT(*InnermostSplits(*Tensor::FromRowSplits(flat, {0, 1, 4})),
              ElementsAre(0, 1, 4));
  EXPECT_THAT(*InnermostSplits(
                  *Tensor::Dense(Strings({"a", "b", "c", "d"}), {2, 1, 2})),
              ElementsAre(0, 2, 4));
}

}  // namespace
}  // namespace rowsplit::internal
