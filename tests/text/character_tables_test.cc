#include "text/character_tables.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "text/normal_mapper.h"

namespace rowsplit::internal {
namespace {

using Result = std::optional<std::string>;

std::string Mapped(const NormalMapper& mapper, std::string_view text) {
  const std::vector<Offset> offsets = {0, static_cast<Offset>(text.size())};
  Offset end = 0;
  BufferBuilder<char> out;
  mapper.AppendRows(text.data(), offsets, &end, out);
  return {out.data(), out.size()};
}

TEST(MakeCharacterTables, MapsEachCharacterByItself) {
  const NormalMapper mapper(MakeCharacterTables([](uint32_t c) -> Result {
    if (c == '\t' || c == 0xE9) return "<>";
    if (c == 0x301 || c == 0x1F44D) return "";
    return {};
  }));
  EXPECT_EQ(Mapped(mapper, "A\t\u00E9\u0301\u0301\U0001F44D\u00E8\n\x7F"),
            "A<><>\u00E8\n\x7F");
  const std::string tabs(300, '\t');
  EXPECT_EQ(Mapped(mapper, tabs).size(), 600u);
}

TEST(MakeCharacterTables, MakesLettersSmallAndControlsVanish) {
  const NormalMapper mapper(MakeCharacterTables([](uint32_t c) -> Result {
    if (c >= 'A' && c <= 'Z') return std::string(1, static_cast<char>(c + 32));
    if (c == 0x7F || c == 0) return "";
    return {};
  }));
  const std::string text = std::string("ABC\x7F", 4) + std::string(2, '\0') +
                           "xYZ@[ quite a long text, Longer than a Vector is ";
  EXPECT_EQ(Mapped(mapper, text + text),
            "abcxyz@[ quite a long text, longer than a vector is "
            "abcxyz@[ quite a long text, longer than a vector is ");
}

}  // namespace
}  // namespace rowsplit::internal
