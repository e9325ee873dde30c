#include "rowsplit/text/repeats.h"

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

using ::rowsplit::testing::Below;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Random;

std::string Limited(std::string_view text, const RepeatsOptions& options) {
  BufferBuilder<char> output;
  AppendLimited(text, options, output);
  return {output.data(), output.size()};
}

TEST(LimitRepeats, ShortensRunsOfCharacters) {
  EXPECT_EQ(Limited("sooooo!!! aa b", {.max_characters = 2}), "soo!! aa b");
  EXPECT_EQ(Limited("ééé日日日😀😀", {.max_characters = 1}), "é日😀");
  EXPECT_EQ(Limited("\xFF\xFF\xFF\xC3\xC3", {.max_characters = 1}), "\xFF\xC3");
  EXPECT_EQ(Limited("aaa", {}), "aaa");
  EXPECT_EQ(Limited("", {.max_characters = 1}), "");
}

TEST(LimitRepeats, LeavesOutEqualLines) {
  EXPECT_EQ(Limited("a\na\na", {.max_lines = 1}), "a\n");
  EXPECT_EQ(Limited("a\na\na\nb\na\n", {.max_lines = 2}), "a\na\nb\na\n");
  EXPECT_EQ(Limited("\n\n\nx", {.max_lines = 1}), "\nx");
  EXPECT_EQ(Limited("aa\naa\nb", {.max_characters = 1, .max_lines = 1}),
            "a\nb");
}

TEST(LimitRepeats, CountsWhatIsLeftOut) {
  BufferBuilder<char> output;
  EXPECT_EQ(AppendLimited("aaab\nb\nb", {.max_characters = 2, .max_lines = 1},
                          output),
            2);
}

TEST(LimitRepeats, RefusesNegativeNumbers) {
  EXPECT_THAT(LimitRepeats(StringTensorView(), {.max_characters = -1}),
              FailsWith(absl::StatusCode::kInvalidArgument, "-1 and 0"));
}

TEST(LimitRepeats, EqualsAPlainLoop) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 2000; ++repeat) {
    std::string text;
    for (uint64_t i = Below(random, 40); i > 0; --i)
      text += "aab"[Below(random, 3)];
    const int64_t most = 1 + static_cast<int64_t>(Below(random, 3));
    std::string expected;
    int64_t run = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      run = i > 0 && text[i] == text[i - 1] ? run + 1 : 1;
      if (run <= most) expected += text[i];
    }
    EXPECT_EQ(Limited(text, {.max_characters = most}), expected) << text;
  }
}

TEST(LimitRepeats, WorksOnStringTensors) {
  const std::vector<std::string_view> texts = {"aaa", "", "bb"};
  EXPECT_THAT(
      *LimitRepeats(StringTensor::FromStrings(texts), {.max_characters = 1}),
      ::rowsplit::testing::StringsAre({"a", "", "b"}));
}

}  // namespace
}  // namespace rowsplit
