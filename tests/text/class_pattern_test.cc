#include "text/class_pattern.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "re2/re2.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;

TEST(IsAsciiClassPattern, TakesOneCharacterOrOneClass) {
  for (const char* pattern :
       {",",
        "a",
        " ",
        "]",
        "}",
        "-",
        "\\.",
        "\\\\",
        "\\[",
        "\\n",
        "\\t",
        "\\d",
        "\\s",
        "\\w",
        "[a]",
        "[a-z]",
        "[]a]",
        "[]]",
        "[a^]",
        "[-a]",
        "[a-]",
        "[\\]]",
        "[\\^a]",
        "[[]",
        "[[:punct:]]",
        "[[:alpha:]\\d_]",
        "[!\"#$%&()\\*\\+,-\\./:;<=>?@\\[\\\\\\]^_`{|}~\\']"}) {
    EXPECT_TRUE(RE2(pattern).ok()) << pattern;
    EXPECT_TRUE(IsAsciiClassPattern(pattern)) << pattern;
  }
}

TEST(IsAsciiClassPattern, RefusesEverythingElse) {
  for (const char* pattern :
       {"",           ".",     "^",      "$",       "\\",      "ab",
        "a|b",        "(a)",   "a*",     "[a]*",    "[a][b]",  "[a]b",
        "b[a]",       "[^a]",  "[^\\w]", "\\D",     "\\S",     "\\W",
        "[\\D]",      "\\pL",  "[\\pL]", "\\PN",    "[\\PN]",  "[[:^alpha:]]",
        "[[:alpha:]", "[é]",   "é",      "[a-é]",   "(?i)a",   "(?i)[k]",
        "\\b",        "\\B",   "\\A",    "\\z",     "\\C",     "[a",
        "[]",         "[[:x]", "\\x41",  "[\\x41]", "\\Qa\\E", "\\1",
        "a{2}",       "\xFF"}) {
    EXPECT_FALSE(IsAsciiClassPattern(pattern)) << pattern;
  }
}

// Whatever RE2 takes and this takes matches single ASCII bytes and nothing
// else.
TEST(IsAsciiClassPattern, IsRightAboutRandomPatterns) {
  ROWSPLIT_SEEDED_RANDOM(random);
  constexpr std::string_view kParts[] = {
      "[", "]", "^", "-",         "\\", "a", "z", "k", "[:",   ":]",
      "d", "w", "S", "[:alpha:]", "é",  "p", "*", "|", "(?i)", "."};
  RE2::Options quiet;
  quiet.set_log_errors(false);
  int num_classes = 0;
  for (int repeat = 0; repeat < 100'000; ++repeat) {
    std::string pattern = Below(random, 2) == 0 ? "[" : "";
    for (uint64_t i = Below(random, 6); i > 0; --i)
      pattern += kParts[Below(random, std::size(kParts))];
    if (pattern.front() == '[' && Below(random, 2) == 0) pattern += "]";
    if (!IsAsciiClassPattern(pattern)) continue;
    const RE2 re(pattern, quiet);
    if (!re.ok()) continue;
    ++num_classes;
    EXPECT_EQ(re.NumberOfCapturingGroups(), 0) << pattern;
    for (const char* text : {"", "aa", "a]", "[]", "é", "ſ", "\u212A", "\x80",
                             "\xFF", "-]", "^a", "\n\n", "zz"}) {
      EXPECT_FALSE(RE2::FullMatch(text, re)) << pattern << " on " << text;
    }
  }
  EXPECT_GT(num_classes, 1000);
}

}  // namespace
}  // namespace rowsplit::internal
