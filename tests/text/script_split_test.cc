#include "rowsplit/text/script_split.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::RaggedIs;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::ToRows;
using ::testing::ElementsAre;

// Letters of three scripts, punctuation, white space of one, two and three
// bytes, and what is no UTF-8.
constexpr std::string_view kAlphabet =
    "ab,. \xCE\xB1\xD0\xB1\xC2\xA0\xE3\x80\x80\xE1\x9A\x80\xFF";

struct Token {
  std::string text;
  Offset start;
  Offset end;

  friend bool operator==(const Token&, const Token&) = default;
};

// By code points with ICU, as the reference says it.
std::vector<Token> SplitPlainly(std::string_view row, bool keep_whitespace) {
  std::vector<Token> tokens;
  int before = -1;
  bool was_space = false;
  bool is_open = false;
  for (int32_t at = 0; at < static_cast<int32_t>(row.size());) {
    const int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(row.data(), at, static_cast<int32_t>(row.size()), c);
    UErrorCode status = U_ZERO_ERROR;
    const int script = uscript_getScript(c, &status);
    const bool is_space = u_isUWhiteSpace(c) != 0;
    if (script != before || (keep_whitespace && is_space != was_space))
      is_open = false;
    before = script;
    was_space = is_space;
    if (is_space && !keep_whitespace) continue;
    if (!is_open) tokens.push_back({"", begin, begin});
    is_open = true;
    char bytes[4];
    int32_t size = 0;
    U8_APPEND_UNSAFE(bytes, size, c);
    tokens.back().text.append(bytes, static_cast<size_t>(size));
    tokens.back().end = at;
  }
  return tokens;
}

TEST(SplitScripts, SplitsWhereTheScriptChanges) {
  EXPECT_THAT(
      SplitScripts(Strings({"xy.,z de", "", "fg?h", "abαβ", "累計7239人"}))
          ->tokens,
      RaggedIs({{"xy", ".,", "z", "de"},
                {},
                {"fg", "?", "h"},
                {"ab", "αβ"},
                {"累計", "7239", "人"}}));
}

TEST(SplitScripts, DropsWhitespaceInsideOfAScriptOrKeepsIt) {
  const StringTensor input = Strings({" 1, 2 a"});
  const auto dropped = SplitScripts(input);
  EXPECT_THAT(dropped->tokens, RaggedIs({{"1,2", "a"}}));
  EXPECT_THAT(dropped->starts, ElementsAre(1, 6));
  EXPECT_THAT(dropped->ends, ElementsAre(5, 7));
  const auto kept = SplitScripts(input, {.keep_whitespace = true});
  EXPECT_THAT(kept->tokens, RaggedIs({{" ", "1,", " ", "2", " ", "a"}}));
}

TEST(SplitScripts, ReplacesEachMaximalIllFormedSubpart) {
  const auto made =
      SplitScripts(Strings({"a\xFF\xE2\x82"
                            "b"}));
  EXPECT_THAT(made->tokens, RaggedIs({{"a", "\uFFFD\uFFFD", "b"}}));
  EXPECT_THAT(made->starts, ElementsAre(0, 1, 4));
  EXPECT_THAT(made->ends, ElementsAre(1, 4, 5));
}

TEST(SplitScripts, EqualsAPlainLoopForAnyNumberOfThreads) {
  for (const StringCase& c : StringCases(Seed(), kAlphabet, 200'000)) {
    SCOPED_TRACE(c.name);
    for (const bool keep : {false, true}) {
      const auto made = SplitScripts(
          c.view(),
          {.keep_whitespace = keep, .exec = {.num_threads = keep ? 1 : 4}});
      ASSERT_TRUE(made.ok());
      const auto rows = ToRows(made->tokens);
      size_t token = 0;
      for (int64_t row = 0; row < c.view().size(); ++row) {
        std::vector<Token> got;
        for (const std::string& text : rows[row]) {
          got.push_back({text, made->starts[token], made->ends[token]});
          ++token;
        }
        ASSERT_EQ(got, SplitPlainly(c.view()[row], keep));
      }
    }
  }
}

TEST(SplitScripts, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(SplitScripts(Strings({"a"}), {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
