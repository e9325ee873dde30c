#ifndef ROWSPLIT_SRC_TEXT_NUMBER_TEXT_H_
#define ROWSPLIT_SRC_TEXT_NUMBER_TEXT_H_

#include <cstdint>
#include <string_view>

#include "rowsplit/core/buffer.h"

// Numbers as C's printf writes them, whatever the locale.
namespace rowsplit::internal {

struct NumberFormat {
  enum class Style : uint8_t { kFixed, kScientific, kGeneral };  // %f %e %g
  Style style = Style::kFixed;
  // Below 0: six.
  int64_t precision = -1;
  // The least size; shorter text is padded on the left.
  int64_t width = 0;
  // One of printf's flags "+- #0", or 0.
  char flag = 0;
};

void AppendFloat(double value, const NumberFormat& format,
                 BufferBuilder<char>& bytes);
// `style` and `precision` mean nothing.
void AppendInteger(int64_t value, const NumberFormat& format,
                   BufferBuilder<char>& bytes);
void AppendInteger(uint64_t value, const NumberFormat& format,
                   BufferBuilder<char>& bytes);
// Pads on the left, with the flag '-' on the right.
void AppendPadded(std::string_view text, const NumberFormat& format,
                  BufferBuilder<char>& bytes);

// With the fewest of 6 or 9 significant digits (of a double 15 or 17) that give
// the same value back.
void AppendRoundTrip(float value, BufferBuilder<char>& bytes);
void AppendRoundTrip(double value, BufferBuilder<char>& bytes);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_NUMBER_TEXT_H_
