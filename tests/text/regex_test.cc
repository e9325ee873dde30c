#include "rowsplit/text/regex.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "re2/re2.h"
#include "support/matchers.h"
#include "support/seed.h"
#include "support/string_cases.h"
#include "support/strings.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Random;
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::StringsAre;
using ::testing::ElementsAre;

constexpr std::string_view kKerasClass =
    R"([!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~\'])";

// RE2 itself, which does not write to stderr.
class PlainRE2 : public RE2 {
 public:
  explicit PlainRE2(std::string_view pattern)
      : RE2(re2::StringPiece(pattern.data(), pattern.size()), Quiet()) {}

 private:
  static Options Quiet() {
    Options options;
    options.set_log_errors(false);
    return options;
  }
};

Regex Compile(std::string_view pattern) {
  const auto regex = Regex::Compile(pattern);
  EXPECT_TRUE(regex.ok()) << regex.status();
  return *regex;
}

StringTensor Replace(StringTensorView input, std::string_view pattern,
                     std::string_view rewrite, bool replace_global = true) {
  const Regex regex = Compile(pattern);
  const auto compiled = Rewrite::Compile(rewrite, regex);
  EXPECT_TRUE(compiled.ok()) << compiled.status();
  return *RegexReplace(input, regex, *compiled,
                       {.replace_global = replace_global});
}

// Patterns of many kinds.
const std::vector<std::string_view>& Patterns() {
  static const auto* patterns =
      new std::vector<std::string_view>{"",
                                        "a",
                                        "ab",
                                        "_B_.*",
                                        "a*",
                                        "a+",
                                        "a?b",
                                        "(a|b)*",
                                        "(a)(b)?",
                                        "^a",
                                        "a$",
                                        "^$",
                                        "$",
                                        "^",
                                        "\\b",
                                        "\\Ba",
                                        "\\b-|k",
                                        "\\b|k",
                                        "\\Bab|-",
                                        "(?i)a",
                                        "(?i)k",
                                        "(?i)abc.*",
                                        "(?s).*",
                                        ".*",
                                        ".",
                                        "\\C",
                                        "\\C*",
                                        "a\\C",
                                        "[^a]",
                                        "[^a]*",
                                        "\\S+",
                                        "\\D",
                                        "\\pL",
                                        "\\PL+",
                                        "[ab]",
                                        "[a-z_]",
                                        "[é-ü]",
                                        "é",
                                        "é.*",
                                        "\\x{2028}",
                                        "(?m)^a$",
                                        "(?m)^",
                                        "a|",
                                        "|a",
                                        "ab|ac|b",
                                        "a|ab",
                                        "ab|a",
                                        "(ab|a|abc)",
                                        "(?:é|a\\.|_B_)",
                                        "(a)",
                                        "([ab]+)",
                                        "\\s+",
                                        "a|b|-",
                                        "(ab)+",
                                        "(?:ab){2,3}c?",
                                        "\\d+",
                                        "\\s",
                                        "\\.",
                                        "[[:punct:]]",
                                        "a.b",
                                        "\\z",
                                        "\\Aa",
                                        "x*",
                                        "(a*)(b*)",
                                        "(a*)+",
                                        "\\x00",
                                        "[\\x00-\\x{10FFFF}]",
                                        "\xEF\xBF\xBD",
                                        "(?U)a+",
                                        "[^\\x00-\\x{10FFFF}]",
                                        "[a-\xF4\x8F\xBF\xBF]+"};
  return *patterns;
}

// Text over characters and fragments of characters.
std::string RandomText(Random& random) {
  constexpr std::string_view kParts[] = {"a",
                                         "b",
                                         "c",
                                         "k",
                                         "_B_",
                                         "A",
                                         "K",
                                         "\u212A",
                                         " ",
                                         "\n",
                                         ".",
                                         "é",
                                         "ü",
                                         "\u2028",
                                         "1",
                                         "\xC3",
                                         "\xA9",
                                         "\xFF",
                                         "\x80",
                                         "\xF0\x9F\x98\x80",
                                         "\xF0\x9F\x98",
                                         "\xED\xA0\x80",
                                         "\xC0\x80",
                                         "\xF4\x90\x80\x80",
                                         "\xE0\x80\x80",
                                         "\xEF\xBF\xBD",
                                         "ab",
                                         "-"};
  std::string text;
  for (uint64_t i = Below(random, 8); i > 0; --i)
    text += kParts[Below(random, std::size(kParts))];
  if (Below(random, 10) == 0) text += '\0';
  return text;
}

