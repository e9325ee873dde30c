#include "pipeline/text_pieces.h"

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/ragged/tensor.h"
#include "support/strings.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Strings;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(CutIntoPieces, TakesWholeRows) {
  const std::vector<std::string_view> texts = {"ab",     "c", "",
                                               "defghi", "",  "j"};
  const StringTensor all = StringTensor::FromStrings(texts);
  EXPECT_THAT(*CutIntoPieces({all, {}}, 3), ElementsAre(0, 3, 4, 6));
  EXPECT_THAT(*CutIntoPieces({all, {}}, 100), ElementsAre(0, 6));
  EXPECT_THAT(*CutIntoPieces({StringTensor().view(), {}}, 3), ElementsAre(0));
  EXPECT_THAT(*CutIntoPieces({}, 3), ElementsAre(0));
}

TEST(CutIntoPieces, NamesARowThatIsTooLarge) {
  // Not read.
  const Offset offsets[] = {0, 5, (int64_t{1} << 31) + 5};
  const StringTensorView texts(
      offsets, {static_cast<const char*>(nullptr), size_t{1} << 32});
  const absl::Status status = CutIntoPieces({texts, {}}, 100).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(status.message(), HasSubstr("row 1 has 2147483648 bytes"));
}

TEST(CutIntoPieces, KeepsTheTextsOfARowTogether) {
  const StringTensor texts = Strings({"aa", "bb", "cc", "dd"});
  const std::vector<Offset> splits = {5, 8, 8, 9};
  const TextGroups groups{texts, splits};
  EXPECT_THAT(*CutIntoPieces(groups, 4), ElementsAre(0, 1, 3));
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
  const Tensor column = *Tensor::Dense(flat.strings(), {4, 1});
  EXPECT_THAT(*InnermostSplits(*Tensor::FromRowSplits(column, {0, 1, 4})),
              ElementsAre(0, 1, 4));
  EXPECT_THAT(*InnermostSplits(*Tensor::FromRowSplits(flat, {0, 1, 4})),
              ElementsAre(0, 1, 4));
  EXPECT_THAT(*InnermostSplits(
                  *Tensor::Dense(Strings({"a", "b", "c", "d"}), {2, 1, 2})),
              ElementsAre(0, 2, 4));
}

}  // namespace
}  // namespace rowsplit::internal
