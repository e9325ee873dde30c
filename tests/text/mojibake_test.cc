#include "rowsplit/text/mojibake.h"

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

std::string Repaired(std::string_view text) {
  BufferBuilder<char> output;
  AppendRepaired(text, output);
  return {output.data(), output.size()};
}

// UTF-8 read as Windows-1252, as Latin-1 where that has no character.
std::string Damage(std::string_view text) {
  constexpr const char* kHigh[] = {
      "€",      "\u0081", "‚", "ƒ", "„", "…",      "†", "‡",
      "ˆ",      "‰",      "Š", "‹", "Œ", "\u008D", "Ž", "\u008F",
      "\u0090", "‘",      "’", "“", "”", "•",      "–", "—",
      "˜",      "™",      "š", "›", "œ", "\u009D", "ž", "Ÿ"};
  std::string damaged;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x80) {
      damaged += c;
    } else if (byte < 0xA0) {
      damaged += kHigh[byte - 0x80];
    } else {
      damaged += static_cast<char>(byte < 0xC0 ? 0xC2 : 0xC3);
      damaged += static_cast<char>((byte & 0x3F) | 0x80);
    }
  }
  return damaged;
}

TEST(RepairMojibake, RepairsWhatWasUtf8) {
  EXPECT_EQ(Repaired("cafÃ© â€” naÃ¯ve"), "café — naïve");
  for (const std::string_view text :
       {"voilà, c'est l'été", "Ünïcödé “quotes” — and… dashes", "Привет, мир",
        "日本語のテキスト", "emoji 😀 too", "Ελληνικά", "żółć"}) {
    EXPECT_EQ(Repaired(Damage(text)), text);
    // Twice damaged, twice repaired.
    EXPECT_EQ(Repaired(Repaired(Damage(Damage(text)))), text);
  }
}

TEST(RepairMojibake, LeavesGoodText) {
  for (const std::string_view text :
       {"", "plain", "café — naïve", "IRMÃ” e “Ä“", "Ã", "A IRMÃ\u00A0DELE",
        "â € ™", "Привет", "日本語", "ÃO", "£5 and ½", "\xC3", "\xC3\xA9\xFF",
        "ÄŠ"}) {
    EXPECT_EQ(Repaired(text), text);
  }
}

TEST(RepairMojibake, TakesUnsurePlacesBesideSureOnes) {
  EXPECT_EQ(Repaired("IRMÃ” e cafÃ©"), "IRMÔ e café");
  EXPECT_EQ(Repaired("voilÃ\u00A0"), "voilà");
  // A control character is hardly anybody's text.
  EXPECT_EQ(Repaired("Â\u0085"), "Â\u0085");
}

TEST(RepairMojibake, CountsCharacters) {
  BufferBuilder<char> output;
  EXPECT_EQ(AppendRepaired("cafÃ© â€”", output), 2);
  EXPECT_EQ(AppendRepaired("IRMÃ”", output), 0);
  const std::vector<std::string_view> texts = {"Ã©", "", "a"};
  EXPECT_THAT(*RepairMojibake(StringTensor::FromStrings(texts)),
              ::rowsplit::testing::StringsAre({"é", "", "a"}));
}

}  // namespace
}  // namespace rowsplit
