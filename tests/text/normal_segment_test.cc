#include "text/normal_segment.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "support/icu_normalize.h"
#include "support/seed.h"
#include "text/normal_mapper.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::kNormalForms;
using ::rowsplit::testing::NormalizeByIcu;

std::string Segment(NormalForm form, std::string_view text) {
  BufferBuilder<char> out;
  AppendNormalSegment(NormalMapper::Of(form).tables(), text, out);
  return {out.data(), out.size()};
}

TEST(AppendNormalSegment, OrdersAndComposes) {
  EXPECT_EQ(Segment(NormalForm::kNfc, "a\u0301\u0323"), "\u1EA1\u0301");
  EXPECT_EQ(Segment(NormalForm::kNfd, "\u00E9\u0323"), "e\u0323\u0301");
  EXPECT_EQ(Segment(NormalForm::kNfc, "\u1112\u1161\u11AB"), "\uD55C");
  EXPECT_EQ(Segment(NormalForm::kNfd, "\uD55C\u11AB"),
            "\u1112\u1161\u11AB\u11AB");
  EXPECT_EQ(Segment(NormalForm::kNfkcCasefold, "\u00C9\u034F"), "\u00E9");
  EXPECT_EQ(Segment(NormalForm::kNfc, "\u0301\u0323"), "\u0323\u0301");
  EXPECT_EQ(Segment(NormalForm::kNfc, ""), "");
}

// Runs of more marks than are put in order one by one, with and without a
// starter, and with one that decomposes, in the middle of others.
TEST(AppendNormalSegment, EqualsIcuForLongRunsOfMarks) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::string_view starters[] = {"",       "a",      "\u00E9",
                                       "\u1EBF", "\u0391", "\u1100\u1161",
                                       "\uD558", "\u09C7"};
  const std::string_view marks[] = {"\u0301", "\u0302",     "\u0323", "\u031B",
                                    "\u0345", "\u0344",     "\u0340", "\u05B7",
                                    "\u093C", "\U0001D165", "\u0334"};
  for (int repeat = 0; repeat < 1500; ++repeat) {
    const NormalForm form = kNormalForms[repeat % 5];
    std::string text;
    for (uint64_t part = Below(random, 3); part < 3; ++part) {
      text += starters[Below(random, std::size(starters))];
      const uint64_t num_kinds = 1 + Below(random, std::size(marks));
      for (uint64_t i = Below(random, 200); i > 0; --i)
        text += marks[Below(random, num_kinds)];
    }
    ASSERT_EQ(Segment(form, text), NormalizeByIcu(form, text))
        << "form " << static_cast<int>(form) << ": "
        << ::testing::PrintToString(text);
  }
}

TEST(AppendNormalSegment, IsLinearInMarksInTheWorstOrder) {
  std::string text = "a";
  for (int i = 0; i < 100'000; ++i) text += "\u0301\u0323\u031B";
  const std::string normal = Segment(NormalForm::kNfc, text);
  // There is no a with a horn, but one with a dot below.
  EXPECT_EQ(normal.substr(0, 3), "\u1EA1");
  EXPECT_EQ(normal.substr(normal.size() - 4), "\u0301\u0301");
}

}  // namespace
}  // namespace rowsplit::internal
