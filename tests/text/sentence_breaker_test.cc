#include "rowsplit/text/sentence_breaker.h"

#include <chrono>
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
using ::rowsplit::testing::Seed;
using ::rowsplit::testing::StringCase;
using ::rowsplit::testing::StringCases;
using ::rowsplit::testing::Strings;
using ::rowsplit::testing::ToRows;

using Sentences = std::vector<std::string>;

Sentences Break(std::string_view text) {
  const StringTensor input = Strings({text});
  return ToRows(BreakSentences(input)->view(), input.bytes().span())[0];
}

TEST(BreakSentences, BreaksBehindTerminalPunctuation) {
  EXPECT_EQ(Break("Hello there. How are you?  Fine! "),
            (Sentences{"Hello there.", "How are you?", "Fine!"}));
  EXPECT_EQ(Break("no end "), (Sentences{"no end "}));
  EXPECT_EQ(Break(""), Sentences());
  EXPECT_EQ(Break("a...b… c\u037Ed。e"),
            (Sentences{"a...", "b…", "c\u037E", "d。", "e"}));
}

TEST(BreakSentences, TakesWhatClosesBehindTheEnd) {
  EXPECT_EQ(Break("Hi (there.) \"You.\" ('x!'') y"),
            (Sentences{"Hi (there.)", "\"You.", "\" ('x!", "'') y"}));
  EXPECT_EQ(Break("a.)… )b"), (Sentences{"a.)…", ")b"}));
  EXPECT_EQ(Break("x? !!!y"), (Sentences{"x?", "!!!", "y"}));
}

TEST(BreakSentences, KnowsAcronymsAndEmoticons) {
  EXPECT_EQ(Break("the U.S. is. A. b"),
            (Sentences{"the U.S.", "is.", "A.", "b"}));
  EXPECT_EQ(Break("a :-) b ;-* c"), (Sentences{"a :-)", "b ;-* c"}));
}

// Letters of all sizes, and capitals, are no marks.
TEST(BreakSentences, TakesAllLettersAlike) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::vector<std::string> pieces = {"*", "*", "* ", "*) ", ". ",
                                           "!", ")", "… ", "'' ", "。"};
  for (int repeat = 0; repeat < 300; ++repeat) {
    std::string pattern;
    for (uint64_t i = rowsplit::testing::Below(random, 20); i > 0; --i)
      pattern += pieces[rowsplit::testing::Below(random, pieces.size())];
    const auto with = [&](std::string_view letter) {
      std::string text;
      for (const char c : pattern) {
        if (c == '*')
          text += letter;
        else
          text += c;
      }
      return text;
    };
    const Sentences expected = Break(with("aa"));
    for (const std::string_view letter : {"Qa", "é", "日", "👍", "Xa"}) {
      Sentences found = Break(with(letter));
      for (std::string& sentence : found) {
        for (size_t at = sentence.find(letter); at != std::string::npos;
             at = sentence.find(letter, at + 2))
          sentence.replace(at, letter.size(), "aa");
      }
      ASSERT_EQ(found, expected) << with(letter);
    }
  }
}

TEST(BreakSentences, DropsWholeCharactersOfWhitespace) {
  EXPECT_EQ(Break("\u3000a.\u00A0b"), (Sentences{"a.", "b"}));
}

TEST(BreakSentences, LeavesIllFormedBytesInTheirSentence) {
  EXPECT_EQ(Break("a\xFF. \xE2\x80"), (Sentences{"a\xFF.", "\xE2\x80"}));
}

TEST(BreakSentences, CoversAllButWhitespaceForAnyNumberOfThreads) {
  constexpr std::string_view kAlphabet = "Ab.:)D-' \xE3\x81\x82\xFF";
  for (const StringCase& c : StringCases(Seed(), kAlphabet, 200'000)) {
    SCOPED_TRACE(c.name);
    const auto tokens = BreakSentences(c.view(), {.exec = {.num_threads = 1}});
    ASSERT_TRUE(tokens.ok());
    for (int64_t row = 0; row < c.view().size(); ++row) {
      Offset at = c.view().offsets()[row];
      for (const TokenSpan token : tokens->view().row(row)) {
        ASSERT_GT(token.size, 0);
        for (; at < token.begin; ++at) ASSERT_EQ(c.view().bytes()[at], ' ');
        at = token.end();
      }
      for (; at < c.view().offsets()[row + 1]; ++at)
        ASSERT_EQ(c.view().bytes()[at], ' ');
    }
    ASSERT_EQ(*BreakSentences(c.view(), {.exec = {.num_threads = 4}}), *tokens);
  }
}

// What looks ahead must not do so again and again.
TEST(BreakSentences, IsLinear) {
  for (const char* unit : {"A.", ".", ")", "x? !", ":-", " ", "a"}) {
    std::string text;
    while (text.size() < 300'000) text += unit;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_LE(Break(text).size(), text.size());
    EXPECT_LT(std::chrono::steady_clock::now() - begin,
              std::chrono::seconds(5));
  }
}

TEST(BreakSentences, RefusesWhatSpansCanNotAddress) {
  const std::vector<Offset> offsets = {kMaxBatchBytes, kMaxBatchBytes + 1};
  EXPECT_THAT(BreakSentences(StringTensorView(offsets, {})),
              FailsWith(absl::StatusCode::kResourceExhausted,
                        "BreakSentences: a batch"));
}

TEST(BreakSentences, CanBeCancelled) {
  CancellationToken token;
  token.Cancel();
  EXPECT_THAT(
      BreakSentences(Strings({"a"}), {.exec = {.cancellation = &token}}),
      FailsWith(absl::StatusCode::kCancelled, ""));
}

}  // namespace
}  // namespace rowsplit