TEST(Regex, NamesABadPattern) {
  EXPECT_THAT(Regex::Compile("a("),
              FailsWith(absl::StatusCode::kInvalidArgument, "missing )"));
  EXPECT_THAT(Regex::Compile("a("),
              FailsWith(absl::StatusCode::kInvalidArgument, "'a('"));
  EXPECT_THAT(Regex::Compile("\xFF"),
              FailsWith(absl::StatusCode::kInvalidArgument, "UTF-8"));
  EXPECT_THAT(Regex::Compile("(?=a)"),
              FailsWith(absl::StatusCode::kInvalidArgument, "(?="));
  EXPECT_THAT(Regex::Compile("((a{100}){100}){100}"),
              FailsWith(absl::StatusCode::kInvalidArgument, "repetition"));
}

TEST(Regex, IsAHandle) {
  std::optional<Regex> regex = Compile("(a)(b)?");
  const Regex copy = *regex;
  regex.reset();
  EXPECT_EQ(copy.pattern(), "(a)(b)?");
  EXPECT_EQ(copy.num_groups(), 2);
  EXPECT_TRUE(copy.FullMatch("ab"));
}

TEST(Regex, MatchesTheWholeText) {
  const Regex title = Compile("_BOOK_TITLE_.*");
  EXPECT_TRUE(title.FullMatch("_BOOK_TITLE_ : Alice.txt.out"));
  EXPECT_TRUE(title.FullMatch("_BOOK_TITLE_"));
  EXPECT_FALSE(title.FullMatch("_BOOK_TITLE"));
  EXPECT_FALSE(title.FullMatch(" _BOOK_TITLE_"));
  EXPECT_FALSE(title.FullMatch(""));
  EXPECT_FALSE(title.FullMatch("_BOOK_TITLE_ a\n"));
  EXPECT_FALSE(title.FullMatch("_BOOK_TITLE_ \xFF"));
  EXPECT_FALSE(Compile("a$").FullMatch("a\n"));
}

TEST(Regex, FullMatchEqualsRE2) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const std::string_view pattern : Patterns()) {
    const Regex regex = Compile(pattern);
    const PlainRE2 re(pattern);
    for (int repeat = 0; repeat < 300; ++repeat) {
      const std::string text = RandomText(random);
      ASSERT_EQ(regex.FullMatch(text), RE2::FullMatch(text, re))
          << pattern << " on " << ::testing::PrintToString(text);
    }
    EXPECT_EQ(regex.FullMatch({}), RE2::FullMatch("", re)) << pattern;
  }
}

TEST(Regex, FindEqualsRE2FromEachPlace) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const std::string_view pattern : Patterns()) {
    const Regex regex = Compile(pattern);
    const PlainRE2 re(pattern);
    for (int repeat = 0; repeat < 100; ++repeat) {
      const std::string text = RandomText(random);
      const size_t from = Below(random, text.size() + 1);
      re2::StringPiece match;
      const bool is_found =
          re.Match(text, from, text.size(), RE2::UNANCHORED, &match, 1);
      size_t begin = 0;
      size_t end = 0;
      ASSERT_EQ(regex.Find(text, from, &begin, &end), is_found)
          << pattern << " on " << ::testing::PrintToString(text);
      if (!is_found) continue;
      ASSERT_EQ(begin, static_cast<size_t>(match.data() - text.data()));
      ASSERT_EQ(end, begin + match.size());
    }
  }
}

// The bounds that rule a text out are cut after a few bytes.
TEST(Regex, FullMatchEqualsRE2AroundItsBounds) {
  for (const std::string_view pattern :
       {"aaaaaaaaaaaaaaaaaaaaaaaa.*", "(?i)abcdefghijklmnopqrstuvwx",
        "abcdefghijklmno[p-t].*", "éééééééééé.*", "(abc)+",
        "a\xF4\x8F\xBF\xBF+", "\\C{20}", "(?s)a.*"}) {
    const Regex regex = Compile(pattern);
    const PlainRE2 re(pattern);
    for (const std::string_view base :
         {"aaaaaaaaaaaaaaaaaaaaaaaaa", "ABCDEFGHIJKLMNOPQRSTUVWX",
          "abcdefghijklmnopqrstuvwx", "ééééééééééé", "abcabcabcabcabcabcabcabc",
          "a\xF4\x8F\xBF\xBF\xF4\x8F\xBF\xBF", "\xFF\xFF\xFF\xFF"}) {
      for (size_t size = 0; size <= base.size(); ++size) {
        for (const std::string_view tail : {"", "\x01", "z", "\xFF", "\n"}) {
          const std::string text =
              std::string(base.substr(0, size)) + std::string(tail);
          ASSERT_EQ(regex.FullMatch(text), RE2::FullMatch(text, re))
              << pattern << " on " << ::testing::PrintToString(text);
        }
      }
    }
  }
}

