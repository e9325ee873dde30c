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

TEST(AppendByIcu, AppendsOneString) {
  BufferBuilder<char> output;
  const auto reverse = [](icu::UnicodeString& text) {
    text.reverse();
    return absl::OkStatus();
  };
  for (const std::string_view text : {"ab\u00E9", "", "\xC3"})
    ASSERT_TRUE(AppendByIcu("op", text, reverse, output).ok());
  EXPECT_EQ(std::string_view(output.data(), output.size()), "\u00E9ba\uFFFD");
}

// The size is looked at before the bytes are.
TEST(AppendByIcu, RefusesWhatIcuCanNotHold) {
  BufferBuilder<char> output;
  const char byte = 'a';
  EXPECT_THAT(AppendByIcu(
                  "op", std::string_view(&byte, size_t{1} << 30),
                  [](icu::UnicodeString&) { return absl::OkStatus(); }, output),
              FailsWith(absl::StatusCode::kResourceExhausted,
                        "op: a string has 1073741824 bytes"));
}

TEST(MapByIcu, FailsAsTheMapDoes) {
  EXPECT_THAT(
      MapByIcu(
          "op", StringTensor::FromStrings(std::vector<std::string_view>{"a"}),
          {}, [](icu::UnicodeString&) { return absl::InternalError("no"); }),
      FailsWith(absl::StatusCode::kInternal, "string 0: no"));
}

}  // namespace
}  // namespace rowsplit::internal
