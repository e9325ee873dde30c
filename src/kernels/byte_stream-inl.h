// Bytes mapped, some left out, and the positions of set bits: steps that
// several kernels share. Included once for each target.
#if defined(ROWSPLIT_SRC_KERNELS_BYTE_STREAM_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)
#ifdef ROWSPLIT_SRC_KERNELS_BYTE_STREAM_INL_H_
#undef ROWSPLIT_SRC_KERNELS_BYTE_STREAM_INL_H_
#else
#define ROWSPLIT_SRC_KERNELS_BYTE_STREAM_INL_H_
#endif

#include <bit>
#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"
#include "kernels/byte_map.h"
#include "kernels/keep_table.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// Changes the case of `num_letters` (26 or none) letters from `first_letter`
// up, then puts `class_to` where the class has a byte.
HWY_INLINE BlockVec MapVector(BlockTag d, BlockVec bytes, BlockVec first_letter,
                              BlockVec num_letters, BlockVec class_rows,
                              BlockVec class_bits, BlockVec class_to) {
  // One compare: bytes below the first letter wrap around.
  const auto is_letter = hn::Lt(hn::Sub(bytes, first_letter), num_letters);
  const auto cased =
      hn::Xor(bytes, hn::IfThenElseZero(is_letter, hn::Set(d, uint8_t{0x20})));
  return hn::IfThenElse(InClass(d, bytes, class_rows, class_bits), class_to,
                        cased);
}

HWY_INLINE uint8_t FirstLetter(const CompiledByteMap& map) {
  return map.letter_case() == CompiledByteMap::Case::kUpper ? 'a' : 'A';
}
HWY_INLINE uint8_t NumLetters(const CompiledByteMap& map) {
  return map.letter_case() == CompiledByteMap::Case::kKeep ? 0 : 26;
}

// Writes those of the lanes of `bytes` whose bit is set in `keep`, and returns
// their number. Writes Lanes(d) bytes.
HWY_INLINE size_t CompressBytes(BlockTag d, BlockVec bytes, uint64_t keep,
                                uint8_t* dst) {
#if HWY_TARGET == HWY_AVX3_DL
  // One instruction.
  const auto mask = hn::LoadMaskBits(d, reinterpret_cast<uint8_t*>(&keep));
  hn::StoreU(hn::Compress(bytes, mask), d, dst);
  return hwy::PopCount(keep);
#else
  // Eight at a time.
  alignas(64) uint8_t in_order[kBlock];
  hn::Store(bytes, d, in_order);
  const hn::CappedTag<uint8_t, 8> d8;
  size_t size = 0;
  for (size_t i = 0; i < hn::Lanes(d); i += 8, keep >>= 8) {
    const auto positions = hn::LoadU(d8, kKeepTable.positions[keep & 0xFF]);
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d8, in_order + i), positions), d8,
               dst + size);
    size += hwy::PopCount(keep & 0xFF);
  }
  return size;
#endif
}

struct NotWhitespace {
  HWY_INLINE BlockMask operator()(BlockVec v) const {
    const BlockTag d;
    // One compare for 09 to 0D: bytes below wrap around.
    const auto control =
        hn::Lt(hn::Sub(v, hn::Set(d, uint8_t{9})), hn::Set(d, uint8_t{5}));
    return hn::Not(hn::Or(control, hn::Eq(v, hn::Set(d, uint8_t{' '}))));
  }
};

// Room for what AppendPositions writes beyond the positions.
inline constexpr size_t kSlack = 16;

// Appends first + i for each set bit i of `bits` and returns how many. Writes
// up to 64 + kSlack elements.
HWY_INLINE size_t AppendFewPositions(uint64_t bits, uint32_t first,
                                     uint32_t* HWY_RESTRICT out) {
  const size_t count = hwy::PopCount(bits);
  // Eight at a time without a branch for each: what lies beyond `count` is
  // written over later.
  for (size_t i = 0; i < count; i += 8) {
    for (size_t j = 0; j < 8; ++j) {
      // The top bit keeps the position defined when no bit is left.
      out[i + j] = first + static_cast<uint32_t>(
                               std::countr_zero(bits | (uint64_t{1} << 63)));
      bits &= bits - 1;
    }
  }
  return count;
}

// The same, for bits of which a good part is set.
HWY_INLINE size_t AppendPositions(uint64_t bits, uint32_t first,
                                  uint32_t* HWY_RESTRICT out) {
  const hn::CappedTag<uint32_t, 16> d;
#if HWY_TARGET == HWY_AVX3_DL
  // The numbers of all set bits by one instruction, widened 16 at a time.
  const BlockTag d8;
  const hn::CappedTag<uint8_t, 16> d16;
  const auto mask = hn::LoadMaskBits(d8, reinterpret_cast<uint8_t*>(&bits));
  const size_t count = hwy::PopCount(bits);
  const auto numbers = hn::Compress(hn::Iota(d8, 0), mask);
  const auto base = hn::Set(d, first);
  hn::StoreU(
      hn::Add(hn::PromoteTo(d, hn::LowerHalf(hn::LowerHalf(numbers))), base), d,
      out);
  if (count > 16) {
    alignas(64) uint8_t all[kBlock];
    hn::Store(numbers, d8, all);
    for (size_t i = 16; i < count; i += 16) {
      hn::StoreU(hn::Add(hn::PromoteTo(d, hn::Load(d16, all + i)), base), d,
                 out + i);
    }
  }
  return count;
#else
  const size_t lanes = hn::Lanes(d);
  // Compressing pays from 16 lanes up, where it is an instruction: 5.1 GB/s of
  // news instead of 2.9, and with 8 lanes 0.3.
  if (lanes < 16) return AppendFewPositions(bits, first, out);
  size_t count = 0;
  for (size_t i = 0; i < kBlock; i += lanes, bits >>= lanes) {
    const auto mask =
        hn::LoadMaskBits(d, reinterpret_cast<const uint8_t*>(&bits));
    const auto positions = hn::Iota(d, first + static_cast<uint32_t>(i));
    hn::StoreU(hn::Compress(positions, mask), d, out + count);
    count += hwy::PopCount(bits & LowBits(lanes));
  }
  return count;
#endif
}

// Where tokens begin, and where they have just ended, in a block: at a change
// of the token bits, and at a row's begin inside a run of them.
struct TokenEdges {
  uint64_t begins;
  uint64_t ends;
};
HWY_INLINE TokenEdges FindEdges(uint64_t token, uint64_t row_begins,
                                uint64_t* HWY_RESTRICT carry) {
  const uint64_t before = (token << 1) | *carry;
  *carry = token >> 63;
  return {token & (~before | row_begins), before & (~token | row_begins)};
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#endif  // ROWSPLIT_SRC_KERNELS_BYTE_STREAM_INL_H_
