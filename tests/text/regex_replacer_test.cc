#include "text/regex_replacer.h"

#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "re2/re2.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/text/regex.h"

namespace rowsplit::internal {
namespace {

std::string Replaced(std::string_view text, std::string_view pattern,
                     std::string_view rewrite, bool replace_global) {
  const Regex regex = *Regex::Compile(pattern);
  const Rewrite compiled = *Rewrite::Compile(rewrite, regex);
  BufferBuilder<char> output;
  RegexReplacer(regex, compiled, replace_global).Append(text, output);
  return std::string(output.data(), output.size());
}

TEST(RegexReplacer, AppendsToWhatIsThere) {
  const Regex regex = *Regex::Compile("(a)(b)?");
  const Rewrite rewrite = *Rewrite::Compile("[\\2\\1]", regex);
  BufferBuilder<char> output;
  RegexReplacer(regex, rewrite, true).Append("ab a", output);
  RegexReplacer(regex, rewrite, false).Append("ab a", output);
  EXPECT_EQ(std::string_view(output.data(), output.size()), "[ba] [a][ba] a");
}

TEST(RegexReplacer, EqualsRE2) {
  for (const char* pattern : {"", "x*", "a|", "[^a]", "\\b", "b+", "ab", "é"}) {
    for (const char* text :
         {"", "ab", "aabbaa", "xéx", "é\xFF\xC3", "\xF0\x9F\x98\x80 b"}) {
      std::string expected = text;
      RE2::GlobalReplace(&expected, pattern, "<\\0>");
      EXPECT_EQ(Replaced(text, pattern, "<\\0>", true), expected)
          << pattern << " on " << text;
      expected = text;
      RE2::Replace(&expected, pattern, "<\\0>");
      EXPECT_EQ(Replaced(text, pattern, "<\\0>", false), expected)
          << pattern << " on " << text;
    }
  }
}

TEST(RegexReplacer, CutsTheRewriteAtAStrayBackslash) {
  EXPECT_EQ(Replaced("aba", "a", "x\\qy", true), "xbx");
  EXPECT_EQ(Replaced("aba", "a", "x\\qy", false), "aba");
}

}  // namespace
}  // namespace rowsplit::internal
