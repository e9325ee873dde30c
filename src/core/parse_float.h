#ifndef ROWSPLIT_SRC_CORE_PARSE_FLOAT_H_
#define ROWSPLIT_SRC_CORE_PARSE_FLOAT_H_

#include <cstddef>
#include <span>
#include <string_view>

// Decimal text to float, with the bits that strtof gives in the C locale.
namespace rowsplit::internal {

// Reads the longest number that `begin` starts with and returns where it ends:
// `begin` if there is none, and then `value` stays. A number is an optional
// sign, digits with at most one point among, before or after them, and an
// optional exponent; or "inf", "infinity" or "nan" in any case. White space in
// front and hexadecimal digits are none. Too large a number is an infinity, too
// small a one a zero, both with their sign. Reads nothing at or after `end`.
//
//   ParseFloat(text, end, value);  // "0.25e1,": 2.5, and ends at the comma
const char* ParseFloat(const char* begin, const char* end, float& value);

// The same for a text that must be one number and nothing else; false if it is
// not.
bool ParseWholeFloat(std::string_view text, float& value);

struct FloatRun {
  size_t count;     // the numbers that were read
  const char* end;  // where the last of them ends, or `begin`
};

// Reads numbers into `values`, each after at least one space or tab and before
// another or the end, until all are filled or a field is no number.
//
//   ParseFloats(text, end, two);  // " 1.5\t-2 x": 1.5, -2; ends before " x"
FloatRun ParseFloats(const char* begin, const char* end,
                     std::span<float> values);

inline bool IsFieldSeparator(char byte) { return byte == ' ' || byte == '\t'; }

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_PARSE_FLOAT_H_
