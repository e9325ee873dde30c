// Bytes mapped in groups of 64, with what became of each. Included once for
// each target.
#if defined(ROWSPLIT_SRC_KERNELS_MAP_GROUPS_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)
#ifdef ROWSPLIT_SRC_KERNELS_MAP_GROUPS_INL_H_
#undef ROWSPLIT_SRC_KERNELS_MAP_GROUPS_INL_H_
#else
#define ROWSPLIT_SRC_KERNELS_MAP_GROUPS_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"
#include "kernels/byte_map.h"
#include "kernels/byte_stream-inl.h"
#include "kernels/token_spans_ref.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// Whether the token bits of mapped bytes are found before these are compressed,
// and compressed as bits; else they are found by another look at the bytes.
// With it the kernel's blocks alone take a fifth less time.
#if HWY_TARGET == HWY_AVX3_DL
inline constexpr bool kBitsAtOnce = true;
HWY_INLINE uint64_t ExtractBits(uint64_t bits, uint64_t keep) {
  return _pext_u64(bits, keep);
}
#else
inline constexpr bool kBitsAtOnce = false;
HWY_INLINE uint64_t ExtractBits(uint64_t bits, uint64_t /*keep*/) {
  return bits;
}
#endif

// Maps n bytes, of which some are dropped, to `dst`, in groups of 64 and a last
// one of less: keeps[g] says which of the group's bytes were kept, places[g]
// how many before it, and token_bits[g], if kBitsAtOnce, which of those kept
// are of tokens. Returns how many were kept. Writes up to 64 bytes more.
template <bool kDrops, bool kHasClass>
size_t MapGroups(const CompiledByteMap& map, const uint8_t* HWY_RESTRICT src,
                 size_t n, uint8_t* HWY_RESTRICT dst,
                 uint64_t* HWY_RESTRICT keeps, uint32_t* HWY_RESTRICT places,
                 uint64_t* HWY_RESTRICT token_bits) {
  const BlockTag d;
  const auto first_letter = hn::Set(d, FirstLetter(map));
  const auto num_letters = hn::Set(d, NumLetters(map));
  const auto class_rows = LoadClass(d, map.class_rows());
  const auto class_bits = ClassBits(d);
  const auto class_to = hn::Set(d, map.class_to());
  const auto drop_rows = LoadClass(d, map.drop_rows());
  const size_t lanes = hn::Lanes(d);
  size_t size = 0;
  size_t group = 0;
  const auto map_group = [&](const uint8_t* HWY_RESTRICT from,
                             uint64_t valid) HWY_ATTR {
    uint64_t keep = valid;
    uint64_t bits = 0;
    places[group] = static_cast<uint32_t>(size);
    for (size_t i = 0; i < kBlock; i += lanes) {
      const auto bytes = hn::LoadU(d, from + i);
      auto mapped = hn::Xor(
          bytes,
          hn::IfThenElseZero(hn::Lt(hn::Sub(bytes, first_letter), num_letters),
                             hn::Set(d, uint8_t{0x20})));
      if constexpr (kHasClass) {
        mapped = hn::IfThenElse(InClass(d, bytes, class_rows, class_bits),
                                class_to, mapped);
      }
      if constexpr (kBitsAtOnce)
        bits |= MaskBits(d, NotWhitespace()(mapped)) << i;
      if constexpr (kDrops) {
        const auto drop = InClass(d, bytes, drop_rows, class_bits);
        keep &= ~(MaskBits(d, drop) << i);
        size += CompressBytes(d, mapped, keep >> i, dst + size);
      } else {
        hn::StoreU(mapped, d, dst + size + i);
      }
    }
    if constexpr (!kDrops) size += hwy::PopCount(valid);
    if constexpr (kBitsAtOnce) token_bits[group] = ExtractBits(bits, keep);
    keeps[group] = keep;
  };
  for (; (group + 1) * kBlock <= n; ++group)
    map_group(src + group * kBlock, ~uint64_t{0});
  alignas(64) uint8_t tail[kBlock] = {};
  const size_t left = n - group * kBlock;
  if (left != 0) std::memcpy(tail, src + group * kBlock, left);
  map_group(tail, LowBits(left));
  return size;
}

// The same for any map.
HWY_INLINE size_t MapGroupsByTable(const ByteMap& map, const uint8_t* src,
                                   size_t n, uint8_t* dst, uint64_t* keeps,
                                   uint32_t* places, uint64_t* token_bits) {
  size_t size = 0;
  for (size_t group = 0; group <= n / kBlock; ++group) {
    const size_t begin = group * kBlock;
    const size_t count = std::min(kBlock, n - begin);
    uint64_t keep = 0;
    places[group] = static_cast<uint32_t>(size);
    for (size_t i = 0; i < count; ++i) {
      const uint8_t byte = src[begin + i];
      dst[size] = map.to[byte];
      const uint64_t kept = map.drop[byte] ? 0 : 1;
      size += kept;
      keep |= kept << i;
    }
    keeps[group] = keep;
    if constexpr (kBitsAtOnce) {
      uint64_t bits = 0;
      for (size_t i = places[group]; i < size; ++i)
        bits |= uint64_t{!reference::IsWhitespace(dst[i])}
                << (i - places[group]);
      token_bits[group] = bits;
    }
  }
  return size;
}

HWY_INLINE size_t MapAnyGroups(const CompiledByteMap& map, const uint8_t* src,
                               size_t n, uint8_t* dst, uint64_t* keeps,
                               uint32_t* places, uint64_t* token_bits) {
  if (!kHasTables || !map.is_simple())
    return MapGroupsByTable(map.map(), src, n, dst, keeps, places, token_bits);
  if (map.drops()) {
    return map.has_class() ? MapGroups<true, true>(map, src, n, dst, keeps,
                                                   places, token_bits)
                           : MapGroups<true, false>(map, src, n, dst, keeps,
                                                    places, token_bits);
  }
  return map.has_class() ? MapGroups<false, true>(map, src, n, dst, keeps,
                                                  places, token_bits)
                         : MapGroups<false, false>(map, src, n, dst, keeps,
                                                   places, token_bits);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#endif  // ROWSPLIT_SRC_KERNELS_MAP_GROUPS_INL_H_
