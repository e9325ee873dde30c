#include "kernels/utf8_case.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "kernels/utf8_case_ref.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/utf8_case.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"
#include "kernels/lead_table-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// The bytes of the longest character but the first, which are looked at behind
// the vector that it begins in.
inline constexpr size_t kBehind = 3;

// Maps the characters that begin in the vector at src + *at and moves *at
// behind it, or behind a character that reaches out of it. False if one is
// special, and then *at is its place. Reads kBehind bytes behind the vector.
HWY_INLINE bool MapVector(BlockTag d, const Utf8CaseMap& map,
                          const uint8_t* src, uint8_t* dst, size_t* at) {
  const size_t begin = *at;
  const auto bytes = hn::LoadU(d, src + begin);
  const auto next = hn::LoadU(d, src + begin + 1);
  // One compare for the range: bytes below it wrap around.
  const auto changes = hn::Lt(hn::Sub(bytes, hn::Set(d, map.ascii_first)),
                              hn::Set(d, map.num_letters));
  hn::StoreU(
      hn::Xor(bytes, hn::IfThenElseZero(changes, hn::Set(d, uint8_t{0x20}))), d,
      dst + begin);
  *at = begin + hn::Lanes(d);
  if (hn::AllFalse(d, hn::Lt(hn::Set(d, uint8_t{0x7F}), bytes))) return true;
  const auto second_begin = LookupLead(d, map.second_begin, bytes);
  const auto second_size = LookupLead(d, map.second_size, bytes);
  uint64_t candidates =
      MaskBits(d, hn::Lt(hn::Sub(next, second_begin), second_size));
  for (; candidates != 0; candidates &= candidates - 1) {
    const size_t place =
        begin + static_cast<size_t>(std::countr_zero(candidates));
    const size_t size =
        reference::MapUtf8Character(map, src + place, dst + place);
    if (size == 0) {
      *at = place;
      return false;
    }
    *at = std::max(*at, place + size);
  }
  return true;
}

size_t MapUtf8Case(const Utf8CaseMap& map, const uint8_t* src, size_t n,
                   uint8_t* dst) {
  if (!kHasTables) return reference::MapUtf8Case(map, src, n, dst);
  const BlockTag d;
  size_t at = 0;
  while (at + hn::Lanes(d) + kBehind <= n) {
    if (!MapVector(d, map, src, dst, &at)) return at;
  }
  // The rest, in a place with room behind it.
  const size_t rest = n - at;
  if (rest == 0) return n;
  alignas(64) uint8_t in[3 * kBlock] = {};
  alignas(64) uint8_t out[3 * kBlock];
  std::memcpy(in, src + at, rest);
  size_t done = 0;
  bool goes_on = true;
  while (goes_on && done < rest) goes_on = MapVector(d, map, in, out, &done);
  done = std::min(done, rest);
  std::memcpy(dst + at, out, done);
  return at + done;
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(MapUtf8Case);

namespace {

constexpr uint32_t kCodePoints = 0x110000;

uint8_t Continuation(uint32_t bits) {
  return static_cast<uint8_t>(0x80 | (bits & 0x3F));
}

// The first two bytes of a code point from U+0080 up.
std::pair<uint8_t, uint8_t> FirstBytes(uint32_t code_point) {
  if (code_point < 0x800)
    return {static_cast<uint8_t>(0xC0 | code_point >> 6),
            Continuation(code_point)};
  if (code_point < 0x10000)
    return {static_cast<uint8_t>(0xE0 | code_point >> 12),
            Continuation(code_point >> 6)};
  return {static_cast<uint8_t>(0xF0 | code_point >> 18),
          Continuation(code_point >> 12)};
}

// The bytes of a code point from U+0080 up, the first one lowest.
uint32_t Encode(uint32_t code_point) {
  const auto [first, second] = FirstBytes(code_point);
  uint32_t bytes = first | second << 8;
  if (code_point >= 0x10000)
    return bytes | Continuation(code_point >> 6) << 16 |
           static_cast<uint32_t>(Continuation(code_point)) << 24;
  if (code_point >= 0x800) bytes |= Continuation(code_point) << 16;
  return bytes;
}

}  // namespace

Utf8CaseMap::Utf8CaseMap() : block_of(kCodePoints / 64, 0), blocks(1) {
  for (uint32_t code_point = 0; code_point < two_bytes.size(); ++code_point)
    two_bytes[code_point] = static_cast<uint16_t>(Encode(code_point));
}

void Utf8CaseMap::Set(uint32_t code_point, uint32_t result) {
  const auto [first, second] = FirstBytes(code_point);
  uint8_t& begin = second_begin[first & 0x3F];
  uint8_t& size = second_size[first & 0x3F];
  const int end = std::max<int>(size == 0 ? 0 : begin + size, second + 1);
  begin = size == 0 ? second : std::min(begin, second);
  size = static_cast<uint8_t>(end - begin);
  if (code_point < two_bytes.size()) {
    two_bytes[code_point] = static_cast<uint16_t>(result);
    return;
  }
  uint16_t& block = block_of[code_point / 64];
  if (block == 0) {
    block = static_cast<uint16_t>(blocks.size());
    Block& same = blocks.emplace_back();
    for (uint32_t i = 0; i < 64; ++i)
      same[i] = Encode(code_point / 64 * 64 + i);
  }
  blocks[block][code_point % 64] = result;
}

size_t MapUtf8Case(const Utf8CaseMap& map, const uint8_t* src, size_t n,
                   uint8_t* dst) {
  return HWY_DYNAMIC_DISPATCH(MapUtf8Case)(map, src, n, dst);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
