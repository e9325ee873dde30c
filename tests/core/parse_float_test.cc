#include "core/parse_float.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using testing::Below;
using testing::Random;

constexpr float kUnset = 123.5f;

// Parses a copy that ends with its block of memory, so that the address
// sanitizer sees a read after it.
size_t ParseCopy(std::string_view text, float& value) {
  const auto copy = std::make_unique<char[]>(text.size());
  text.copy(copy.get(), text.size());
  value = kUnset;
  return static_cast<size_t>(
      ParseFloat(copy.get(), copy.get() + text.size(), value) - copy.get());
}

// Requires a text that is one decimal number. strtof is the meaning.
void ExpectAsStrtof(const std::string& text) {
  float value;
  ASSERT_EQ(ParseCopy(text, value), text.size()) << text;
  const float expected = std::strtof(text.c_str(), nullptr);
  ASSERT_EQ(std::bit_cast<uint32_t>(value), std::bit_cast<uint32_t>(expected))
      << text << " is " << expected << ", got " << value;
}

std::string Formatted(const char* format, double value) {
  char text[512];
  const int size = std::snprintf(text, sizeof text, format, value);
  return {text, static_cast<size_t>(size)};
}

// Any float that is a number, all exponents alike.
float AnyFloat(Random& random) {
  while (true) {
    const float value = std::bit_cast<float>(static_cast<uint32_t>(random()));
    if (std::isfinite(value)) return value;
  }
}

// The middle between a positive float and the next, which a double holds.
double Middle(float value) {
  return (static_cast<double>(value) +
          std::nextafter(value, std::numeric_limits<float>::infinity())) /
         2;
}

TEST(ParseFloat, ReadsTheLongestNumber) {
  const struct {
    std::string_view text;
    size_t size;
    float value;
  } cases[] = {
      {"0.25e1,", 6, 2.5f},
      {"-1", 2, -1},
      {"+.5x", 3, 0.5f},
      {"7.", 2, 7},
      {"1.5.5", 3, 1.5f},
      {"2e", 1, 2},
      {"2e+", 1, 2},
      {"2E-1 ", 4, 0.2f},
      {"12345678", 8, 12345678},
      {"0x10", 1, 0},
      {"1,5", 1, 1},
      {"3e0000000000001", 15, 30},
      {"00000.50000", 11, 0.5f},
      {"1e-99999999999999999999", 23, 0},
  };
  for (const auto& c : cases) {
    float value;
    EXPECT_EQ(ParseCopy(c.text, value), c.size) << c.text;
    EXPECT_EQ(value, c.value) << c.text;
  }
}

TEST(ParseFloat, LeavesTheValueWhereThereIsNoNumber) {
  for (const std::string_view text :
       {"", " 1", "-", "+", ".", "-.", "e5", ".e5", "x", "--1", "+-1", "in",
        "na", "\xFF", "/1", ":1"}) {
    float value;
    EXPECT_EQ(ParseCopy(text, value), 0u) << text;
    EXPECT_EQ(value, kUnset) << text;
  }
}

TEST(ParseFloat, ReadsInfinityAndNan) {
  float value;
  EXPECT_EQ(ParseCopy("-inf", value), 4u);
  EXPECT_EQ(value, -std::numeric_limits<float>::infinity());
  EXPECT_EQ(ParseCopy("Infinity", value), 8u);
  EXPECT_EQ(ParseCopy("INFINITE", value), 3u);
  EXPECT_EQ(value, std::numeric_limits<float>::infinity());
  EXPECT_EQ(ParseCopy("NaN", value), 3u);
  EXPECT_TRUE(std::isnan(value));
}

TEST(ParseFloat, KeepsTheSignOfZeroAndRoundsOutOfRange) {
  for (const std::string_view text :
       {"-0",
        "0",
        "-0.000",
        "0e50",
        "-0e-99999999",
        "1e39",
        "-1e39",
        "1e-46",
        "-1e-46",
        "3.4028235e38",
        "3.4028236e38",
        "3.40282357e38",
        "1.17549435e-38",
        "1.17549429e-38",
        "1.4e-45",
        "0.7e-45",
        "0.71e-45",
        "7.006492321624085e-46",
        "7.0064923216240854e-46",
        "7.0064923216240853546186479164495807e-46",
        "340282356779733661637539395458142568448",
        "340282356779733661637539395458142568447",
        "1e999999999999999999999",
        "0.0000000000000000000000000000000000000000000000001e49",
        "-1e-999999999999999999999",
        "100000000000000000000000000000000000000000000000000e-20"}) {
    ExpectAsStrtof(std::string(text));
  }
}

TEST(ParseFloat, RoundsShortTextAsStrtof) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < 20'000; ++i) {
    std::string text = Below(random, 2) == 0 ? "-" : "";
    const uint64_t num_digits = 1 + Below(random, 12);
    const uint64_t point = Below(random, num_digits + 1);
    for (uint64_t digit = 0; digit < num_digits; ++digit) {
      if (digit == point) text += '.';
      text += static_cast<char>('0' + Below(random, 10));
    }
    ExpectAsStrtof(text);
  }
}

