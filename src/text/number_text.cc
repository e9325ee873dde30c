#include "text/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <system_error>

namespace rowsplit::internal {

namespace {

using Style = NumberFormat::Style;

// Digits before the point of the greatest double, a sign, a point, an exponent.
constexpr int64_t kMostWithoutPrecision = 340;

void Append(std::string_view text, BufferBuilder<char>& bytes) {
  bytes.Append(std::span<const char>(text.data(), text.size()));
}

void AppendRepeated(char byte, int64_t count, BufferBuilder<char>& bytes) {
  if (count <= 0) return;
  std::fill_n(bytes.AppendUninitialized(static_cast<size_t>(count)), count,
              byte);
}

// A sign and a body, padded.
void AppendNumber(std::string_view sign, std::string_view body,
                  bool pads_with_zeros, const NumberFormat& format,
                  BufferBuilder<char>& bytes) {
  const int64_t padding = std::max<int64_t>(format.width, 0) -
                          static_cast<int64_t>(sign.size() + body.size());
  const bool is_left = format.flag == '-';
  if (!is_left && !pads_with_zeros) AppendRepeated(' ', padding, bytes);
  Append(sign, bytes);
  if (!is_left && pads_with_zeros) AppendRepeated('0', padding, bytes);
  Append(body, bytes);
  if (is_left) AppendRepeated(' ', padding, bytes);
}

std::string_view SignOf(bool is_negative, const NumberFormat& format) {
  if (is_negative) return "-";
  if (format.flag == '+') return "+";
  return format.flag == ' ' ? " " : "";
}

std::string ToText(double value, std::chars_format style, int64_t precision) {
  std::string text(static_cast<size_t>(kMostWithoutPrecision + precision),
                   '\0');
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value, style,
                    static_cast<int>(precision));
  text.resize(error == std::errc() ? static_cast<size_t>(end - text.data())
                                   : 0);
  return text;
}

// The power of ten of the first of `digits` digits.
int Exponent(double value, int64_t digits) {
  const std::string text =
      ToText(value, std::chars_format::scientific, digits - 1);
  const size_t mark = text.find('e');
  const bool is_negative = text[mark + 1] == '-';
  int exponent = 0;
  std::from_chars(text.data() + mark + 2, text.data() + text.size(), exponent);
  return is_negative ? -exponent : exponent;
}

// The flag '#': a point is always there.
std::string WithPoint(std::string text) {
  if (text.find('.') != std::string::npos) return text;
  text.insert(std::min(text.find('e'), text.size()), 1, '.');
  return text;
}

// Of a finite value that is not negative.
std::string BodyOf(double value, const NumberFormat& format) {
  int64_t precision = format.precision < 0 ? 6 : format.precision;
  const bool keeps_point = format.flag == '#';
  std::chars_format style =
      format.style == Style::kFixed        ? std::chars_format::fixed
      : format.style == Style::kScientific ? std::chars_format::scientific
                                           : std::chars_format::general;
  if (format.style == Style::kGeneral) {
    precision = std::max<int64_t>(precision, 1);
    if (keeps_point) {
      const int exponent = Exponent(value, precision);
      const bool is_fixed = exponent >= -4 && exponent < precision;
      style =
          is_fixed ? std::chars_format::fixed : std::chars_format::scientific;
      precision -= 1 + (is_fixed ? exponent : 0);
    }
  }
  std::string text = ToText(value, style, precision);
  return keeps_point ? WithPoint(std::move(text)) : text;
}

template <typename T>
void AppendShorter(T value, int64_t few, int64_t many,
                   BufferBuilder<char>& bytes) {
  if (!std::isfinite(value)) {
    AppendFloat(static_cast<double>(value), {}, bytes);
    return;
  }
  const auto wide = static_cast<double>(value);
  std::string text = ToText(wide, std::chars_format::general, few);
  T back = 0;
  std::from_chars(text.data(), text.data() + text.size(), back);
  if (back != value) text = ToText(wide, std::chars_format::general, many);
  Append(text, bytes);
}

}  // namespace

void AppendFloat(double value, const NumberFormat& format,
                 BufferBuilder<char>& bytes) {
  const std::string_view sign = SignOf(std::signbit(value), format);
  if (std::isnan(value)) return AppendNumber(sign, "nan", false, format, bytes);
  if (std::isinf(value)) return AppendNumber(sign, "inf", false, format, bytes);
  AppendNumber(sign, BodyOf(std::abs(value), format), format.flag == '0',
               format, bytes);
}

void AppendInteger(int64_t value, const NumberFormat& format,
                   BufferBuilder<char>& bytes) {
  char digits[std::numeric_limits<int64_t>::digits10 + 3];
  const char* end = std::to_chars(digits, std::end(digits), value).ptr;
  const char* begin = value < 0 ? digits + 1 : digits;
  AppendNumber(SignOf(value < 0, format),
               {begin, static_cast<size_t>(end - begin)}, format.flag == '0',
               format, bytes);
}

void AppendInteger(uint64_t value, const NumberFormat& format,
                   BufferBuilder<char>& bytes) {
  char digits[std::numeric_limits<uint64_t>::digits10 + 3];
  const char* end = std::to_chars(digits, std::end(digits), value).ptr;
  // An unsigned number has no sign, whatever the flag.
  AppendNumber("", {digits, static_cast<size_t>(end - digits)},
               format.flag == '0', format, bytes);
}

void AppendPadded(std::string_view text, const NumberFormat& format,
                  BufferBuilder<char>& bytes) {
  AppendNumber("", text, false, format, bytes);
}

void AppendRoundTrip(float value, BufferBuilder<char>& bytes) {
  AppendShorter(value, 6, 9, bytes);
}
void AppendRoundTrip(double value, BufferBuilder<char>& bytes) {
  AppendShorter(value, 15, 17, bytes);
}

}  // namespace rowsplit::internal
