#include "rowsplit/text/punctuation.h"

#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/text/case.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::StringsAre;

TEST(AsciiPunctuation, HasAllMarksOfAsciiAndNothingElse) {
  const ByteSet marks = AsciiPunctuation();
  EXPECT_EQ(marks.size(), 32);
  for (int byte = 0; byte < 256; ++byte) {
    const bool is_mark =
        (byte > 0x20 && byte < 0x7F) && !(byte >= '0' && byte <= '9') &&
        !(byte >= 'A' && byte <= 'Z') && !(byte >= 'a' && byte <= 'z');
    EXPECT_EQ(marks.contains(static_cast<uint8_t>(byte)), is_mark) << byte;
  }
}

TEST(StripPunctuation, DeletesAsciiMarks) {
  EXPECT_THAT(*StripPunctuation(Strings({"`` Oh , don't ! ''", "", "...",
                                         "¿qué?…", "-lrb- a_b -rrb-"})),
              StringsAre({" Oh  dont  ", "", "", "¿qué…", "lrb ab rrb"}));
}

TEST(StripPunctuation, CommutesWithLowerCase) {
  for (const StringCase& c : StringCases(Seed(), "aZ.!~`@[\\]\x7F \xC3\xA9")) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(*StripPunctuation(*ToLower(c.view())),
              *ToLower(*StripPunctuation(c.view())));
  }
}

TEST(StripPunctuation, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(
      StripPunctuation(Strings({"a"}), {.exec = {.cancellation = &token}}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
