#include "kernels/word_breaks.h"

#include <cstring>

#include "kernels/word_breaks_ref.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/word_breaks.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// Which of 64 bytes are what.
struct WordBits {
  uint64_t word = 0;
  uint64_t letter = 0;
  uint64_t digit = 0;
  uint64_t in_word = 0;
  uint64_t in_number = 0;
  uint64_t space = 0;
  uint64_t cr = 0;
  uint64_t lf = 0;
  uint64_t wide = 0;
};

HWY_INLINE WordBits ReadBlock(BlockTag d, const AsciiWordClasses& classes,
                              const uint8_t* HWY_RESTRICT block) {
  WordBits bits;
  const auto high_bits = ClassBits(d);
  for (size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
    const auto bytes = hn::LoadU(d, block + i);
    const auto low = hn::And(bytes, hn::Set(d, uint8_t{0x0F}));
    const auto bit = hn::TableLookupBytes(high_bits, hn::ShiftRight<4>(bytes));
    const auto in_class = [&](const uint8_t* HWY_RESTRICT rows) {
      const auto row = hn::TableLookupBytes(LoadClass(d, rows), low);
      return MaskBits(d, hn::Ne(hn::And(row, bit), hn::Zero(d))) << i;
    };
    const auto equals = [&](char value) {
      return MaskBits(d, hn::Eq(bytes, hn::Set(d, static_cast<uint8_t>(value))))
             << i;
    };
    bits.word |= in_class(classes.word);
    bits.letter |= in_class(classes.letter);
    bits.digit |= in_class(classes.digit);
    bits.in_word |= in_class(classes.in_word);
    bits.in_number |= in_class(classes.in_number);
    bits.space |= in_class(classes.space);
    bits.cr |= equals('\r');
    bits.lf |= equals('\n');
    bits.wide |= MaskBits(d, hn::Lt(hn::Set(d, uint8_t{0x7F}), bytes)) << i;
  }
  return bits;
}

// The bits of a block moved on by one byte, with the last one of the block
// before, or moved back, with the first one of the block behind.
HWY_INLINE uint64_t Behind(uint64_t bits, uint64_t before) {
  return bits << 1 | before >> 63;
}
HWY_INLINE uint64_t Before(uint64_t bits, uint64_t next) {
  return bits >> 1 | next << 63;
}

void FindAsciiWordBreaks(const AsciiWordClasses& classes, const uint8_t* bytes,
                         size_t n, uint64_t* breaks, uint64_t* wide) {
  if (!kHasTables) {
    reference::FindAsciiWordBreaks(classes, bytes, n, breaks, wide);
    return;
  }
  const BlockTag d;
  const auto read = [&](size_t at) {
    if (at + kBlock <= n) return ReadBlock(d, classes, bytes + at);
    if (at >= n) return WordBits();
    // A byte that is in no class behind the last one.
    alignas(64) uint8_t tail[kBlock];
    std::memset(tail, 0xFF, kBlock);
    std::memcpy(tail, bytes + at, n - at);
    WordBits bits = ReadBlock(d, classes, tail);
    bits.wide &= LowBits(n - at);
    return bits;
  };
  WordBits before;
  WordBits now = read(0);
  uint64_t inside_before = 0;
  for (size_t at = 0; at < n; at += kBlock) {
    const WordBits next = read(at + kBlock);
    const uint64_t inside = (now.in_word & Behind(now.letter, before.letter) &
                             Before(now.letter, next.letter)) |
                            (now.in_number & Behind(now.digit, before.digit) &
                             Before(now.digit, next.digit));
    const uint64_t stays = (now.word & Behind(now.word, before.word)) |
                           (now.space & Behind(now.space, before.space)) |
                           (now.lf & Behind(now.cr, before.cr)) | inside |
                           Behind(inside, inside_before);
    const uint64_t known = n - at >= kBlock ? ~uint64_t{0} : LowBits(n - at);
    breaks[at / kBlock] = ~stays & known;
    wide[at / kBlock] = now.wide;
    before = now;
    now = next;
    inside_before = inside;
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(FindAsciiWordBreaks);

void FindAsciiWordBreaks(const AsciiWordClasses& classes, const uint8_t* bytes,
                         size_t n, uint64_t* breaks, uint64_t* wide) {
  HWY_DYNAMIC_DISPATCH(FindAsciiWordBreaks)(classes, bytes, n, breaks, wide);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
