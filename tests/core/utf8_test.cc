#include "core/utf8.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {
namespace {

std::string Mended(std::string_view text, MendCounts* counts = nullptr) {
  BufferBuilder<char> out;
  const MendCounts found = AppendMended(text, out);
  if (counts != nullptr) *counts = found;
  return std::string(out.data(), out.size());
}

const std::string kBad = "\xEF\xBF\xBD";

std::string Times(int count) {
  std::string result;
  for (int i = 0; i < count; ++i) result += kBad;
  return result;
}

TEST(FindIllFormedUtf8, GivesThePlaceOfTheFirst) {
  EXPECT_EQ(FindIllFormedUtf8(""), 0u);
  EXPECT_EQ(FindIllFormedUtf8("aé한😀"), 10u);
  EXPECT_EQ(FindIllFormedUtf8("aé\xFFz\xFF"), 3u);
  EXPECT_EQ(FindIllFormedUtf8("a\xE2\x82"), 1u);
}

// The faults, found a character at a time.
std::vector<std::pair<size_t, size_t>> PlainFaults(std::string_view text) {
  std::vector<std::pair<size_t, size_t>> faults;
  for (size_t at = 0; at < text.size();) {
    Utf8Sequence piece = {1, true};
    if (static_cast<uint8_t>(text[at]) >= 0x80)
      piece = ReadUtf8Sequence(text, at);
    if (!piece.good) faults.emplace_back(at, piece.size);
    at += piece.size;
  }
  return faults;
}

void ExpectPlainFaults(std::string_view text) {
  std::vector<std::pair<size_t, size_t>> found;
  Utf8Stretches stretches(text);
  size_t at = 0;
  for (Utf8Stretch stretch = stretches.Next(); stretch.size > 0;
       stretch = stretches.Next()) {
    ASSERT_EQ(stretch.begin, at);
    at += stretch.size;
    if (!stretch.good) found.emplace_back(stretch.begin, stretch.size);
    // A character in ill-formed surroundings may reach over the end of a block.
    ASSERT_LE(stretch.size, Utf8Stretches::kMostBytes + 3);
  }
  ASSERT_EQ(at, text.size());
  ASSERT_EQ(stretches.Next().size, 0u);
  ASSERT_FALSE(stretches.Next().good);
  ASSERT_EQ(found, PlainFaults(text));
}

TEST(Utf8Stretches, HaveTheFaultsOfACharacterAtATime) {
  std::mt19937_64 random(20261129);
  const std::string_view pieces[] = {"a",
                                     "plain text",
                                     "é",
                                     "日本語",
                                     "😀",
                                     "\xE2\x82",
                                     "\x80",
                                     "\xFF",
                                     "\xED\xA0\x80",
                                     "\xF0\x9F",
                                     "\x80\x80\x80\x80"};
  for (int round = 0; round < 60; ++round) {
    const size_t num_good = 5;
    const int one_in = round % 3 == 0 ? 4 : round % 3 == 1 ? 400 : 1 << 30;
    std::string text(round % 7, 'x');
    for (size_t size = random() % 60000; text.size() < size;) {
      const size_t count =
          random() % one_in == 0 ? std::size(pieces) : num_good;
      text += pieces[random() % count];
    }
    ExpectPlainFaults(text);
    ExpectPlainFaults(std::string_view(text).substr(0, text.size() * 3 / 4));
  }
}

TEST(Utf8Stretches, FindFaultsAroundTheBordersOfBlocks) {
  for (const size_t border : {1, 2}) {
    for (const std::string_view piece :
         {"\x80", "é", "\xC3", "€", "\xE2\x82", "😀", "\xF0\x9F\x98", "\xF0",
          "\x80\x80\x80\x80\x80"}) {
      for (size_t before = 0; before < 8; ++before) {
        std::string text(border * Utf8Stretches::kMostBytes - before, 'a');
        text += piece;
        ExpectPlainFaults(text);
        ExpectPlainFaults(text + std::string(3, 'b'));
        ExpectPlainFaults(text + "日本語" + std::string(20000, 'b') + "\xFF");
      }
    }
  }
}

TEST(AppendMended, ReplacesMaximalSubparts) {
  const std::pair<std::string, int> cases[] = {
      {"\xE2\x82", 1},         {"\xED\xA0\x80", 3}, {"\xF4\x90\x80\x80", 4},
      {"\xC0\x80", 2},         {"\xE0\x80\xAF", 3}, {"\xF0\x9F\x98", 1},
      {"\xF0\x80\x80\x80", 4}, {"\xFF", 1},         {"\x80\x80", 2},
      {"\xF5\x80", 2},         {"\xC3", 1},
  };
  for (const auto& [bytes, count] : cases) {
    MendCounts counts;
    EXPECT_EQ(Mended("a" + bytes + "b", &counts), "a" + Times(count) + "b");
    EXPECT_EQ(counts.ill_formed.count, count);
    EXPECT_EQ(counts.nuls.count, 0);
    EXPECT_EQ(Mended(bytes), Times(count));
  }
}

TEST(AppendMended, ReplacesNulBytes) {
  MendCounts counts;
  EXPECT_EQ(Mended(std::string_view("\0a\0\xC3", 4), &counts),
            kBad + "a" + kBad + kBad);
  EXPECT_EQ(counts.nuls.count, 2);
  EXPECT_EQ(counts.ill_formed.count, 1);
}

TEST(FindTextFault, SaysWhereAndHowLong) {
  const std::string text = "sixteen letters, \xE2\x82 and more";
  const TextFault fault = FindTextFault(text, 0);
  EXPECT_EQ(fault.begin, 17u);
  EXPECT_EQ(fault.size, 2u);
  EXPECT_FALSE(fault.nul);
  EXPECT_EQ(FindTextFault(text, 19).size, 0u);
  EXPECT_EQ(FindTextFault(text, 19).begin, text.size());
  EXPECT_TRUE(FindTextFault(std::string_view("ab\0", 3), 0).nul);
}

// A decoder that knows nothing of tables: decodes by arithmetic.
bool GoodByArithmetic(std::string_view text) {
  size_t at = 0;
  const auto byte = [&](size_t i) -> uint32_t {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : 0u;
  };
  while (at < text.size()) {
    const uint32_t lead = byte(at);
    int size = 1;
    uint32_t code = lead;
    uint32_t least = 0;
    if (lead >= 0x80) {
      if (lead >> 5 == 6)
        size = 2, code = lead & 31, least = 0x80;
      else if (lead >> 4 == 14)
        size = 3, code = lead & 15, least = 0x800;
      else if (lead >> 3 == 30)
        size = 4, code = lead & 7, least = 0x10000;
      else
        return false;
    }
    for (int i = 1; i < size; ++i) {
      if (byte(at + i) >> 6 != 2) return false;
      code = code << 6 | (byte(at + i) & 63);
    }
    if (code < least || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
      return false;
    }
    at += size;
  }
  return true;
}

TEST(FindTextFault, AgreesWithArithmeticOnAllShortSequences) {
  // All one- and two-byte sequences, and all of three and four bytes whose
  // trailing bytes are at the borders of their ranges.
  const uint8_t borders[] = {0x01, 0x7F, 0x80, 0x8F, 0x90,
                             0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
  const auto check = [](std::string_view text) {
    const bool good = FindTextFault(text, 0).size == 0;
    ASSERT_EQ(good, GoodByArithmetic(text)) << ::testing::PrintToString(text);
    ASSERT_EQ(good, IsValidUtf8(text)) << ::testing::PrintToString(text);
    ASSERT_TRUE(IsValidUtf8(Mended(text)));
  };
  for (int a = 1; a < 256; ++a) {
    for (int b = 1; b < 256; ++b) {
      check(std::string{static_cast<char>(a), static_cast<char>(b)});
    }
    for (const uint8_t b : borders) {
      for (const uint8_t c : borders) {
        check(std::string{static_cast<char>(a), static_cast<char>(b),
                          static_cast<char>(c)});
        for (const uint8_t d : borders) {
          check(std::string{static_cast<char>(a), static_cast<char>(b),
                            static_cast<char>(c), static_cast<char>(d)});
        }
      }
    }
  }
}

TEST(AppendMended, KeepsGoodTextAndMendsAnyBytes) {
  std::mt19937_64 random(20261124);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    const int size = static_cast<int>(random() % 60);
    for (int i = 0; i < size; ++i) {
      const auto draw = random();
      bytes += static_cast<char>(draw % 4 == 0 ? draw >> 8 : 'a' + draw % 26);
    }
    const std::string mended = Mended(bytes);
    EXPECT_TRUE(IsValidUtf8(mended));
    EXPECT_EQ(mended.find('\0'), std::string::npos);
    EXPECT_EQ(Mended(mended), mended);
  }
}

}  // namespace
}  // namespace rowsplit::internal