TEST(ParseFloat, RoundsManyDigitsAndExponentsAsStrtof) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const uint64_t num_digits = 1 + Below(random, 40);
    const uint64_t point = Below(random, num_digits + 1);
    const uint64_t num_zeros = Below(random, 3) == 0 ? Below(random, 30) : 0;
    for (uint64_t digit = 0; digit < num_digits; ++digit) {
      if (digit == point) text += '.';
      text +=
          static_cast<char>('0' + (digit < num_zeros ? 0 : Below(random, 10)));
    }
    text += 'e' + std::to_string(static_cast<int>(Below(random, 120)) - 60);
    ExpectAsStrtof(text);
  }
}

TEST(ParseFloat, RoundsTiesAndTheirNeighboursAsStrtof) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < 5'000; ++i) {
    const float value = std::fabs(AnyFloat(random));
    const double middle = Middle(value);
    // All digits of the tie, and of the doubles beside it.
    for (const double near :
         {middle, std::nextafter(middle, 0.0), std::nextafter(middle, 1e300)}) {
      ExpectAsStrtof(Formatted("%.17g", near));
      ExpectAsStrtof(Formatted("%.160e", near));
    }
    ExpectAsStrtof(Formatted("%.160e", middle).insert(161, "1"));
  }
}

TEST(ParseFloat, RoundsTiesOfShortTextAsStrtof) {
  // Odd multiples of half the last place, up to 2^53: 16777217, 8388608.5 …
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t tie = (uint64_t{1} << 24) + 2 * Below(random, 1 << 23) + 1;
    const int shift = static_cast<int>(Below(random, 60)) - 30;
    ExpectAsStrtof(
        Formatted("%.40g", std::ldexp(static_cast<double>(tie), shift)));
  }
}

TEST(ParseFloat, ReadsBackWhatPrintsAFloat) {
  ROWSPLIT_SEEDED_RANDOM(random);
  for (int i = 0; i < 20'000; ++i) {
    const float expected = AnyFloat(random);
    char text[32];
    const auto printed = std::to_chars(text, text + sizeof text, expected);
    float value;
    ASSERT_EQ(ParseFloat(text, printed.ptr, value), printed.ptr);
    ASSERT_EQ(std::bit_cast<uint32_t>(value), std::bit_cast<uint32_t>(expected))
        << std::string_view(text, static_cast<size_t>(printed.ptr - text));
    ExpectAsStrtof(Formatted("%.9g", expected));
    ExpectAsStrtof(Formatted("%.6f", expected));
  }
}

TEST(ParseFloat, EndsWhereStrtofEndsInAnyText) {
  ROWSPLIT_SEEDED_RANDOM(random);
  constexpr std::string_view kBytes = "0123456789..eE+-01";
  for (int i = 0; i < 50'000; ++i) {
    std::string text;
    const uint64_t size = Below(random, 14);
    for (uint64_t byte = 0; byte < size; ++byte) {
      text += kBytes[Below(random, kBytes.size())];
    }
    char* rest;
    const float expected = std::strtof(text.c_str(), &rest);
    float value;
    ASSERT_EQ(ParseCopy(text, value), static_cast<size_t>(rest - text.c_str()))
        << text;
    if (rest == text.c_str()) continue;
    ASSERT_EQ(std::bit_cast<uint32_t>(value), std::bit_cast<uint32_t>(expected))
        << text;
  }
}

TEST(ParseWholeFloat, TakesOneNumberAndNoMore) {
  float value = kUnset;
  EXPECT_TRUE(ParseWholeFloat("-2.5", value));
  EXPECT_EQ(value, -2.5f);
  for (const std::string_view text : {"", "1 ", "1x", " 1", "x"}) {
    EXPECT_FALSE(ParseWholeFloat(text, value)) << text;
  }
  EXPECT_FALSE(ParseWholeFloat({}, value));
}

struct ParsedRun {
  std::vector<float> values;
  size_t size;
};

ParsedRun ParseRun(std::string_view text, size_t count) {
  std::vector<float> values(count);
  const FloatRun run =
      ParseFloats(text.data(), text.data() + text.size(), values);
  values.resize(run.count);
  return {values, static_cast<size_t>(run.end - text.data())};
}

TEST(ParseFloats, ReadsFieldsAfterSpacesAndTabs) {
  const ParsedRun run = ParseRun(" 1.5\t-2  \t 3e1 x", 5);
  EXPECT_EQ(run.values, (std::vector<float>{1.5f, -2, 30}));
  EXPECT_EQ(run.size, 14u);
}

TEST(ParseFloats, StopsWhenAllAreFilled) {
  const ParsedRun run = ParseRun(" 1 2 3", 2);
  EXPECT_EQ(run.values, (std::vector<float>{1, 2}));
  EXPECT_EQ(run.size, 4u);
  EXPECT_EQ(ParseRun(" 1", 0).size, 0u);
}

TEST(ParseFloats, WantsASeparatorOnBothSides) {
  EXPECT_EQ(ParseRun("1 2", 2).values, std::vector<float>{});
  EXPECT_EQ(ParseRun(" 1x 2", 2).values, std::vector<float>{});
  EXPECT_EQ(ParseRun(" 1 2\n", 2).values, std::vector<float>{1});
  EXPECT_EQ(ParseRun(" 1 2", 2).values, (std::vector<float>{1, 2}));
  EXPECT_EQ(ParseRun("  ", 2).values, std::vector<float>{});
  EXPECT_EQ(ParseRun("", 2).values, std::vector<float>{});
}

}  // namespace
}  // namespace rowsplit::internal
