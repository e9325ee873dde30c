#include "text/full_match_set.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "rowsplit/text/regex.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;

FullMatchSet Make(const std::vector<std::string>& patterns) {
  std::vector<Regex> regexes;
  for (const std::string& pattern : patterns)
    regexes.push_back(*Regex::Compile(pattern));
  return FullMatchSet(std::move(regexes));
}

int OneByOne(const FullMatchSet& set, std::string_view text) {
  for (size_t i = 0; i < set.regexes().size(); ++i) {
    if (set.regexes()[i].FullMatch(text)) return static_cast<int>(i);
  }
  return -1;
}

TEST(FullMatchSet, GivesTheFirstThatMatches) {
  const FullMatchSet set = Make({"a.*", "ab", ".*b", "x"});
  EXPECT_EQ(set.FirstMatch("ab"), 0);
  EXPECT_EQ(set.FirstMatch("cb"), 2);
  EXPECT_EQ(set.FirstMatch("x"), 3);
  EXPECT_EQ(set.FirstMatch("y"), -1);
  EXPECT_EQ(set.FirstMatch(""), -1);
  EXPECT_EQ(Make({"x", ".*"}).FirstMatch(""), 1);
}

TEST(FullMatchSet, TakesOnePattern) {
  EXPECT_EQ(Make({"a.*"}).FirstMatch("ab"), 0);
  EXPECT_EQ(Make({"a"}).FirstMatch("ab"), -1);
}

TEST(FullMatchSet, EqualsOnePatternAfterTheOther) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::vector<std::string> choices = {
      "a.*", ".*b",  "[ab]+", "ab|c", "",  "a*",   "(?i)A.*", "é.*",
      "^a$", "\\C*", "a",     "b.b",  "c", "[^a]", "aaa.*"};
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<std::string> patterns(1 + Below(random, 6));
    for (std::string& pattern : patterns)
      pattern = choices[Below(random, choices.size())];
    const FullMatchSet set = Make(patterns);
    for (int texts = 0; texts < 30; ++texts) {
      std::string text;
      for (uint64_t size = Below(random, 6); size > 0; --size)
        text += "aabcA\xC3\xA9\n"[Below(random, 8)];
      EXPECT_EQ(set.FirstMatch(text), OneByOne(set, text))
          << ::testing::PrintToString(patterns) << " on "
          << ::testing::PrintToString(text);
    }
  }
}

}  // namespace
}  // namespace rowsplit::internal
