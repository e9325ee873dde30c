// Classes of ASCII bytes and bit masks of 64 bytes, for the kernels. Included
// once for each target.
#if defined(ROWSPLIT_SRC_KERNELS_BYTE_CLASS_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)
#ifdef ROWSPLIT_SRC_KERNELS_BYTE_CLASS_INL_H_
#undef ROWSPLIT_SRC_KERNELS_BYTE_CLASS_INL_H_
#else
#define ROWSPLIT_SRC_KERNELS_BYTE_CLASS_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Vectors of at most 64 bytes, so that 64 bytes are a whole number of them.
using BlockTag = hn::CappedTag<uint8_t, 64>;
inline constexpr size_t kBlock = 64;

// The least vector that can look up 16-byte tables.
inline constexpr bool kHasTables = HWY_MAX_BYTES >= 16;

// Vectors of some targets have no size known when compiling, so they are
// arguments and local variables, never members.
using BlockVec = hn::Vec<BlockTag>;
using BlockMask = hn::Mask<BlockTag>;

// A class of ASCII bytes is 16 rows, by low nibble, of 8 bits, by high nibble:
// byte x is in it if bit x / 16 of rows[x % 16] is set.
HWY_INLINE BlockVec LoadClass(BlockTag d, const uint8_t* HWY_RESTRICT rows) {
  return hn::LoadDup128(d, rows);
}
// The bit of each high nibble; none for bytes above 7F.
HWY_INLINE BlockVec ClassBits(BlockTag d) {
  alignas(16) static constexpr uint8_t kBits[16] = {1,  2,  4,  8,
                                                    16, 32, 64, 128};
  return hn::LoadDup128(d, kBits);
}
// Which bytes are in the class of `rows`, with `bits` from ClassBits.
HWY_INLINE BlockMask InClass(BlockTag d, BlockVec bytes, BlockVec rows,
                             BlockVec bits) {
  const auto low = hn::And(bytes, hn::Set(d, uint8_t{0x0F}));
  const auto row = hn::TableLookupBytes(rows, low);
  const auto bit = hn::TableLookupBytes(bits, hn::ShiftRight<4>(bytes));
  return hn::Ne(hn::And(row, bit), hn::Zero(d));
}

// Bit i is lane i of `mask`.
HWY_INLINE uint64_t MaskBits(BlockTag d, BlockMask mask) {
  uint64_t bits = 0;
  hn::StoreMaskBits(d, mask, reinterpret_cast<uint8_t*>(&bits));
  return bits;
}

// Bit i is lane i of `test(bytes)` for 64 bytes.
template <class Test>
HWY_INLINE uint64_t BlockBits(BlockTag d, const uint8_t* HWY_RESTRICT block,
                              const Test& test) {
  uint64_t bits = 0;
  for (size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
    bits |= MaskBits(d, test(hn::LoadU(d, block + i))) << i;
  }
  return bits;
}

// The lowest `n` bits. Requires n < 64.
HWY_INLINE uint64_t LowBits(size_t n) { return (uint64_t{1} << n) - 1; }

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#endif  // ROWSPLIT_SRC_KERNELS_BYTE_CLASS_INL_H_
