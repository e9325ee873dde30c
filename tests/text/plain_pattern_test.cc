#include "text/plain_pattern.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "re2/re2.h"
#include "rowsplit/text/regex.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;
using ::testing::ElementsAre;
using Kind = PlainPattern::Kind;

re2::StringPiece Piece(std::string_view text) {
  return {text.data(), text.size()};
}

// Keeps the regex that holds the pattern.
struct Compiled {
  explicit Compiled(std::string_view pattern)
      : regex(*Regex::Compile(pattern)), plain(PlainPatternOf(regex)) {}
  Regex regex;
  const PlainPattern* plain;
};

TEST(PlainPattern, KnowsItsKinds) {
  EXPECT_EQ(Compiled("the cat").plain->kind(), Kind::kLiterals);
  EXPECT_THAT(Compiled("a\\.\\n|\\|é").plain->literals(),
              ElementsAre("a.\n", "|é"));
  EXPECT_THAT(Compiled("(?:ab|cd)").plain->literals(), ElementsAre("ab", "cd"));
  EXPECT_FALSE(Compiled("(?:ab|cd)").plain->has_group());
  EXPECT_TRUE(Compiled("(ab|cd)").plain->has_group());
  EXPECT_EQ(Compiled("[,.]").plain->kind(), Kind::kClass);
  EXPECT_EQ(Compiled("a|b").plain->kind(), Kind::kClass);
  EXPECT_EQ(Compiled("\\s+").plain->kind(), Kind::kClassRun);
  EXPECT_EQ(Compiled("\\+").plain->kind(), Kind::kClass);
  EXPECT_TRUE(Compiled("([0-9]+)").plain->has_group());
  EXPECT_EQ(Compiled("\\d+").plain->bytes(), ByteSet::Of("0123456789"));
}

TEST(PlainPattern, LeavesTheRestToRE2) {
  for (const char* pattern :
       {"",       "a*",      "a|",     "|a",      "ab+",      "^a",   "a$",
        "(a)(b)", "(a)|(b)", "(a)+",   "(?i)a",   "(?P<x>a)", "[^a]", ".",
        "a.b",    "\\bx",    "\\x41b", "\\Qa\\E", "a{2}",     "é+",   "[é]",
        "\\pL",   "\\d\\d",  "()",     "(?:)"}) {
    EXPECT_EQ(Compiled(pattern).plain, nullptr) << pattern;
  }
  EXPECT_NE(Compiled(std::string(64, 'a')).plain, nullptr);
  EXPECT_EQ(Compiled(std::string(65, 'a')).plain, nullptr);
}

TEST(PlainPattern, LeavesOutWhatAnEarlierLiteralBegins) {
  EXPECT_THAT(Compiled("a|ab|b|abc").plain->literals(), ElementsAre("a", "b"));
  EXPECT_THAT(Compiled("ab|a|abc").plain->literals(), ElementsAre("ab", "a"));
  EXPECT_TRUE(Compiled("ab|a|abc").plain->FullMatch("abc"));
  EXPECT_TRUE(Compiled("a|b|ba").plain->FullMatch("ba"));
}

// Thousands of literals still make one tree; too many are left to RE2.
TEST(PlainPattern, HoldsManyLiterals) {
  std::string pattern;
  for (int i = 0; i < 2000; ++i)
    pattern += (i == 0 ? "w" : "|w") + std::to_string(i * 7919 % 10007);
  const Compiled many(pattern);
  ASSERT_NE(many.plain, nullptr);
  const RE2 re(Piece(pattern));
  for (int i = 0; i < 300; ++i) {
    const std::string text = "w" + std::to_string(i * 31);
    EXPECT_EQ(many.plain->FullMatch(text), RE2::FullMatch(text, re)) << text;
  }
}

// What RE2 matches at each place of random texts over the pattern's own bytes.
TEST(PlainPattern, EqualsRE2) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 300; ++repeat) {
    std::string pattern;
    for (uint64_t i = 1 + Below(random, 5); i > 0; --i) {
      if (!pattern.empty()) pattern += '|';
      for (uint64_t size = 1 + Below(random, 4); size > 0; --size)
        pattern += "abc"[Below(random, 3)];
    }
    if (Below(random, 4) == 0) pattern = "[ab]+";
    if (Below(random, 4) == 0) pattern = "(" + pattern + ")";
    const Compiled compiled(pattern);
    ASSERT_NE(compiled.plain, nullptr) << pattern;
    const RE2 re(Piece(pattern));
    for (int texts = 0; texts < 20; ++texts) {
      std::string text;
      for (uint64_t size = Below(random, 9); size > 0; --size)
        text += "abcd"[Below(random, 4)];
      EXPECT_EQ(compiled.plain->FullMatch(text), RE2::FullMatch(text, re))
          << pattern << " on " << text;
      for (size_t at = 0; at < text.size(); ++at) {
        re2::StringPiece match;
        const bool matches = re.Match(Piece(text), at, text.size(),
                                      RE2::ANCHOR_START, &match, 1);
        EXPECT_EQ(compiled.plain->MatchAt(text, at), matches ? match.size() : 0)
            << pattern << " on " << text << " at " << at;
      }
    }
  }
}

}  // namespace
}  // namespace rowsplit::internal
