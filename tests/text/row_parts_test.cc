#include "text/row_parts.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;

StringTensor Build(const std::vector<std::string>& rows) {
  StringTensorBuilder builder;
  for (const std::string& row : rows) builder.Append(row);
  return std::move(builder).Build();
}

const size_t kPart = RowParts::kPartBytes;

TEST(RowParts, LeavesShortRowsAndRowsWithoutAPlaceForACut) {
  const StringTensor rows =
      Build({"a b", std::string(kPart, ' '), std::string(5 * kPart, 'a')});
  const RowParts parts(rows);
  EXPECT_FALSE(parts.has_cuts());
  EXPECT_EQ(parts.parts().size(), 3);
}

TEST(RowParts, CutsBehindASpaceThatHasAsciiBehindIt) {
  // A mark belongs to the space before it.
  const std::string first = std::string(kPart, 'a') + " \xCC\x81 ";
  const std::string second = std::string(kPart + 3, 'b') + "\n";
  const StringTensor rows = Build({"x", first + second + "c", "y"});
  const RowParts parts(rows);
  ASSERT_TRUE(parts.has_cuts());
  ASSERT_EQ(parts.parts().size(), 5);
  EXPECT_EQ(parts.parts()[1], first);
  EXPECT_EQ(parts.parts()[2], second);
  EXPECT_EQ(parts.parts()[3], "c");
  EXPECT_EQ(parts.parts()[4], "y");
  EXPECT_EQ(parts.begin(3), static_cast<Offset>(first.size() + second.size()));
  EXPECT_EQ(parts.begin(4), 0);
  std::vector<Offset> row_ends(3);
  parts.JoinEnds(std::vector<Offset>{1, 2, 3, 4, 5}, row_ends.data());
  EXPECT_THAT(row_ends, ElementsAre(1, 4, 5));
}

TEST(RowParts, TakesASliceOfABatch) {
  std::string text;
  for (size_t i = 0; i < 3 * kPart; ++i) text += "a ";
  const StringTensor rows = Build({"before", "", text});
  const RowParts parts(rows.view().Slice(1, 3));
  ASSERT_TRUE(parts.has_cuts());
  EXPECT_EQ(parts.parts()[0], "");
  std::string joined;
  for (int64_t part = 1; part < parts.parts().size(); ++part) {
    EXPECT_EQ(parts.begin(part), static_cast<Offset>(joined.size()));
    joined += parts.parts()[part];
  }
  EXPECT_EQ(joined, text);
}

}  // namespace
}  // namespace rowsplit::internal
