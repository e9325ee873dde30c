#include "text/code_point_table.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/utf8.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

using Table = CodePointTable<uint8_t>;

// A property without a pattern in some planes and with one in others.
uint8_t Property(uint32_t code_point) {
  if (code_point < 0x3000) return static_cast<uint8_t>(code_point * 37 >> 5);
  if (code_point >= 0xE000 && code_point < 0xE100) return 200;
  return static_cast<uint8_t>(code_point >> 16);
}

std::string ToUtf8(uint32_t code_point) {
  std::string text;
  const auto add = [&](uint32_t byte) { text += static_cast<char>(byte); };
  if (code_point < 0x80) {
    add(code_point);
  } else if (code_point < 0x800) {
    add(0xC0 | code_point >> 6);
    add(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    add(0xE0 | code_point >> 12);
    add(0x80 | (code_point >> 6 & 0x3F));
    add(0x80 | (code_point & 0x3F));
  } else {
    add(0xF0 | code_point >> 18);
    add(0x80 | (code_point >> 12 & 0x3F));
    add(0x80 | (code_point >> 6 & 0x3F));
    add(0x80 | (code_point & 0x3F));
  }
  return text;
}

TEST(CodePointTable, GivesThePropertyOfEachCodePoint) {
  const Table table = Table::Make(Property);
  for (uint32_t code_point = 0; code_point < Table::kNumCodePoints;
       ++code_point)
    ASSERT_EQ(table.At(code_point), Property(code_point)) << code_point;
}

TEST(CodePointTable, ReadsTheCharactersOfText) {
  const Table table = Table::Make(Property);
  std::string text;
  std::vector<uint32_t> code_points;
  for (uint32_t code_point = 0; code_point < Table::kNumCodePoints;
       code_point += code_point < 0x900 ? 1 : 61) {
    if (code_point >= 0xD800 && code_point < 0xE000) continue;
    code_points.push_back(code_point);
    text += ToUtf8(code_point);
  }
  ASSERT_TRUE(IsValidUtf8(text));
  size_t at = 0;
  for (const uint32_t code_point : code_points)
    ASSERT_EQ(table.Next(text, &at), Property(code_point)) << code_point;
  EXPECT_EQ(at, text.size());
}

TEST(CodePointTable, StoresEqualBlocksOnce) {
  const Table table = Table::Make([](uint32_t) { return uint8_t{3}; });
  EXPECT_EQ(table.values(), std::vector<uint8_t>(Table::kBlock, 3));
  EXPECT_EQ(table.block_of().size(), Table::kNumCodePoints / Table::kBlock);
}

}  // namespace
}  // namespace rowsplit::internal
