#include "text/decode_source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/strings.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Strings;
using ::testing::ElementsAre;

TEST(DecodeSource, SeesCharactersCutByRows) {
  const StringTensor whole = Strings({"é", "", "é"});
  const auto source = DecodeSource::Make("op", whole, "UTF-8", {});
  EXPECT_TRUE(source->IsWellFormedUtf8({0, 0, 3, 0}));
  // The bytes are the same, the rows are not.
  const StringTensor cut = Strings({"\xC3", "\xA9", "é"});
  const auto of_cut = DecodeSource::Make("op", cut, "UTF-8", {});
  EXPECT_FALSE(of_cut->IsWellFormedUtf8({0, 0, 3, 0}));
  EXPECT_FALSE(of_cut->IsWellFormedUtf8({0, 1, 3, 0}));
  EXPECT_TRUE(of_cut->IsWellFormedUtf8({0, 2, 3, 0}));
  EXPECT_FALSE(DecodeSource::Make("op", whole, "latin1", {})
                   ->IsWellFormedUtf8({0, 0, 3, 0}));
}

TEST(DecodeSource, NamesTheFault) {
  const StringTensor input = Strings({"a", "b\xE2\x82!"});
  const auto source = DecodeSource::Make("UnicodeDecode", input, "UTF-8",
                                         {.errors = ErrorPolicy::kStrict});
  BufferBuilder<int32_t> points;
  int rows = 0;
  EXPECT_THAT(source->Decode({0, 0, 2, 0}, points, nullptr, [&] { ++rows; }),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "UnicodeDecode: string 1 is no well-formed UTF-8: byte "
                        "1 (E2 82)"));
  EXPECT_EQ(rows, 1);
}

TEST(FindStarts, CountsFromEachRow) {
  const StringTensor input = Strings({"éa", "", "b", "日本"});
  const std::vector<Offset> splits = {10, 12, 12, 13, 15};
  std::vector<Offset> starts(5);
  FindStarts(input, splits, starts.data());
  EXPECT_THAT(starts, ElementsAre(0, 2, 0, 0, 3));
}

}  // namespace
}  // namespace rowsplit::internal
