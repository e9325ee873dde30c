#include "core/philox.h"

#include <array>
#include <cstdint>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit::internal {
namespace {

using ::testing::ElementsAre;

constexpr uint64_t kAllOnes = ~uint64_t{0};

TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_THAT(PhiloxBits(0, 0, 0),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(PhiloxBits(kAllOnes, kAllOnes, kAllOnes),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  // The digits of pi.
  EXPECT_THAT(
      PhiloxBits(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88),
      ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(Philox, UnitFloatIsBelowOne) {
  EXPECT_EQ(UnitFloat(0), 0.0F);
  EXPECT_EQ(UnitFloat(0x80000000), 0.5F);
  EXPECT_LT(UnitFloat(0xffffffff), 1.0F);
}

TEST(Philox, BelowEndIsBelowIt) {
  EXPECT_EQ(BelowEnd(0xffffffff, 0xffffffff, 1), 0U);
  EXPECT_EQ(BelowEnd(0xffffffff, 0xffffffff, 30'000), 29'999U);
  EXPECT_EQ(BelowEnd(0x80000000, 0, 10), 5U);
  EXPECT_EQ(BelowEnd(0, 0, 10), 0U);
}

}  // namespace
}  // namespace rowsplit::internal
