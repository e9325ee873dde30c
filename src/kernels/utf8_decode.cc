#include "kernels/utf8_decode.h"

#include <cstring>

#include "kernels/utf8_decode_ref.h"

// Compresses bytes by one instruction.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/utf8_decode.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"
#include "kernels/byte_stream-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

using PointTag = hn::CappedTag<int32_t, 16>;
using PointVec = hn::Vec<PointTag>;
using PointByteTag = hn::Rebind<uint8_t, PointTag>;
// Vectors of code points are taken four at a time.
inline constexpr size_t kVectors = 4;
// The bytes of the longest character but the first.
inline constexpr size_t kBehind = 3;

struct BeginsCharacter {
  HWY_INLINE BlockMask operator()(BlockVec v) const {
    const BlockTag d;
    const hn::RebindToSigned<BlockTag> di;
    // 80 to BF are -128 to -65.
    return hn::Not(hn::RebindMask(
        d, hn::Lt(hn::BitCast(di, v), hn::Set(di, int8_t{-64}))));
  }
};

void CountUtf8Characters(const uint8_t* HWY_RESTRICT bytes,
                         const Offset* HWY_RESTRICT offsets, size_t num_rows,
                         Offset* HWY_RESTRICT row_ends) {
  if (!kHasTables)
    return reference::CountUtf8Characters(bytes, offsets, num_rows, row_ends);
  const BlockTag d;
  const Offset end = offsets[num_rows];
  Offset count = 0;
  size_t row = 0;
  alignas(64) uint8_t last[kBlock];
  for (Offset begin = offsets[0]; begin < end;
       begin += static_cast<Offset>(kBlock)) {
    const uint8_t* block = bytes + begin;
    if (end - begin < static_cast<Offset>(kBlock)) {
      std::memset(last, 0x80, kBlock);
      std::memcpy(last, block, static_cast<size_t>(end - begin));
      block = last;
    }
    const uint64_t bits = BlockBits(d, block, BeginsCharacter());
    for (; row < num_rows && offsets[row + 1] - begin < Offset{kBlock}; ++row) {
      const auto size = static_cast<size_t>(offsets[row + 1] - begin);
      row_ends[row] =
          count + static_cast<Offset>(hwy::PopCount(bits & LowBits(size)));
    }
    count += static_cast<Offset>(hwy::PopCount(bits));
  }
  for (; row < num_rows; ++row) row_ends[row] = count;
}

// The code points of the characters that begin at each lane's byte, and what
// means nothing for the other lanes. Reads kBehind bytes behind the vector.
HWY_INLINE PointVec PointsAt(PointTag d, PointVec first,
                             const uint8_t* HWY_RESTRICT bytes) {
  const PointByteTag d8;
  const auto low_six = hn::Set(d, 0x3F);
  const auto bits = [&](size_t i) HWY_ATTR {
    return hn::And(hn::PromoteTo(d, hn::LoadU(d8, bytes + i)), low_six);
  };
  const auto second = bits(1);
  const auto two =
      hn::Or(hn::ShiftLeft<6>(hn::And(first, hn::Set(d, 0x1F))), second);
  const auto second_third = hn::Or(hn::ShiftLeft<6>(second), bits(2));
  const auto three =
      hn::Or(hn::ShiftLeft<12>(hn::And(first, hn::Set(d, 0x0F))), second_third);
  const auto upto_three = hn::IfThenElse(
      hn::Gt(first, hn::Set(d, 0xDF)), three,
      hn::IfThenElse(hn::Gt(first, hn::Set(d, 0x7F)), two, first));
  const auto is_four = hn::Gt(first, hn::Set(d, 0xEF));
  if (hn::AllFalse(d, is_four)) return upto_three;
  const auto four = hn::Or(hn::ShiftLeft<18>(hn::And(first, hn::Set(d, 0x07))),
                           hn::Or(hn::ShiftLeft<6>(second_third), bits(3)));
  return hn::IfThenElse(is_four, four, upto_three);
}

