#include "core/utf8.h"

#include <cstdint>
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
