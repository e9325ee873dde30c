#include "rowsplit/text/unicode_script.h"

#include <unicode/uscript.h>

#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::testing::ElementsAre;

TEST(UnicodeScript, GivesIcusNumbers) {
  const std::vector<int32_t> points = {
      'a', 0x3B1, 0x4E2D, ' ', 0x301, 0x10FFFF, -1, 0x110000, INT32_MIN};
  EXPECT_THAT(UnicodeScript(points)->span(),
              ElementsAre(25, 14, 17, 0, 1, 103, -1, -1, -1));
  EXPECT_TRUE(UnicodeScript({})->empty());
}

TEST(UnicodeScript, EqualsIcuForEveryCodePointAndAnyThreads) {
  std::vector<int32_t> points;
  for (int32_t point = -5; point < 0x110005; ++point) points.push_back(point);
  for (const int threads : {1, 4}) {
    const auto scripts =
        UnicodeScript(points, {.exec = {.num_threads = threads}});
    ASSERT_TRUE(scripts.ok());
    for (size_t i = 0; i < points.size(); ++i) {
      UErrorCode error = U_ZERO_ERROR;
      const UScriptCode script = uscript_getScript(points[i], &error);
      ASSERT_EQ((*scripts)[i], U_SUCCESS(error) ? script : -1) << points[i];
    }
  }
}

TEST(UnicodeScript, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const std::vector<int32_t> points = {'a'};
  EXPECT_THAT(UnicodeScript(points, {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