void DecodeUtf8(const uint8_t* HWY_RESTRICT bytes, size_t n, size_t count,
                int32_t* HWY_RESTRICT code_points) {
  const PointTag d;
  const PointByteTag d8;
  const size_t lanes = hn::Lanes(d);
  size_t at = 0;
  size_t done = 0;
  // A vector is stored whole, though only its first lanes may be code points.
  while (at + kVectors * lanes + kBehind <= n &&
         done + kVectors * lanes <= count) {
    const auto bytes0 = hn::LoadU(d8, bytes + at);
    const auto bytes1 = hn::LoadU(d8, bytes + at + lanes);
    const auto bytes2 = hn::LoadU(d8, bytes + at + 2 * lanes);
    const auto bytes3 = hn::LoadU(d8, bytes + at + 3 * lanes);
    const auto all = hn::Or(hn::Or(bytes0, bytes1), hn::Or(bytes2, bytes3));
    if (hn::AllTrue(d8, hn::Lt(all, hn::Set(d8, uint8_t{0x80})))) {
      int32_t* out = code_points + done;
      hn::StoreU(hn::PromoteTo(d, bytes0), d, out);
      hn::StoreU(hn::PromoteTo(d, bytes1), d, out + lanes);
      hn::StoreU(hn::PromoteTo(d, bytes2), d, out + 2 * lanes);
      hn::StoreU(hn::PromoteTo(d, bytes3), d, out + 3 * lanes);
      at += kVectors * lanes;
      done += kVectors * lanes;
      continue;
    }
    for (size_t i = 0; i < kVectors; ++i, at += lanes) {
      const auto first = hn::PromoteTo(d, hn::LoadU(d8, bytes + at));
      const auto begins =
          hn::Ne(hn::And(first, hn::Set(d, 0xC0)), hn::Set(d, 0x80));
      hn::StoreU(hn::Compress(PointsAt(d, first, bytes + at), begins), d,
                 code_points + done);
      done += hn::CountTrue(d, begins);
    }
  }
  reference::DecodeUtf8(bytes + at, n - at, code_points + done);
}

void FindUtf8Characters(const uint8_t* HWY_RESTRICT bytes, size_t n,
                        size_t count, Offset base,
                        Offset* HWY_RESTRICT places) {
  if (!kHasTables) return reference::FindUtf8Characters(bytes, n, base, places);
  const BlockTag d;
  const hn::CappedTag<Offset, 8> d64;
  const hn::Rebind<uint32_t, hn::CappedTag<Offset, 8>> d32;
  const size_t lanes = hn::Lanes(d64);
  uint32_t found[kBlock + kSlack];
  size_t at = 0;
  size_t done = 0;
  for (; at + kBlock <= n && done + kBlock <= count; at += kBlock) {
    const uint64_t bits = BlockBits(d, bytes + at, BeginsCharacter());
    const auto begin = base + static_cast<Offset>(at);
    if (bits == ~uint64_t{0}) {
      for (size_t i = 0; i < kBlock; i += lanes) {
        hn::StoreU(hn::Iota(d64, begin + static_cast<Offset>(i)), d64,
                   places + done + i);
      }
      done += kBlock;
      continue;
    }
    const size_t size = AppendPositions(bits, 0, found);
    // What is written beyond `size` is written over later.
    for (size_t i = 0; i < size; i += lanes) {
      const auto wide =
          hn::BitCast(d64, hn::PromoteTo(hn::RebindToUnsigned<decltype(d64)>(),
                                         hn::LoadU(d32, found + i)));
      hn::StoreU(hn::Add(wide, hn::Set(d64, begin)), d64, places + done + i);
    }
    done += size;
  }
  reference::FindUtf8Characters(bytes + at, n - at,
                                base + static_cast<Offset>(at), places + done);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(CountUtf8Characters);
HWY_EXPORT(DecodeUtf8);
HWY_EXPORT(FindUtf8Characters);

void CountUtf8Characters(const uint8_t* bytes, const Offset* offsets,
                         size_t num_rows, Offset* row_ends) {
  HWY_DYNAMIC_DISPATCH(CountUtf8Characters)(bytes, offsets, num_rows, row_ends);
}

void DecodeUtf8(const uint8_t* bytes, size_t n, size_t count,
                int32_t* code_points) {
  HWY_DYNAMIC_DISPATCH(DecodeUtf8)(bytes, n, count, code_points);
}

void FindUtf8Characters(const uint8_t* bytes, size_t n, size_t count,
                        Offset base, Offset* places) {
  HWY_DYNAMIC_DISPATCH(FindUtf8Characters)(bytes, n, count, base, places);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
