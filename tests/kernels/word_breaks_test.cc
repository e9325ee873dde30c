#include "kernels/word_breaks.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/word_breaks_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;

AsciiWordClasses Classes() {
  AsciiWordClasses classes;
  for (const char c : std::string_view("aZ_09"))
    AsciiWordClasses::Add(classes.word, static_cast<uint8_t>(c));
  for (const char c : std::string_view("aZ"))
    AsciiWordClasses::Add(classes.letter, static_cast<uint8_t>(c));
  for (const char c : std::string_view("09"))
    AsciiWordClasses::Add(classes.digit, static_cast<uint8_t>(c));
  for (const char c : std::string_view(":.'"))
    AsciiWordClasses::Add(classes.in_word, static_cast<uint8_t>(c));
  for (const char c : std::string_view(",.'"))
    AsciiWordClasses::Add(classes.in_number, static_cast<uint8_t>(c));
  AsciiWordClasses::Add(classes.space, ' ');
  return classes;
}

class WordBreaksTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(WordBreaksTest);

TEST_P(WordBreaksTest, EqualsTheReference) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const AsciiWordClasses classes = Classes();
  constexpr std::string_view kAlphabet = "aaaaZ_09::..',,  \r\n-\xC3";
  for (size_t n = 1; n <= 270; ++n) {
    for (size_t offset = 0; offset < 3; ++offset) {
      std::string text(offset, 'a');
      for (size_t i = 0; i < n; ++i)
        text += kAlphabet[Below(random, kAlphabet.size())];
      const auto* bytes =
          reinterpret_cast<const uint8_t*>(text.data()) + offset;
      const size_t blocks = (n + 63) / 64;
      std::vector<uint64_t> breaks(blocks + 1, 7);
      std::vector<uint64_t> wide(blocks + 1, 7);
      std::vector<uint64_t> expected_breaks(blocks + 1, 7);
      std::vector<uint64_t> expected_wide(blocks + 1, 7);
      FindAsciiWordBreaks(classes, bytes, n, breaks.data(), wide.data());
      reference::FindAsciiWordBreaks(classes, bytes, n, expected_breaks.data(),
                                     expected_wide.data());
      ASSERT_EQ(breaks, expected_breaks) << ::testing::PrintToString(text);
      ASSERT_EQ(wide, expected_wide) << ::testing::PrintToString(text);
    }
  }
}

TEST(WordBreaks, AreThoseOfWords) {
  const std::string text = "a:Z 0,9a  .";
  uint64_t breaks = 0;
  uint64_t wide = 0;
  reference::FindAsciiWordBreaks(Classes(),
                                 reinterpret_cast<const uint8_t*>(text.data()),
                                 text.size(), &breaks, &wide);
  EXPECT_EQ(breaks, uint64_t{0b10100011001});
  EXPECT_EQ(wide, 0);
}

}  // namespace
}  // namespace rowsplit::kernels
