#ifndef ROWSPLIT_SRC_KERNELS_WORD_BREAKS_REF_H_
#define ROWSPLIT_SRC_KERNELS_WORD_BREAKS_REF_H_

#include <cstddef>
#include <cstdint>

#include "kernels/word_breaks.h"

namespace rowsplit::reference {

inline void FindAsciiWordBreaks(const kernels::AsciiWordClasses& classes,
                                const uint8_t* bytes, size_t n,
                                uint64_t* breaks, uint64_t* wide) {
  using Classes = kernels::AsciiWordClasses;
  const auto is = [&](const Classes::Class& rows, size_t at) {
    return at < n && Classes::Has(rows, bytes[at]);
  };
  // Whether byte `at` is inside of a word or number.
  const auto is_inside = [&](size_t at) {
    if (at == 0) return false;
    return (is(classes.in_word, at) && is(classes.letter, at - 1) &&
            is(classes.letter, at + 1)) ||
           (is(classes.in_number, at) && is(classes.digit, at - 1) &&
            is(classes.digit, at + 1));
  };
  for (size_t block = 0; block * 64 < n; ++block)
    breaks[block] = wide[block] = 0;
  for (size_t at = 0; at < n; ++at) {
    const bool stays =
        at > 0 && ((is(classes.word, at - 1) && is(classes.word, at)) ||
                   (is(classes.space, at - 1) && is(classes.space, at)) ||
                   (bytes[at - 1] == '\r' && bytes[at] == '\n') ||
                   is_inside(at) || is_inside(at - 1));
    if (!stays) breaks[at / 64] |= uint64_t{1} << (at % 64);
    if (bytes[at] >= 0x80) wide[at / 64] |= uint64_t{1} << (at % 64);
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_WORD_BREAKS_REF_H_
