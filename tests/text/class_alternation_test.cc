#include "text/class_alternation.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "re2/re2.h"
#include "support/seed.h"
#include "text/regex_impl.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;

// What a tokenizer splits at, and classes that overlap, negated ones, single
// characters of one to four bytes, a '|' and a ']' in a class.
constexpr std::string_view kPatterns[] = {
    R"(\s+|[!-/]|[:-@]|[\p{P}]|[\x{4E00}-\x{9FFF}])",
    R"([a-c]|[b-d]+|[^a-z]+)",
    R"((\s|é|日+|👍))",
    R"((?:[|]+|[]x]|\|))",
    R"([^ab])",
    R"([[:punct:]]+|\pN|\PL)",
    R"(\x{80}|[\x{D800}-\x{DFFF}]|[\x{10000}-\x{10FFFF}]+)",
    "a",
    "b+",
};

TEST(ClassAlternation, IsOnlyWhatItKnows) {
  for (const std::string_view pattern : kPatterns)
    EXPECT_TRUE(ClassAlternation::Parse(pattern).has_value()) << pattern;
  for (const std::string_view pattern :
       {"",        "ab",    "a|",       "|a",     "a*",   "a?",  "a{2}",
        "a+?",     "[ab",   "\\b",      "^",      "$",    ".",   "(a)|(b)",
        "(a|(b))", "(?i)a", "(?P<x>a)", "\\C",    "\\Qa", "a\\", "\\x41",
        "()",      "[a]b",  "\\p",      "a|b|\\B"})
    EXPECT_FALSE(ClassAlternation::Parse(pattern).has_value()) << pattern;
  std::string many = "a";
  for (size_t i = 1; i < ClassAlternation::kMostClasses; ++i) many += "|b";
  EXPECT_TRUE(ClassAlternation::Parse(many).has_value());
  EXPECT_FALSE(ClassAlternation::Parse(many + "|c").has_value());
}

std::string RandomText(rowsplit::testing::Random& random) {
  static const std::vector<std::string> kPieces = {"a",
                                                   "b",
                                                   "c",
                                                   "x",
                                                   "|",
                                                   "]",
                                                   " ",
                                                   "\n",
                                                   "7",
                                                   "é",
                                                   "日",
                                                   "本",
                                                   "👍",
                                                   "\u0080",
                                                   "\u2003",
                                                   "、",
                                                   "\xFF",
                                                   "\x80",
                                                   "\xE2\x80",
                                                   "\xED\xA0\x80",
                                                   "\xE0\x80\x80",
                                                   "\xF4\x90\x80\x80",
                                                   "\xF0\x9F",
                                                   "\xC3",
                                                   "word",
                                                   "..",
                                                   "一",
                                                   "\xC0\x80"};
  std::string text;
  for (uint64_t i = Below(random, 16); i > 0; --i)
    text += kPieces[Below(random, kPieces.size())];
  return text;
}

TEST(ClassAlternation, FindsWhatRe2Finds) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const std::string_view pattern : kPatterns) {
    const RE2 re(ToPiece(pattern), QuietOptions());
    const auto form = ClassAlternation::Parse(pattern);
    ClassAlternation::Matcher matcher(*form);
    for (int repeat = 0; repeat < 1500; ++repeat) {
      const std::string text = RandomText(random);
      size_t from = 0;
      size_t begin = 0;
      size_t end = 0;
      re2::StringPiece match;
      while (re.Match(ToPiece(text), from, text.size(), RE2::UNANCHORED, &match,
                      1)) {
        begin = from;
        ASSERT_TRUE(matcher.Find(text, &begin, &end))
            << pattern << " in " << ::testing::PrintToString(text);
        const auto expected = static_cast<size_t>(match.data() - text.data());
        ASSERT_EQ(std::make_pair(begin, end),
                  std::make_pair(expected, expected + match.size()))
            << pattern << " in " << ::testing::PrintToString(text);
        from = end;
      }
      begin = from;
      ASSERT_FALSE(matcher.Find(text, &begin, &end))
          << pattern << " in " << ::testing::PrintToString(text);
    }
  }
}

TEST(ClassAlternation, MatchesWholeTextsAsRe2Does) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const std::string_view pattern : kPatterns) {
    const RE2 re(ToPiece(pattern), QuietOptions());
    const auto form = ClassAlternation::Parse(pattern);
    ClassAlternation::Matcher matcher(*form);
    for (int repeat = 0; repeat < 1500; ++repeat) {
      std::string text = RandomText(random);
      text.resize(Below(random, text.size() + 1));
      ASSERT_EQ(matcher.FullMatch(text), re.Match(ToPiece(text), 0, text.size(),
                                                  RE2::ANCHOR_BOTH, nullptr, 0))
          << pattern << " of " << ::testing::PrintToString(text);
    }
  }
}

}  // namespace
}  // namespace rowsplit::internal
