#include "kernels/count_characters.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/count_characters_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;

const uint8_t* BytesOf(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

// ASCII, bytes inside of characters, or any bytes.
std::string TextOfKind(Random& random, size_t size, int kind) {
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    const uint64_t byte = kind == 0   ? Below(random, 128)
                          : kind == 1 ? 0x80 + Below(random, 64)
                                      : Below(random, 256);
    text += static_cast<char>(byte);
  }
  return text;
}

class CountCharactersTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(CountCharactersTest);

TEST_P(CountCharactersTest, CountsBytesThatBeginCharacters) {
  const std::string_view text = "aé\xE2\x82€𝄞";
  EXPECT_EQ(CountCharacters(BytesOf(text), text.size()), 5u);
  EXPECT_EQ(CountCharacters(BytesOf(text), 0), 0u);
  for (int byte = 0; byte < 256; ++byte) {
    const auto value = static_cast<uint8_t>(byte);
    EXPECT_EQ(CountCharacters(&value, 1), byte < 0x80 || byte > 0xBF ? 1u : 0u);
  }
}

TEST_P(CountCharactersTest, EqualsTheReferenceAtEveryLengthAndAlignment) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int kind = 0; kind < 3; ++kind) {
    for (size_t size = 0; size <= 4 * 64 + 3; ++size) {
      const std::string text = TextOfKind(random, size + size % 7, kind);
      const uint8_t* bytes = BytesOf(text) + size % 7;
      ASSERT_EQ(CountCharacters(bytes, size),
                reference::CountCharacters(bytes, size))
          << "kind " << kind << " size " << size;
      for (const size_t skip : {size_t{0}, size / 3, size / 2, size}) {
        ASSERT_EQ(FindCharacter(bytes, size, skip),
                  reference::FindCharacter(bytes, size, skip))
            << "kind " << kind << " size " << size << " skip " << skip;
      }
    }
  }
}

TEST_P(CountCharactersTest, CountsRowByRow) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int repeat = 0; repeat < 50; ++repeat) {
    const std::string text = TextOfKind(random, 2000, 2);
    std::vector<Offset> offsets(1 + Below(random, 40));
    for (Offset& offset : offsets)
      offset = static_cast<Offset>(Below(random, 2001));
    std::sort(offsets.begin(), offsets.end());
    std::vector<int32_t> expected(offsets.size(), -7);
    std::vector<int32_t> counts(offsets.size(), -7);
    reference::CountRowCharacters(BytesOf(text), offsets.data(),
                                  offsets.size() - 1, expected.data());
    CountRowCharacters(BytesOf(text), offsets.data(), offsets.size() - 1,
                       counts.data());
    ASSERT_EQ(counts, expected);
  }
}

}  // namespace
}  // namespace rowsplit::kernels
