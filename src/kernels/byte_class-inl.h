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

// A set of ASCII bytes: byte x is in it if bit x / 16 of rows[x % 16] is set.
class AsciiClass {
 public:
  using V = hn::Vec<BlockTag>;

  HWY_INLINE AsciiClass(BlockTag d, const uint8_t* HWY_RESTRICT rows)
      : rows_(hn::LoadDup128(d, rows)) {
    alignas(16) static constexpr uint8_t kBits[16] = {1,  2,  4,  8,
                                                      16, 32, 64, 128};
    bits_ = hn::LoadDup128(d, kBits);
  }

  HWY_INLINE hn::Mask<BlockTag> Contains(BlockTag d, V v) const {
    // Bytes above 7F look up bit 0, which no row has.
    const V row = hn::TableLookupBytes(rows_, hn::And(v, hn::Set(d, 0x0F)));
    const V bit = hn::TableLookupBytes(bits_, hn::ShiftRight<4>(v));
    return hn::Ne(hn::And(row, bit), hn::Zero(d));
  }

 private:
  V rows_;
  V bits_;
};

// Bit i is lane i of `mask`.
HWY_INLINE uint64_t MaskBits(BlockTag d, hn::Mask<BlockTag> mask) {
  uint64_t bits = 0;
  hn::StoreMaskBits(d, mask, reinterpret_cast<uint8_t*>(&bits));
  return bits;
}

// Bit i is `test(block[i])` of 64 bytes.
template <class Test>
HWY_INLINE uint64_t BlockBits(BlockTag d, const uint8_t* HWY_RESTRICT block,
                              const Test& test) {
  uint64_t bits = 0;
  for (size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
    bits |= MaskBits(d, test(d, hn::LoadU(d, block + i))) << i;
  }
  return bits;
}

// The lowest `n` bits. Requires n < 64.
HWY_INLINE uint64_t LowBits(size_t n) { return (uint64_t{1} << n) - 1; }

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#endif  // ROWSPLIT_SRC_KERNELS_BYTE_CLASS_INL_H_
