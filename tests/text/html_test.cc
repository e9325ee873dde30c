#include "rowsplit/text/html.h"

#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/matchers.h"
#include "support/seed.h"

namespace rowsplit {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::FailsWith;
using ::rowsplit::testing::Random;

std::string Text(std::string_view html, const HtmlOptions& options = {}) {
  BufferBuilder<char> output;
  AppendHtmlText(html, options, output);
  return {output.data(), output.size()};
}

TEST(HtmlToText, DropsTags) {
  EXPECT_EQ(Text("<p>Caf&eacute; &amp; <b>bar</b><br>open"), "Café & bar open");
  EXPECT_EQ(Text("f<b>o</b>o<i/>t"), "foot");
  EXPECT_EQ(Text("<ul><li>a</li><li>b</li></ul>"), "a b");
  EXPECT_EQ(Text("a<BR>b <P>c"), "a b c");
  EXPECT_EQ(Text("a</>b"), "ab");
  EXPECT_EQ(Text("<a title=\"x > y\" href='>'>in</a>"), "in");
  EXPECT_EQ(Text("<a title=x\">in</a>"), "in");
  EXPECT_EQ(Text("a<div>&amp;"), "a &");
  EXPECT_EQ(Text("<b>a</b>", {.tags = false}), "<b>a</b>");
}

TEST(HtmlToText, DropsCommentsDeclarationsAndScripts) {
  EXPECT_EQ(Text("a<!-- <b> -- > -->b"), "ab");
  EXPECT_EQ(Text("a<!-->b<!--->c<!-- x --!>d"), "abcd");
  EXPECT_EQ(Text("<!DOCTYPE html>a<?xml x?>b</ x>c"), "abc");
  EXPECT_EQ(Text("a<script>if (a < b) '</div>' </SCRIPT >b"), "ab");
  EXPECT_EQ(Text("a<style>p > b {}</style>b"), "ab");
  EXPECT_EQ(Text("a<style>p </styles> &amp;"), "a");
  EXPECT_EQ(Text("a<scripts>b"), "ab");
}

TEST(HtmlToText, LeavesWhatIsNoMarkup) {
  EXPECT_EQ(Text("1 < 2 && a <b"), "1 < 2 && a <b");
  EXPECT_EQ(Text("<"), "<");
  EXPECT_EQ(Text("a <3 b<"), "a <3 b<");
  // All behind a tag without an end is text, but for references.
  EXPECT_EQ(Text("a <b x=\"> <i>c</i> &lt;"), "a <b x=\"> <i>c</i> <");
  EXPECT_EQ(Text("\xFF<b>\xC3</b>"), "\xFF\xC3");
}

TEST(HtmlToText, PutsNamedCharacters) {
  EXPECT_EQ(Text("&lt;&gt;&quot;&hellip;&NotEqualTilde;"), "<>\"…≂̸");
  // Without a semicolon only the old names, the longest one first.
  EXPECT_EQ(Text("&notit; &notin; &amp &ampx &hellip &copy2"),
            "¬it; ∉ & &x &hellip ©2");
  EXPECT_EQ(Text("&; & && &x; &nosuch; &AMP &Amp;"),
            "&; & && &x; &nosuch; & &Amp;");
  EXPECT_EQ(Text("&amp;lt;"), "&lt;");
  EXPECT_EQ(Text("&amp;", {.references = false}), "&amp;");
}

TEST(HtmlToText, PutsNumberedCharacters) {
  EXPECT_EQ(Text("&#233;&#xE9;&#Xe9 &#65x"), "ééé Ax");
  EXPECT_EQ(Text("&#128;&#x99;&#x81;"), "€™\u0081");
  EXPECT_EQ(Text("&#0;&#xD800;&#x110000;&#99999999999999999999;"),
            "\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(Text("&#; &#x; &#xg &#"), "&#; &#x; &#xg &#");
  EXPECT_EQ(Text("&#x1F600;"), "😀");
}

TEST(HtmlToText, CountsWhatItChanged) {
  BufferBuilder<char> output;
  EXPECT_EQ(AppendHtmlText("<b>a</b> &amp; <", {}, output), 3);
  EXPECT_EQ(AppendHtmlText("", {}, output), 0);
}

// Any text: nothing else becomes of text without marks, and what is cut into
// pieces of hostile markup takes linear time.
TEST(HtmlToText, TakesAnyBytes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  constexpr std::string_view kParts[] = {
      "<", ">", "&", "!--", "--", "a",  "\"",     "'",
      "=", "/", ";", "#x4", " ",  "lt", "script", "\xFF"};
  for (int repeat = 0; repeat < 3000; ++repeat) {
    std::string html;
    for (uint64_t i = Below(random, 30); i > 0; --i)
      html += kParts[Below(random, std::size(kParts))];
    EXPECT_LE(Text(html).size(), html.size() + 1) << html;
    EXPECT_EQ(Text(html, {.tags = false, .references = false}), html);
  }
  for (const std::string_view part :
       {"<", "<a ", "<a=\">\" ", "<!--", "</script", "<script>", "&", "&#1",
        "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "<!", "--", "<a x='"}) {
    std::string html;
    while (html.size() < 300'000) html += part;
    Text(html);
    Text("<!--" + html);
    Text("<a x=\"" + html);
  }
}

TEST(HtmlToText, WorksOnManyStringsAndThreads) {
  const std::vector<std::string_view> html(20'000, "<b>a</b>&amp;");
  const StringTensor input = StringTensor::FromStrings(html);
  const auto text = HtmlToText(input, {.exec = {.num_threads = 4}});
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->size(), 20'000);
  EXPECT_EQ((*text)[19'999], "a&");
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(HtmlToText(input, {.exec = {.cancellation = &token}}),
              FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
