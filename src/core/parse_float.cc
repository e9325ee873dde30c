#include "core/parse_float.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <limits>
#include <span>
#include <string_view>
#include <system_error>

namespace rowsplit::internal {

namespace {

// Each is the double nearest to the power; up to 22 they are exact.
constexpr double kPowersOf10[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22, 1e23,
    1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31, 1e32, 1e33, 1e34, 1e35,
    1e36, 1e37, 1e38, 1e39, 1e40, 1e41, 1e42, 1e43, 1e44, 1e45};
constexpr int64_t kMaxPower = std::size(kPowersOf10) - 1;
constexpr uint64_t kIntegerPowersOf10[] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

// As many digits as a uint64 holds, whatever they are.
constexpr int64_t kMaxDigits = 19;

bool IsDigit(char byte) { return static_cast<unsigned char>(byte - '0') < 10; }

// The digits of a number, without its sign.
struct Decimal {
  uint64_t digits = 0;       // wraps if there are more than fit
  int64_t num_digits = 0;    // with zeros in front
  int64_t num_decimals = 0;  // those after the point
  int64_t exponent = 0;      // what stands after the 'e'
};

// The value of 8 bytes 0 … 9, the lowest first: pairs, then fours, then eights.
uint64_t JoinDigits(uint64_t bytes) {
  bytes = bytes * 10 + (bytes >> 8);
  constexpr uint64_t kPairs = 0x000000FF000000FF;
  constexpr uint64_t kFirst = 100 + (uint64_t{1000000} << 32);
  constexpr uint64_t kSecond = 1 + (uint64_t{10000} << 32);
  return ((bytes & kPairs) * kFirst + (bytes >> 16 & kPairs) * kSecond) >> 32;
}

// Reads digits and returns where they end.
const char* ReadDigits(const char* begin, const char* end, uint64_t& digits) {
  while (std::endian::native == std::endian::little && end - begin >= 8) {
    uint64_t bytes;
    std::memcpy(&bytes, begin, sizeof bytes);
    bytes ^= 0x3030303030303030;
    // The high bit of each byte above 9, up to the first of them; a carry can
    // only reach the bytes after it.
    const uint64_t others =
        ((bytes + 0x7676767676767676) | bytes) & 0x8080808080808080;
    if (others == 0) {
      digits = digits * kIntegerPowersOf10[8] + JoinDigits(bytes);
      begin += 8;
      continue;
    }
    const int count = std::countr_zero(others) / 8;
    if (count == 0) return begin;
    digits = digits * kIntegerPowersOf10[count] +
             JoinDigits(bytes << (64 - 8 * count));
    return begin + count;
  }
  for (; begin != end && IsDigit(*begin); ++begin) {
    digits = digits * 10 + static_cast<uint64_t>(*begin - '0');
  }
  return begin;
}

// Reads an exponent if there is a whole one at `begin`. One of more than 18
// digits is as good as one of 18.
const char* ReadExponent(const char* begin, const char* end,
                         int64_t& exponent) {
  if (begin == end || (*begin | 0x20) != 'e') return begin;
  const char* digit = begin + 1;
  bool negative = false;
  if (digit != end && (*digit == '-' || *digit == '+')) {
    negative = *digit++ == '-';
  }
  if (digit == end || !IsDigit(*digit)) return begin;
  int64_t value = 0;
  for (; digit != end && IsDigit(*digit); ++digit) {
    value = std::min(value * 10 + (*digit - '0'), int64_t{1} << 59);
  }
  exponent = negative ? -value : value;
  return digit;
}

// Reads digits, point and exponent; returns `begin` if there is no digit.
const char* ReadDecimal(const char* begin, const char* end, Decimal& decimal) {
  const char* position = begin;
  // Most often one digit.
  if (position != end && IsDigit(*position)) {
    decimal.digits = static_cast<uint64_t>(*position++ - '0');
    if (position != end && IsDigit(*position)) {
      position = ReadDigits(position, end, decimal.digits);
    }
  }
  decimal.num_digits = position - begin;
  if (position != end && *position == '.') {
    const char* const decimals = position + 1;
    position = ReadDigits(decimals, end, decimal.digits);
    decimal.num_decimals = position - decimals;
    decimal.num_digits += decimal.num_decimals;
  }
  if (decimal.num_digits == 0) return begin;
  return ReadExponent(position, end, decimal.exponent);
}

// Sets `value` if double arithmetic is enough to say which float is nearest to
// `digits` * 10^`power`.
//
// Let u be 2^-53. Turning the digits into a double, the power in the table, and
// the product or quotient each have a relative error of at most u, so `near` is
// less than 5 of its last places away from the number. Where it is more than
// that away from the middle between two floats, the two lie on the same side of
// it, and the float nearest to `near` is the one nearest to the number. Both
// must be normal floats, for which the middle is a 1 and 28 zeros in the 29
// bits that a float lacks.
bool RoundsAlike(uint64_t digits, int64_t power, float& value) {
  if (power < -kMaxPower || power > kMaxPower) return false;
  double near = digits >> 63 == 0
                    ? static_cast<double>(static_cast<int64_t>(digits))
                    : static_cast<double>(digits);
  near = power < 0 ? near / kPowersOf10[-power] : near * kPowersOf10[power];
  if (!(near >= 0x1p-125 && near <= 0x1p127)) return false;
  constexpr uint64_t kMiddle = uint64_t{1} << 28;
  constexpr uint64_t kMargin = 8;
  const uint64_t rest = std::bit_cast<uint64_t>(near) & (2 * kMiddle - 1);
  if (rest - (kMiddle - kMargin) <= 2 * kMargin) return false;
  value = static_cast<float>(near);
  return true;
}

// The place of the first digit that is not 0: 1 for 2.5, 0 for 0.25, -1 for
// 0.025, and the exponent added. Requires such a digit.
int64_t Magnitude(const char* begin, const char* end, const Decimal& decimal) {
  int64_t place = decimal.num_digits - decimal.num_decimals;
  for (; begin != end && (*begin == '0' || *begin == '.'); ++begin) {
    if (*begin == '0') --place;
  }
  return place + decimal.exponent;
}

// The exact way, for what the quick one leaves.
float RoundSlowly(const char* begin, const char* end, const Decimal& decimal) {
  float value = 0;
  const auto [rest, error] = std::from_chars(begin, end, value);
  if (error != std::errc::result_out_of_range) return value;
  return Magnitude(begin, end, decimal) > 0
             ? std::numeric_limits<float>::infinity()
             : 0.0f;
}

bool StartsWithWord(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  return std::equal(word.begin(), word.end(), text.begin(),
                    [](char a, char b) { return a == (b | 0x20); });
}

const char* ReadWord(const char* begin, const char* end, float& value) {
  const std::string_view text(begin, static_cast<size_t>(end - begin));
  if (StartsWithWord(text, "inf")) {
    value = std::numeric_limits<float>::infinity();
    return begin + (StartsWithWord(text, "infinity") ? 8 : 3);
  }
  if (StartsWithWord(text, "nan")) {
    value = std::numeric_limits<float>::quiet_NaN();
    return begin + 3;
  }
  return begin;
}

// Whether `decimal.digits` did not wrap.
bool DigitsFit(const char* begin, const char* end, const Decimal& decimal) {
  if (decimal.num_digits <= kMaxDigits) return true;
  int64_t num_zeros = 0;
  for (; begin != end && (*begin == '0' || *begin == '.'); ++begin) {
    if (*begin == '0') ++num_zeros;
  }
  return decimal.num_digits - num_zeros <= kMaxDigits;
}

inline const char* Parse(const char* begin, const char* end, float& value) {
  if (begin == end) return begin;
  const bool negative = *begin == '-';
  const char* const unsigned_begin =
      negative || *begin == '+' ? begin + 1 : begin;
  Decimal decimal;
  const char* position = ReadDecimal(unsigned_begin, end, decimal);
  float magnitude = 0;
  if (position == unsigned_begin) {
    position = ReadWord(unsigned_begin, end, magnitude);
    if (position == unsigned_begin) return begin;
  } else {
    const bool fit = DigitsFit(unsigned_begin, position, decimal);
    const bool is_zero = fit && decimal.digits == 0;
    const int64_t power = decimal.exponent - decimal.num_decimals;
    if (!is_zero && !(fit && RoundsAlike(decimal.digits, power, magnitude))) {
      magnitude = RoundSlowly(unsigned_begin, position, decimal);
    }
  }
  value = negative ? -magnitude : magnitude;
  return position;
}

}  // namespace

const char* ParseFloat(const char* begin, const char* end, float& value) {
  return Parse(begin, end, value);
}

bool ParseWholeFloat(std::string_view text, float& value) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  return begin != end && Parse(begin, end, value) == end;
}

FloatRun ParseFloats(const char* begin, const char* end,
                     std::span<float> values) {
  const char* position = begin;
  size_t count = 0;
  for (; count < values.size(); ++count) {
    const char* field = position;
    while (field != end && IsFieldSeparator(*field)) ++field;
    if (field == position) break;
    const char* const after = Parse(field, end, values[count]);
    if (after == field || (after != end && !IsFieldSeparator(*after))) break;
    position = after;
  }
  return {count, position};
}

}  // namespace rowsplit::internal
