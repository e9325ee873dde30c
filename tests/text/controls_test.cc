#include "rowsplit/text/controls.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;

std::string Without(std::string_view text,
                    const ControlsOptions& options = {}) {
  BufferBuilder<char> output;
  AppendWithoutControls(text, options, output);
  return {output.data(), output.size()};
}

TEST(RemoveControls, RemovesWhatIsNotSeen) {
  EXPECT_EQ(Without("a\u200Bb\x07\x7F\u0085", {}), "ab");
  EXPECT_EQ(Without("\u202Ec\u2066d\u061C\u200E"), "cd");
  EXPECT_EQ(Without("\uFEFFso\u00ADft\u2060\u180E"), "soft");
  EXPECT_EQ(Without("\t\n\r é\u00A0日😀\u2065\u2070"),
            "\t\n\r é\u00A0日😀\u2065\u2070");
}

TEST(RemoveControls, HasAnOptionForEachKind) {
  const std::string text = "\x01\u200B\u200E\u200D";
  EXPECT_EQ(Without(text), "\u200D");
  EXPECT_EQ(Without(text, {.controls = false}), "\x01\u200D");
  EXPECT_EQ(Without(text, {.zero_width = false}), "\u200B\u200D");
  EXPECT_EQ(Without(text, {.bidi = false}), "\u200E\u200D");
  EXPECT_EQ(Without(text, {.joiners = true}), "");
}

TEST(RemoveControls, LeavesIllFormedBytes) {
  EXPECT_EQ(Without("\xC2\xE2\x80\xEF\xBB\xFF"), "\xC2\xE2\x80\xEF\xBB\xFF");
  EXPECT_EQ(Without("\xE2\x80\x01\xC2"), "\xE2\x80\xC2");
}

TEST(RemoveControls, CountsAndKeepsTheRows) {
  BufferBuilder<char> output;
  EXPECT_EQ(AppendWithoutControls("a\x01\x02", {}, output), 2);
  const std::vector<std::string_view> texts = {"\x01", "a", ""};
  EXPECT_THAT(*RemoveControls(StringTensor::FromStrings(texts)),
              ::rowsplit::testing::StringsAre({"", "a", ""}));
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(RemoveControls(StringTensor::FromStrings(texts),
                             {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
