#include "text/unicode_tokens.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/utf8.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint32_t kReplacementAt = 1000;

std::vector<TokenSpan> Spans(const BufferBuilder<TokenSpan>& tokens) {
  return {tokens.span().begin(), tokens.span().end()};
}

std::vector<TokenSpan> Characters(std::string_view row, uint32_t base = 0) {
  BufferBuilder<TokenSpan> tokens;
  AppendCharacterTokens(row, base, kReplacementAt, tokens);
  return Spans(tokens);
}

std::vector<TokenSpan> Words(std::string_view row, uint32_t base = 0) {
  BufferBuilder<TokenSpan> tokens;
  AppendUnicodeWhitespaceTokens(row, base, tokens);
  return Spans(tokens);
}

std::string Utf8(uint32_t code_point) {
  const auto tail = [&](int shift) {
    return static_cast<char>(0x80 | (code_point >> shift & 0x3F));
  };
  if (code_point < 0x80) return {static_cast<char>(code_point)};
  if (code_point < 0x800)
    return {static_cast<char>(0xC0 | code_point >> 6), tail(0)};
  if (code_point < 0x10000)
    return {static_cast<char>(0xE0 | code_point >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xF0 | code_point >> 18), tail(12), tail(6),
          tail(0)};
}

TEST(AppendCharacterTokens, GivesASpanForEachCharacter) {
  EXPECT_THAT(Characters(""), IsEmpty());
  EXPECT_THAT(Characters("a\xC3\xA9\xE6\x97\xA5\xF0\x9F\x91\x8D", 7),
              ElementsAre(TokenSpan{7, 1}, TokenSpan{8, 2}, TokenSpan{10, 3},
                          TokenSpan{13, 4}));
}

TEST(AppendCharacterTokens, PointsIllFormedPiecesAtTheReplacement) {
  constexpr TokenSpan kBad = {kReplacementAt, 3};
  EXPECT_THAT(Characters("x\xE2\x82y", 2),
              ElementsAre(TokenSpan{2, 1}, kBad, TokenSpan{5, 1}));
  EXPECT_THAT(Characters("\xED\xA0\x80"), ElementsAre(kBad, kBad, kBad));
  EXPECT_THAT(Characters("\xF4\x90\x80\x80"),
              ElementsAre(kBad, kBad, kBad, kBad));
  EXPECT_THAT(Characters("\xC0\x80"), ElementsAre(kBad, kBad));
  EXPECT_THAT(Characters("\xF0\x9F\x91"), ElementsAre(kBad));
}

TEST(AppendCharacterTokens, HasNoCharacterAcrossTheEndOfARow) {
  constexpr TokenSpan kBad = {kReplacementAt, 3};
  const std::string_view text = "\xC3\xA9";
  EXPECT_THAT(Characters(text.substr(0, 1)), ElementsAre(kBad));
  EXPECT_THAT(Characters(text.substr(1)), ElementsAre(kBad));
}

TEST(AppendUnicodeWhitespaceTokens, KnowsExactly25CodePoints) {
  const std::vector<uint32_t> expected = {
      0x09,   0x0A,   0x0B,   0x0C,   0x0D,   0x20,   0x85,   0xA0,   0x1680,
      0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
      0x2009, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000};
  std::vector<uint32_t> blanks;
  for (uint32_t code_point = 0; code_point < 0x110000; ++code_point) {
    if (code_point >= 0xD800 && code_point < 0xE000) continue;
    const std::string character = Utf8(code_point);
    const auto size = static_cast<uint32_t>(character.size());
    const std::vector<TokenSpan> words = Words("a" + character + "b", 3);
    if (words.size() == 2) {
      EXPECT_THAT(words, ElementsAre(TokenSpan{3, 1}, TokenSpan{4 + size, 1}));
      blanks.push_back(code_point);
    } else {
      ASSERT_THAT(words, ElementsAre(TokenSpan{3, size + 2})) << code_point;
    }
  }
  EXPECT_EQ(blanks, expected);
}

TEST(AppendUnicodeWhitespaceTokens, GivesNoEmptyToken) {
  EXPECT_THAT(Words(""), IsEmpty());
  EXPECT_THAT(Words(" \u00A0\u3000\t"), IsEmpty());
  EXPECT_THAT(Words("\u2003\u2003x\u2003", 5), ElementsAre(TokenSpan{11, 1}));
}

