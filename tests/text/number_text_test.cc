#include "text/number_text.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "support/seed.h"

namespace rowsplit::internal {
namespace {

using ::rowsplit::testing::Below;
using Style = NumberFormat::Style;

std::string Built(BufferBuilder<char>& bytes) {
  return {bytes.data(), bytes.size()};
}

std::string FloatText(double value, const NumberFormat& format) {
  BufferBuilder<char> bytes;
  AppendFloat(value, format, bytes);
  return Built(bytes);
}

// What printf makes of it, in the locale "C" of the tests.
template <typename T>
std::string Printf(T value, const NumberFormat& format,
                   const std::string& conversion) {
  std::string pattern = "%";
  if (format.flag != 0) pattern += format.flag;
  if (format.width > 0) pattern += std::to_string(format.width);
  if (format.precision >= 0) pattern += "." + std::to_string(format.precision);
  pattern += conversion;
  std::vector<char> text(2000);
  text.resize(static_cast<size_t>(
      std::snprintf(text.data(), text.size(), pattern.c_str(), value)));
  return {text.begin(), text.end()};
}

TEST(AppendFloat, WritesAsPrintfDoes) {
  ROWSPLIT_SEEDED_RANDOM(random);
  const double special[] = {
      0.0,      -0.0,   1.0,   0.1,      123456.5,  9.5, 1e20, 1e-7,  999999,
      999999.5, 0.0001, 1e300, INFINITY, -INFINITY, NAN, -NAN, 5e-324};
  for (int repeat = 0; repeat < 4000; ++repeat) {
    double value = special[Below(random, std::size(special))];
    if (repeat % 2 == 0) {
      const uint64_t bits = random();
      std::memcpy(&value, &bits, sizeof(value));
    }
    NumberFormat format;
    format.precision = static_cast<int64_t>(Below(random, 24)) - 1;
    format.width = static_cast<int64_t>(Below(random, 30)) - 1;
    format.flag = std::string("\0+- #0", 6)[Below(random, 6)];
    for (const auto& [style, conversion] :
         {std::pair(Style::kFixed, "f"), std::pair(Style::kScientific, "e"),
          std::pair(Style::kGeneral, "g")}) {
      format.style = style;
      // glibc loses zeros where the digits round up to the next power of ten.
      if (format.flag == '#' && style == Style::kGeneral && repeat % 2 == 1)
        continue;
      ASSERT_EQ(FloatText(value, format), Printf(value, format, conversion))
          << value << " " << format.precision << " " << format.width << " '"
          << format.flag << "' " << conversion;
    }
  }
}

TEST(AppendFloat, KeepsZerosAndThePointWithAFlag) {
  NumberFormat format{.style = Style::kGeneral, .flag = '#'};
  EXPECT_EQ(FloatText(1, format), "1.00000");
  EXPECT_EQ(FloatText(0, format), "0.00000");
  EXPECT_EQ(FloatText(1e20, format), "1.00000e+20");
  EXPECT_EQ(FloatText(999999.5, format), "1.00000e+06");
  EXPECT_EQ(FloatText(0.0001, format), "0.000100000");
  format.precision = 1;
  EXPECT_EQ(FloatText(9.5, format), "1.e+01");
}

TEST(AppendFloat, WritesManyDigits) {
  NumberFormat format;
  format.precision = 60;
  EXPECT_EQ(FloatText(0.1, format), Printf(0.1, format, "f"));
  format.precision = 1;
  EXPECT_EQ(FloatText(1e308, format), Printf(1e308, format, "f"));
}

TEST(AppendInteger, WritesAsPrintfDoes) {
  for (const int64_t value : {int64_t{0}, int64_t{-5}, int64_t{123},
                              std::numeric_limits<int64_t>::min(),
                              std::numeric_limits<int64_t>::max()}) {
    for (const char flag : {'\0', '+', '-', ' ', '#', '0'}) {
      for (const int64_t width : {-1, 3, 25}) {
        NumberFormat format;
        format.width = width;
        format.flag = flag;
        BufferBuilder<char> bytes;
        AppendInteger(value, format, bytes);
        const auto signed_value = static_cast<long long>(value);
        EXPECT_EQ(Built(bytes), Printf(signed_value, format, "lld"));
        bytes.Clear();
        AppendInteger(static_cast<uint64_t>(value), format, bytes);
        const auto unsigned_value = static_cast<unsigned long long>(value);
        EXPECT_EQ(Built(bytes), Printf(unsigned_value, format, "llu"));
      }
    }
  }
}

TEST(AppendPadded, PadsOnOneSide) {
  BufferBuilder<char> bytes;
  AppendPadded("ab", {.width = 4}, bytes);
  AppendPadded("ab", {.width = 4, .flag = '-'}, bytes);
  AppendPadded("ab", {.width = 1, .flag = '0'}, bytes);
  EXPECT_EQ(Built(bytes), "  abab  ab");
}

TEST(AppendRoundTrip, TakesTheFewestOfTwoNumbersOfDigits) {
  const auto text = [](auto value) {
    BufferBuilder<char> bytes;
    AppendRoundTrip(value, bytes);
    return Built(bytes);
  };
  EXPECT_EQ(text(0.1F), "0.1");
  EXPECT_EQ(text(1.0F / 3), "0.333333343");
  EXPECT_EQ(text(16777216.0F), "16777216");
  EXPECT_EQ(text(1e20F), "1e+20");
  EXPECT_EQ(text(0.1), "0.1");
  EXPECT_EQ(text(1.0 / 3), "0.33333333333333331");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), "-inf");
}

}  // namespace
}  // namespace rowsplit::internal
