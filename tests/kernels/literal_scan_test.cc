#include "kernels/literal_scan.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/literal_scan_ref.h"
#include "support/seed.h"
#include "support/targets.h"

namespace rowsplit::kernels {
namespace {

using ::rowsplit::testing::Below;
using ::rowsplit::testing::Random;
using ::rowsplit::testing::Seed;

std::string RandomBytes(Random& random, size_t size, uint64_t alphabet) {
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text += static_cast<char>('a' + 17 * Below(random, alphabet));
  }
  return text;
}

// All positions that the blocks name.
template <class Find>
std::vector<size_t> Positions(const Find& find, size_t begin, size_t size) {
  std::vector<size_t> positions;
  while (true) {
    const CandidateBlock block = find(begin);
    if (block.candidates == 0) {
      EXPECT_EQ(block.begin, size);
      return positions;
    }
    for (size_t i = 0; i < 64; ++i) {
      if ((block.candidates >> i & 1) != 0)
        positions.push_back(block.begin + i);
    }
    begin = block.begin + 64;
  }
}

class LiteralScanTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(LiteralScanTest);

TEST_P(LiteralScanTest, EqualsTheReference) {
  Random random(Seed());
  for (int repeat = 0; repeat < 300; ++repeat) {
    const uint64_t alphabet = 1 + Below(random, 15);
    std::vector<std::string> literals(1 + Below(random, 20));
    for (std::string& literal : literals)
      literal = RandomBytes(random, 1 + Below(random, 5), alphabet);
    const LiteralFilter filter(literals);
    // Memory of exactly the text's size, at any alignment.
    const size_t shift = Below(random, 64);
    const std::string text =
        RandomBytes(random, shift + Below(random, 300), alphabet);
    const std::vector<uint8_t> bytes(text.begin() + static_cast<long>(shift),
                                     text.end());
    const size_t begin = Below(random, bytes.size() + 1);
    const auto got = Positions(
        [&](size_t from) {
          return FindCandidates(filter, bytes.data(), from, bytes.size());
        },
        begin, bytes.size());
    const auto expected = Positions(
        [&](size_t from) {
          return reference::FindCandidates(filter, bytes.data(), from,
                                           bytes.size());
        },
        begin, bytes.size());
    EXPECT_EQ(got, expected);
    // No literal is missed.
    for (size_t at = begin; at < bytes.size(); ++at) {
      for (const std::string& literal : literals) {
        if (text.compare(shift + at, literal.size(), literal) != 0) continue;
        EXPECT_TRUE(std::find(got.begin(), got.end(), at) != got.end());
      }
    }
  }
}

TEST_P(LiteralScanTest, IsExactForFewBeginnings) {
  const std::vector<std::string> literals = {"the", "cat", "dog", "d\xC3\xA9"};
  const LiteralFilter filter(literals);
  EXPECT_EQ(filter.width(), 3u);
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const uint8_t text[] = {static_cast<uint8_t>(a), static_cast<uint8_t>(b),
                              0xA9};
      const bool is_one = a == 'd' && b == 0xC3;
      ASSERT_EQ(FindCandidates(filter, text, 0, 3).candidates, is_one ? 1u : 0u)
          << a << " " << b;
    }
  }
}

TEST_P(LiteralScanTest, FindsNothingInLessThanTheWidth) {
  const std::vector<std::string> literals = {"ab", "abc"};
  const LiteralFilter filter(literals);
  EXPECT_EQ(filter.width(), 2u);
  const std::string text = "ab";
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  EXPECT_EQ(FindCandidates(filter, bytes, 0, 0).candidates, 0u);
  EXPECT_EQ(FindCandidates(filter, bytes, 0, 1).candidates, 0u);
  EXPECT_EQ(FindCandidates(filter, bytes, 0, 1).begin, 1u);
  EXPECT_EQ(FindCandidates(filter, bytes, 0, 2).candidates, 1u);
  EXPECT_EQ(FindCandidates(filter, bytes, 1, 2).candidates, 0u);
  EXPECT_EQ(FindCandidates(filter, bytes, 2, 2).candidates, 0u);
}

}  // namespace
}  // namespace rowsplit::kernels
