#include "text/icu_rows.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::FailsWith;

TEST(MapByIcu, MapsEachString) {
  std::vector<std::string> rows(900, std::string(400, 'a'));
  rows[1] = "\xFF";
  rows[2] = "";
  const StringTensor input = StringTensor::FromStrings(
      std::vector<std::string_view>(rows.begin(), rows.end()));
  for (const int threads : {1, 3}) {
    const StringTensor made = *MapByIcu("op", input, {.num_threads = threads},
                                        [](icu::UnicodeString& text) {
                                          text.append(u'!');
                                          return absl::OkStatus();
                                        });
    EXPECT_EQ(made[0], rows[0] + "!");
    EXPECT_EQ(made[1], "\uFFFD!");
    EXPECT_EQ(made[2], "!");
    EXPECT_EQ(made[899], rows[899] + "!");
  }
}

TEST(MapByIcu, FailsAsTheMapDoes) {
  EXPECT_THAT(
      MapByIcu(
          "op", StringTensor::FromStrings(std::vector<std::string_view>{"a"}),
          {}, [](icu::UnicodeString&) { return absl::InternalError("no"); }),
      FailsWith(absl::StatusCode::kInternal, "no"));
}

}  // namespace
}  // namespace rowsplit::internal
