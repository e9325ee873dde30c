#include "text/html_names.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "core/utf8.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

TEST(HtmlNames, HoldsAllNamesOfHtml) {
  const std::vector<HtmlName>& names = HtmlNames();
  EXPECT_EQ(names.size(), 2125u);
  EXPECT_EQ(std::count_if(names.begin(), names.end(),
                          [](const HtmlName& n) { return !n.needs_semicolon; }),
            106);
  size_t longest = 0;
  size_t longest_bare = 0;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) {
      EXPECT_LT(names[i - 1].name, names[i].name);
    }
    EXPECT_FALSE(names[i].text.empty());
    EXPECT_TRUE(IsValidUtf8(names[i].text)) << names[i].name;
    for (const char c : names[i].name) EXPECT_TRUE(std::isalnum(c) != 0);
    longest = std::max(longest, names[i].name.size());
    if (!names[i].needs_semicolon)
      longest_bare = std::max(longest_bare, names[i].name.size());
  }
  EXPECT_EQ(longest, kLongestHtmlName);
  EXPECT_EQ(longest_bare, kLongestHtmlNameWithoutSemicolon);
}

TEST(HtmlNames, FindsByName) {
  EXPECT_EQ(FindHtmlName("eacute")->text, "é");
  EXPECT_FALSE(FindHtmlName("eacute")->needs_semicolon);
  EXPECT_EQ(FindHtmlName("NotEqualTilde")->text, "≂̸");
  EXPECT_TRUE(FindHtmlName("hellip")->needs_semicolon);
  EXPECT_EQ(FindHtmlName("CounterClockwiseContourIntegral")->text, "∳");
  EXPECT_EQ(FindHtmlName("Eacut"), nullptr);
  EXPECT_EQ(FindHtmlName(""), nullptr);
  EXPECT_EQ(FindHtmlName("zzzzz"), nullptr);
}

}  // namespace
}  // namespace rowsplit::internal