TEST(Regex, KnowsItsClassOfAsciiBytes) {
  EXPECT_EQ(Compile("[a-c.]").AsAsciiByteClass(), ByteSet::Of("abc."));
  EXPECT_EQ(Compile("\\.").AsAsciiByteClass(), ByteSet::Of("."));
  EXPECT_EQ(Compile(",").AsAsciiByteClass(), ByteSet::Of(","));
  EXPECT_EQ(Compile("\\s").AsAsciiByteClass(), ByteSet::Of("\t\n\f\r "));
  EXPECT_EQ(Compile("(?:a|\\.)").AsAsciiByteClass(), ByteSet::Of("a."));
  EXPECT_EQ(Compile(kKerasClass).AsAsciiByteClass(),
            ByteSet::Of("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"));
  for (const char* pattern :
       {"[^a]", "\\D", "\\PL", "(?i)k", "(?i)[k]", "[é]", ".", "a*", "ab",
        "ab|c", "^a", "(a)", "", "\\C", "[a][b]"}) {
    EXPECT_EQ(Compile(pattern).AsAsciiByteClass(), std::nullopt) << pattern;
  }
}

TEST(RegexFullMatch, MarksEachRow) {
  EXPECT_THAT(*RegexFullMatch(Strings({"aa", "ab", ""}), Compile("a*")),
              ElementsAre(true, false, true));
  EXPECT_TRUE(RegexFullMatch(StringTensorView(), Compile("a"))->empty());
}

TEST(RegexFullMatch, EqualsRE2OnAllCases) {
  const Regex regex = Compile("a[^b]*");
  for (const StringCase& c : StringCases(Seed(), "aaab\xC3\xA9", 300'000)) {
    SCOPED_TRACE(c.name);
    for (const int threads : {1, 2, 8}) {
      const auto matches =
          RegexFullMatch(c.view(), regex, {.exec = {.num_threads = threads}});
      ASSERT_TRUE(matches.ok());
      ASSERT_EQ(static_cast<int64_t>(matches->size()), c.view().size());
      for (int64_t row = 0; row < c.view().size(); ++row) {
        EXPECT_EQ((*matches)[row],
                  RE2::FullMatch(std::string(c.view()[row]), "a[^b]*"));
      }
    }
  }
}

TEST(Rewrite, KnowsItsForms) {
  const Regex regex = Compile("(a)(b)?");
  for (const std::string_view rewrite :
       {"x", "", "\\\\", "\\0", "\\2\\1", "\\"})
    EXPECT_TRUE(Rewrite::Compile(rewrite, regex).ok()) << rewrite;
  EXPECT_EQ(Rewrite::Compile("a\\\\b", regex)->literal(), "a\\b");
  EXPECT_EQ(Rewrite::Compile("", regex)->literal(), "");
  EXPECT_EQ(Rewrite::Compile("x\\q\\0", regex)->literal(), "x");
  EXPECT_EQ(Rewrite::Compile("a\\0", regex)->literal(), std::nullopt);
  EXPECT_EQ(Rewrite::Compile("a\\0", regex)->text(), "a\\0");
}

TEST(Rewrite, NamesAMissingGroup) {
  EXPECT_THAT(Rewrite::Compile("<\\2>", Compile("(a)")),
              FailsWith(absl::StatusCode::kInvalidArgument,
                        "'<\\2>' must name groups of the pattern '(a)', which "
                        "has 1: it names group 2 at byte 1"));
  EXPECT_THAT(Rewrite::Compile("\\1", Compile("a")),
              FailsWith(absl::StatusCode::kInvalidArgument, "group 1"));
}

TEST(RegexReplace, ReplacesGroups) {
  const StringTensor input = Strings({"ab ac", "", "b"});
  EXPECT_THAT(Replace(input, "(a)(b|c)", "\\2\\1\\0\\\\"),
              StringsAre({"baab\\ caac\\", "", "b"}));
  EXPECT_THAT(Replace(input, "(a)(b|c)", "x", false),
              StringsAre({"x ac", "", "b"}));
  // A group that took no part is empty.
  EXPECT_THAT(Replace(input, "(x)?b", "<\\1>"),
              StringsAre({"a<> ac", "", "<>"}));
}

TEST(RegexReplace, ReplacesEmptyMatches) {
  EXPECT_THAT(Replace(Strings({"abc", "", "é\xFF"}), "x*", "-"),
              StringsAre({"-a-b-c-", "-", "-é-\xFF-"}));
  EXPECT_THAT(Replace(Strings({"banana"}), "a*", "-"), StringsAre({"-b-n-n-"}));
  EXPECT_THAT(Replace(Strings({"abc"}), "x*", "-", false),
              StringsAre({"-abc"}));
}

TEST(RegexReplace, CutsTheRewriteAtAStrayBackslash) {
  const StringTensor input = Strings({"aba"});
  EXPECT_THAT(Replace(input, "a", "x\\qy"), StringsAre({"xbx"}));
  EXPECT_THAT(Replace(input, "a", "\\"), StringsAre({"b"}));
  EXPECT_THAT(Replace(input, "a+", "\\0x\\"), StringsAre({"axbax"}));
  // TensorFlow then leaves the first match, too.
  EXPECT_THAT(Replace(input, "a", "x\\qy", false), StringsAre({"aba"}));
}

TEST(RegexReplace, EqualsRE2OnRandomTexts) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (const std::string_view pattern : Patterns()) {
    const Regex regex = Compile(pattern);
    const PlainRE2 re(pattern);
    for (const char* rewrite :
         {"", "-", "<\\0>", "\\\\\\0", "ab", "x\\", "\xFF", "\\1", "\\2\\1"}) {
      const auto compiled = Rewrite::Compile(rewrite, regex);
      if (!compiled.ok()) continue;
      std::vector<std::string> texts;
      for (int repeat = 0; repeat < 40; ++repeat)
        texts.push_back(RandomText(random));
      const StringTensor input = StringTensor::FromStrings(
          std::vector<std::string_view>(texts.begin(), texts.end()));
      for (const bool global : {true, false}) {
        std::vector<std::string> expected = texts;
        for (std::string& text : expected) {
          if (global) {
            RE2::GlobalReplace(&text, re, rewrite);
          } else {
            RE2::Replace(&text, re, rewrite);
          }
        }
        EXPECT_THAT(
            *RegexReplace(input, regex, *compiled, {.replace_global = global}),
            StringsAre(expected))
            << pattern << " by " << rewrite << (global ? "" : ", once");
      }
    }
  }
}

