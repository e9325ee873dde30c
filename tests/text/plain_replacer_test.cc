#include "text/plain_replacer.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "re2/re2.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/text/regex.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;

std::optional<PlainReplacer> Make(std::string_view pattern,
                                  std::string_view rewrite,
                                  bool replace_global = true) {
  const Regex regex = *Regex::Compile(pattern);
  return PlainReplacer::Create(regex, *Rewrite::Compile(rewrite, regex),
                               replace_global);
}

// Rows with bytes of no row between them.
std::vector<std::string> ReplaceRows(const PlainReplacer& replacer,
                                     const std::vector<std::string>& rows) {
  std::string text = "ab";
  std::vector<std::pair<size_t, size_t>> spans;
  for (const std::string& row : rows) {
    spans.emplace_back(text.size(), text.size() + row.size());
    text += row + "ab";
  }
  PlainReplacer::Scan scan(replacer, text);
  std::vector<std::string> results;
  for (const auto& [begin, end] : spans) {
    BufferBuilder<char> output;
    scan.AppendRow(begin, end, output);
    results.emplace_back(output.data(), output.size());
  }
  return results;
}

std::string ByRE2(std::string text, const std::string& pattern,
                  const std::string& rewrite, bool replace_global) {
  if (replace_global) {
    RE2::GlobalReplace(&text, pattern, rewrite);
  } else {
    RE2::Replace(&text, pattern, rewrite);
  }
  return text;
}

TEST(PlainReplacer, IsForPlainPatternsOnly) {
  EXPECT_TRUE(Make("ab", "x").has_value());
  EXPECT_FALSE(Make("a*", "x").has_value());
  // A rewrite that is cut replaces no first match; RE2's way knows that.
  EXPECT_TRUE(Make("ab", "x\\q").has_value());
  EXPECT_FALSE(Make("ab", "x\\q", false).has_value());
}

TEST(PlainReplacer, EqualsRE2OnRandomRows) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::vector<std::string> patterns = {
      "a",          "ab",
      "aab|a|b",    "(ab|ba)",
      "[ab]",       "[ab]+",
      "c|ab|abc",   "é|a",
      "aaaaaaaaab", "ab|cd|ef|gh|ij|kl|mn|op|qr|a"};
  const std::vector<std::string> rewrites = {"", "-", "<\\0>", "\\0\\0", "ab"};
  for (int repeat = 0; repeat < 400; ++repeat) {
    const std::string& pattern = patterns[Below(random, patterns.size())];
    const std::string& rewrite = rewrites[Below(random, rewrites.size())];
    const bool replace_global = Below(random, 3) != 0;
    const auto replacer = Make(pattern, rewrite, replace_global);
    ASSERT_TRUE(replacer.has_value());
    std::vector<std::string> rows(Below(random, 8));
    std::vector<std::string> expected;
    for (std::string& row : rows) {
      for (uint64_t size = Below(random, 200); size > 0; --size)
        row += "aaabc\xC3\xA9 e"[Below(random, 9)];
      expected.push_back(ByRE2(row, pattern, rewrite, replace_global));
    }
    EXPECT_EQ(ReplaceRows(*replacer, rows), expected)
        << pattern << " by " << rewrite;
  }
}

TEST(PlainReplacer, MergesWhatCanNotMeet) {
  auto digits = Make("[0-9]+", "<n>");
  ASSERT_TRUE(digits.has_value());
  EXPECT_TRUE(digits->Merge(*Make("\\s+", " ")));
  EXPECT_TRUE(digits->Merge(*Make("cat|dog", "pet")));
  EXPECT_EQ(digits->num_rules(), 3u);
  EXPECT_EQ(ReplaceRows(*digits, {"12  cats 3", "dog", ""}),
            (std::vector<std::string>{"<n> pets <n>", "pet", ""}));
}

TEST(PlainReplacer, KeepsApartWhatMayMeet) {
  const auto merges = [](const char* first, const char* by, const char* second,
                         bool replace_global = true) {
    auto replacer = Make(first, by);
    return replacer->Merge(*Make(second, "x", replace_global));
  };
  EXPECT_FALSE(merges("bc", "x", "ab"));  // in "abc" bc is first
  EXPECT_FALSE(merges("a", "xd", "d"));   // the replacement is replaced
  EXPECT_FALSE(merges("a", "", "bc"));    // "bac" becomes "bc"
  EXPECT_FALSE(merges("a", "", "b+"));    // "bab" becomes one run
  EXPECT_TRUE(merges("a", "", "[bc]"));
  EXPECT_FALSE(merges("a", "x", "b", false));
  EXPECT_FALSE(Make("a", "x", false)->Merge(*Make("b", "y")));
}

// Whatever merges gives what one replacement after the other gives.
TEST(PlainReplacer, MergedEqualsOneAfterTheOther) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::string alphabet = "abcd";
  int num_merged = 0;
  for (int repeat = 0; repeat < 3000; ++repeat) {
    std::optional<PlainReplacer> merged;
    std::vector<std::pair<std::string, std::string>> steps;
    for (int step = 0; step < 3; ++step) {
      std::string pattern;
      for (uint64_t i = 1 + Below(random, 2); i > 0; --i)
        pattern += alphabet[Below(random, 4)];
      if (Below(random, 3) == 0)
        pattern += std::string("|") + alphabet[Below(random, 4)];
      if (Below(random, 3) == 0) pattern = std::string(1, pattern[0]) + "+";
      std::string rewrite;
      for (uint64_t i = Below(random, 3); i > 0; --i)
        rewrite += "abcd-"[Below(random, 5)];
      if (Below(random, 4) == 0) rewrite += "\\0";
      auto next = Make(pattern, rewrite);
      ASSERT_TRUE(next.has_value()) << pattern;
      if (!merged.has_value()) {
        merged = std::move(next);
      } else if (!merged->Merge(*next)) {
        continue;
      }
      steps.emplace_back(pattern, rewrite);
    }
    num_merged += static_cast<int>(steps.size()) - 1;
    std::vector<std::string> rows(4);
    std::vector<std::string> expected;
    std::string trace;
    for (const auto& [pattern, rewrite] : steps)
      trace += pattern + " by " + rewrite + ", ";
    for (std::string& row : rows) {
      for (uint64_t size = Below(random, 30); size > 0; --size)
        row += "aabbccdd -"[Below(random, 10)];
      expected.push_back(row);
      for (const auto& [pattern, rewrite] : steps)
        expected.back() = ByRE2(expected.back(), pattern, rewrite, true);
    }
    ASSERT_EQ(ReplaceRows(*merged, rows), expected) << trace;
  }
  EXPECT_GT(num_merged, 300);
}

}  // namespace
}  // namespace rowsplit::internal
