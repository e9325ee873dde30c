#include "data/json_text.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

// The text, or "!" and the fault.
std::string Extracted(std::string_view line,
                      const std::vector<std::string>& path = {"text"}) {
  const std::string padded = std::string(line) + std::string(64, 'x');
  JsonTextExtractor extractor(path);
  std::string_view text;
  std::string fault;
  const bool found = extractor.Extract(
      std::string_view(padded).substr(0, line.size()), text, fault);
  return found ? std::string(text) : "!" + fault;
}

TEST(JsonTextExtractor, TakesTheField) {
  EXPECT_EQ(Extracted(R"({"text": "abc"})"), "abc");
  EXPECT_EQ(Extracted(R"( {"id":1,"text":"" ,"x":[true,null]} )"), "");
  EXPECT_EQ(Extracted(R"({"text":"a\"\\\/\n\u00e9\ud83d\ude00"})"),
            "a\"\\/\n\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(Extracted(R"({"te\u0078t": "abc"})"), "abc");
  EXPECT_EQ(Extracted(R"({"text": "a\u0000b"})"), std::string("a\0b", 3));
}

TEST(JsonTextExtractor, LetsTheLastOfEqualKeysCount) {
  EXPECT_EQ(Extracted(R"({"text": "a", "text": "b"})"), "b");
  EXPECT_EQ(Extracted(R"({"text": 1, "text": "b"})"), "b");
  EXPECT_EQ(Extracted(R"({"text": "a", "text": 1})"),
            "!field \"text\" is no string");
}

TEST(JsonTextExtractor, FollowsAPath) {
  const std::string_view line =
      R"({"a": {"text": "1", "b": {"c": "2"}}, "l": [0, {"t": "3"}], "": "4"})";
  EXPECT_EQ(Extracted(line, {"a", "b", "c"}), "2");
  EXPECT_EQ(Extracted(line, {"l", "1", "t"}), "3");
  EXPECT_EQ(Extracted(line, {""}), "4");
  EXPECT_EQ(Extracted(line, {"a", "b"}), "!field \"a.b\" is no string");
  EXPECT_EQ(Extracted(line), "!no field \"text\"");
}

TEST(JsonTextExtractor, AcceptsNumbersOfAnySize) {
  EXPECT_EQ(Extracted(R"({"n": 123456789012345678901234567890, "text": "a"})"),
            "a");
  EXPECT_EQ(Extracted(R"({"n": [-0, 0.5e+9, 1E400], "text": "a"})"), "a");
}

TEST(JsonTextExtractor, RefusesWhatIsNoJson) {
  const std::string_view broken[] = {
      R"({"text": "abc)",
      R"({"text": "abc")",
      R"({"text": "abc"}})",
      R"({"text": "abc"} {})",
      R"({"text": "abc"} x)",
      R"({"text" "abc"})",
      R"({"text": "abc",})",
      R"({"text": "abc", "n": })",
      R"({"text": "abc", "n": 01})",
      R"({"text": "abc", "n": 1.})",
      R"({"text": "abc", "n": +1})",
      R"({"text": "abc", "n": nul})",
      R"({"text": "abc", "n": truex})",
      R"({"text": "abc", "n": [1 2]})",
      R"({"text": "abc", "n": "\q"})",
      R"({"text": "abc", "n": "\ud800"})",
      R"({"text": "a\u12"})",
      "{\"text\": \"a\tb\"}",
      R"({text: "abc"})",
      R"({'text': 'abc'})",
      "{",
      "}",
  };
  for (const std::string_view line : broken) {
    EXPECT_THAT(Extracted(line), ::testing::StartsWith("!")) << line;
  }
  EXPECT_EQ(Extracted(R"(["text"])"), "!not a JSON object");
  EXPECT_EQ(Extracted("42"), "!not a JSON object");
}

TEST(JsonTextExtractor, DoesNotFollowEndlessNesting) {
  std::string deep = R"({"text": "a", "n": )";
  for (int i = 0; i < 100000; ++i) deep += '[';
  for (int i = 0; i < 100000; ++i) deep += ']';
  EXPECT_THAT(Extracted(deep + "}"), ::testing::StartsWith("!broken JSON"));
}

TEST(JsonTextExtractor, GoesOnAfterAFault) {
  const std::vector<std::string> path = {"text"};
  JsonTextExtractor extractor(path);
  std::string_view text;
  std::string fault;
  const std::string padding(64, ' ');
  const std::string bad = "{\"text\": " + padding;
  const std::string good = "{\"text\": \"a\"}" + padding;
  EXPECT_FALSE(
      extractor.Extract(std::string_view(bad).substr(0, 8), text, fault));
  ASSERT_TRUE(
      extractor.Extract(std::string_view(good).substr(0, 13), text, fault));
  EXPECT_EQ(text, "a");
}

TEST(ParseJsonPath, TakesFieldsDotsAndPointers) {
  using Steps = std::vector<std::string>;
  EXPECT_EQ(*ParseJsonPath("text"), Steps({"text"}));
  EXPECT_EQ(*ParseJsonPath("a.b"), Steps({"a", "b"}));
  EXPECT_EQ(*ParseJsonPath("/a.b/0/c~1d~0"), Steps({"a.b", "0", "c/d~"}));
  EXPECT_EQ(*ParseJsonPath("/"), Steps({""}));
  for (const std::string_view wrong : {"", "a..b", "a.", "/a~2", "/~"}) {
    const auto path = ParseJsonPath(wrong);
    EXPECT_EQ(path.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(path.status().message()),
                ::testing::HasSubstr("text_field"));
  }
}

}  // namespace
}  // namespace rowsplit::internal