TEST(RegexReplace, EqualsRE2OnAllCasesAndThreads) {
  for (const std::string_view pattern : {"[,.]", "a(b)?", "[^a]", ""}) {
    const Regex regex = Compile(pattern);
    for (const char* rewrite : {"", "_", "<\\0>"}) {
      const Rewrite compiled = *Rewrite::Compile(rewrite, regex);
      for (const StringCase& c : StringCases(Seed(), "aab,.\xC3\xA9", 20'000)) {
        SCOPED_TRACE(c.name);
        std::vector<std::string> expected;
        for (int64_t row = 0; row < c.view().size(); ++row) {
          expected.emplace_back(c.view()[row]);
          RE2::GlobalReplace(&expected.back(), std::string(pattern), rewrite);
        }
        for (const int threads : {1, 8}) {
          EXPECT_THAT(*RegexReplace(c.view(), regex, compiled,
                                    {.exec = {.num_threads = threads}}),
                      StringsAre(expected));
        }
      }
    }
  }
}

TEST(RegexReplace, WorksAcrossManyPieces) {
  std::vector<std::string> texts;
  std::vector<std::string> expected;
  for (int row = 0; row < 20000; ++row) {
    texts.push_back(std::string(row % 30, 'x') + "ab");
    expected.push_back(std::string(row % 30, 'x') + "<ab>");
  }
  const StringTensor input = StringTensor::FromStrings(
      std::vector<std::string_view>(texts.begin(), texts.end()));
  EXPECT_THAT(Replace(input, "ab", "<\\0>"), StringsAre(expected));
}

TEST(RegexReplace, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  const ExecOptions exec = {.cancellation = &token};
  const StringTensor input = Strings({"a"});
  for (const char* pattern : {"a", "a*"}) {
    const Regex regex = Compile(pattern);
    EXPECT_THAT(RegexReplace(input, regex, *Rewrite::Compile("b", regex),
                             {.exec = exec}),
                FailsWith(absl::StatusCode::kCancelled, ""));
    EXPECT_THAT(RegexFullMatch(input, regex, {.exec = exec}),
                FailsWith(absl::StatusCode::kCancelled, ""));
  }
}

}  // namespace
}  // namespace rowsplit
