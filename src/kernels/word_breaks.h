#ifndef ROWSPLIT_SRC_KERNELS_WORD_BREAKS_H_
#define ROWSPLIT_SRC_KERNELS_WORD_BREAKS_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace rowsplit::kernels {

// What ASCII bytes are to the boundaries of words. Two neighbours stay together
// if both are in `word`, if both are in `space`, or if they are CR and LF; a
// byte of `in_word` stays with the letters on both sides of it, and one of
// `in_number` with the digits. A class is 16 rows, by low nibble, of 8 bits, by
// high nibble. Plain data.
struct AsciiWordClasses {
  using Class = uint8_t[16];

  static void Add(Class& rows, uint8_t byte) {
    rows[byte & 15] |= static_cast<uint8_t>(1 << (byte >> 4));
  }
  static bool Has(const Class& rows, uint8_t byte) {
    return byte < 0x80 && (rows[byte & 15] >> (byte >> 4) & 1) != 0;
  }
  // Whether two bytes are in the same classes.
  bool AreEqual(uint8_t a, uint8_t b) const {
    for (const Class* rows :
         {&word, &letter, &digit, &in_word, &in_number, &space}) {
      if (Has(*rows, a) != Has(*rows, b)) return false;
    }
    return true;
  }

  alignas(16) Class word = {};    // letters, digits and what joins them
  alignas(16) Class letter = {};  // part of `word`
  alignas(16) Class digit = {};   // part of `word`
  alignas(16) Class in_word = {};
  alignas(16) Class in_number = {};
  alignas(16) Class space = {};
};

// Finds where words of `n` bytes begin, as if all were ASCII: bit i % 64 of
// breaks[i / 64] is set if there is a boundary in front of byte i, and bit 0 of
// breaks[0] in any case. Bit i % 64 of wide[i / 64] is set if byte i is not
// ASCII. A boundary depends on two bytes before and one behind it. The bits
// behind `n` are clear.
void FindAsciiWordBreaks(const AsciiWordClasses& classes, const uint8_t* bytes,
                         size_t n, uint64_t* breaks, uint64_t* wide);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_WORD_BREAKS_H_