TEST(AppendUnicodeWhitespaceTokens, KeepsBytesThatAreNotUtf8) {
  EXPECT_THAT(Words("\xE2\x80"), ElementsAre(TokenSpan{0, 2}));
  EXPECT_THAT(Words("\x85 \xA0\xC2"),
              ElementsAre(TokenSpan{0, 1}, TokenSpan{2, 2}));
  // A character that is cut short, then a whole U+2003.
  EXPECT_THAT(Words("\xE2\x80\xE2\x80\x83z"),
              ElementsAre(TokenSpan{0, 2}, TokenSpan{5, 1}));
}

TEST(BlankUnicodeWhitespace, ChangesTheBytesOfWhitespaceOnly) {
  std::string row = "a\u00A0b\u3000\u2003\u2020\u00E0日\t";
  BlankUnicodeWhitespace(row);
  EXPECT_EQ(row, "a  b      \u2020\u00E0日\t");
  std::string broken = "\xE2\x80 \xE2\x80Z\xC2\u2003\xE3\x80";
  BlankUnicodeWhitespace(broken);
  EXPECT_EQ(broken, "\xE2\x80 \xE2\x80Z\xC2   \xE3\x80");
  BlankUnicodeWhitespace({});
}

// Tokens, white space and what is ill-formed at every place around the borders
// of the parts that a row is taken in.
TEST(AppendUnicodeWhitespaceTokens, JoinsTheParts) {
  constexpr size_t kPart = 32 << 10;
  for (const std::string_view piece :
       {"b", " ", "\u3000", "\u3000\u3000", "日本", "b \u2003", "\xE3\x80",
        "\x80\x80\x80\x80\x80 "}) {
    for (size_t before = 0; before <= 6; ++before) {
      for (const std::string_view filler : {"a", " "}) {
        std::string row;
        while (row.size() < kPart - before) row += filler;
        row += piece;
        while (row.size() < 2 * kPart) row += filler;
        row += piece;
        std::string blanked = row;
        BlankUnicodeWhitespace(blanked);
        std::vector<TokenSpan> expected;
        for (uint32_t at = 0; at < blanked.size(); ++at) {
          if (blanked[at] == ' ') continue;
          if (expected.empty() || expected.back().end() != at + 9)
            expected.push_back({at + 9, 0});
          ++expected.back().size;
        }
        ASSERT_EQ(Words(row, 9), expected) << piece << before << filler;
      }
    }
  }
}

TEST(AppendUnicodeWhitespaceTokens, TakesLongRows) {
  std::string row;
  std::vector<TokenSpan> expected;
  while (row.size() < 5000) {
    expected.push_back({static_cast<uint32_t>(row.size()), 3});
    row += "日\u3000";
  }
  EXPECT_EQ(Words(row), expected);
}

// Cuts into the pieces of the characters, of which white space drops out.
TEST(AppendUnicodeWhitespaceTokens, AgreesWithTheCharactersOfRandomBytes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const std::vector<std::string> pieces = {
      "a",    "bc",     " ",          "\t",   "\u0085", "\u00A0",  "\u1680",
      "\xE2", "\x80",   "\u2009",     "é",    "\u205F", "\u3000",  "\u3001",
      "日",   "\u200B", "\U0001F44D", "\xFF", "\xC2",   "\xE3\x80"};
  for (int repeat = 0; repeat < 2000; ++repeat) {
    std::string row;
    for (uint64_t i = Below(random, 30); i > 0; --i)
      row += pieces[Below(random, pieces.size())];
    std::vector<TokenSpan> expected;
    uint32_t end = 0;  // of the last white space
    for (uint32_t at = 0; at <= row.size();) {
      uint32_t size = 1;
      bool blank = at == row.size();
      if (!blank && static_cast<uint8_t>(row[at]) >= 0x80)
        size = static_cast<uint32_t>(ReadUtf8Sequence(row, at).size);
      const std::string character = row.substr(at, size);
      for (const char* space : {" ", "\t", "\u0085", "\u00A0", "\u1680",
                                "\u2000", "\u2009", "\u205F", "\u3000"})
        blank = blank || character == space;
      if (blank && at > end) expected.push_back({end, at - end});
      at += size;
      if (blank) end = at;
    }
    ASSERT_EQ(Words(row), expected) << ::testing::PrintToString(row);
  }
}

}  // namespace
}  // namespace rowsplit::internal
