#include "kernels/utf8_case.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/utf8_case_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;

constexpr char kGuard = '\x5A';

const uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}
uint8_t* Bytes(std::string& text) {
  return reinterpret_cast<uint8_t*>(text.data());
}

uint32_t Word(std::string_view bytes) {
  uint32_t word = 0;
  for (size_t i = 0; i < bytes.size(); ++i)
    word |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
  return word;
}

// Some letters of two, three and four bytes; U+0130 and U+1E9E are special.
Utf8CaseMap SomeLetters() {
  Utf8CaseMap map;
  for (uint32_t letter = 0x410; letter < 0x420; ++letter)
    map.Set(letter, Word("\xD0\xB0") + ((letter - 0x410) << 8));
  map.Set(0xC9, Word("é"));
  map.Set(0x1EBE, Word("ế"));
  map.Set(0x10400, Word("𐐨"));
  map.Set(0x130, 0);
  map.Set(0x1E9E, 0);
  return map;
}

// The bytes before the special character, checked for what lies behind.
std::string Mapped(const Utf8CaseMap& map, const std::string& text) {
  std::string out(text.size() + 1, kGuard);
  const size_t size = MapUtf8Case(map, Bytes(text), text.size(), Bytes(out));
  EXPECT_EQ(out.back(), kGuard) << "wrote past the room";
  out.resize(size);
  std::string in_place = text;
  EXPECT_EQ(MapUtf8Case(map, Bytes(in_place), in_place.size(), Bytes(in_place)),
            size);
  in_place.resize(size);
  EXPECT_EQ(in_place, out);
  return out;
}

class Utf8CaseTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(Utf8CaseTest);

TEST_P(Utf8CaseTest, MapsWhatItWasTold) {
  const Utf8CaseMap map = SomeLetters();
  EXPECT_EQ(Mapped(map, ""), "");
  EXPECT_EQ(Mapped(map, "The É, АБВЯ, Ế and 𐐀: 日本 👍 Ω"),
            "the é, абвЯ, ế and 𐐨: 日本 👍 Ω");
}

TEST_P(Utf8CaseTest, ChangesTheOtherLettersOfAsciiIfAsked) {
  Utf8CaseMap map;
  map.ascii_first = 'a';
  EXPECT_EQ(Mapped(map, "@AZ[`az{é\x7F"), "@AZ[`AZ{é\x7F");
  map.num_letters = 0;
  EXPECT_EQ(Mapped(map, "@AZ[`az{é\x7F"), "@AZ[`az{é\x7F");
}

TEST_P(Utf8CaseTest, StopsAtSpecialCharacters) {
  const Utf8CaseMap map = SomeLetters();
  EXPECT_EQ(Mapped(map, "İ"), "");
  EXPECT_EQ(Mapped(map, "Aẞ"), "a");
  for (size_t before = 0; before < 200; ++before) {
    const std::string plain(before, 'X');
    EXPECT_EQ(Mapped(map, plain + "İÉ").size(), before);
    EXPECT_EQ(Mapped(map, plain + "ẞ").size(), before);
  }
}

TEST_P(Utf8CaseTest, EqualsTheReferenceAtEveryLengthAndAlignment) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const Utf8CaseMap map = SomeLetters();
  const std::vector<std::string> pieces = {"a", "Z",  " ",      "É", "é",
                                           "А", "П",  "Я",      "Ế", "日",
                                           "𐐀", "👍", "\u07FF", "İ"};
  for (int repeat = 0; repeat < 3000; ++repeat) {
    // Mostly letters that change, mostly ASCII, or a bit of everything; a
    // special character in some.
    const size_t kinds = repeat % 3 == 0 ? 3 : repeat % 3 == 1 ? 7 : 13;
    std::string text;
    const size_t size = static_cast<size_t>(repeat) % 300;
    while (text.size() < size) text += pieces[Below(random, kinds)];
    if (repeat % 7 == 0) text += pieces.back() + "ABC";
    std::string expected(text.size(), '\0');
    expected.resize(
        reference::MapUtf8Case(map, Bytes(text), text.size(), Bytes(expected)));
    ASSERT_EQ(Mapped(map, text), expected);
  }
}

}  // namespace
}  // namespace rowsplit::kernels
