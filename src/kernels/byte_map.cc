#include "kernels/byte_map.h"

#include <array>
#include <cstring>

#include "kernels/byte_map_ref.h"

// Compresses bytes by one instruction.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/byte_map.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"
#include "kernels/byte_stream-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

void MapBytes(const CompiledByteMap& map, const uint8_t* src, size_t n,
              uint8_t* dst) {
  size_t i = 0;
  if (kHasTables && map.is_simple()) {
    const BlockTag d;
    const auto first_letter = hn::Set(d, FirstLetter(map));
    const auto num_letters = hn::Set(d, NumLetters(map));
    const auto class_rows = LoadClass(d, map.class_rows());
    const auto class_bits = ClassBits(d);
    const auto class_to = hn::Set(d, map.class_to());
    const size_t lanes = hn::Lanes(d);
    for (; i + lanes <= n; i += lanes) {
      hn::StoreU(MapVector(d, hn::LoadU(d, src + i), first_letter, num_letters,
                           class_rows, class_bits, class_to),
                 d, dst + i);
    }
  }
  reference::MapBytes(map.map(), src + i, n - i, dst + i);
}

size_t MapAndDropBytes(const CompiledByteMap& map, const uint8_t* src, size_t n,
                       uint8_t* dst, size_t room) {
  size_t i = 0;
  size_t size = 0;
  if (kHasTables && map.is_simple()) {
    const BlockTag d;
    const auto first_letter = hn::Set(d, FirstLetter(map));
    const auto num_letters = hn::Set(d, NumLetters(map));
    const auto class_rows = LoadClass(d, map.class_rows());
    const auto class_bits = ClassBits(d);
    const auto class_to = hn::Set(d, map.class_to());
    const auto drop_rows = LoadClass(d, map.drop_rows());
    const size_t lanes = hn::Lanes(d);
    for (; i + lanes <= n && size + lanes <= room; i += lanes) {
      const auto bytes = hn::LoadU(d, src + i);
      const auto dropped = InClass(d, bytes, drop_rows, class_bits);
      const auto mapped = MapVector(d, bytes, first_letter, num_letters,
                                    class_rows, class_bits, class_to);
      if (hn::AllFalse(d, dropped)) {
        hn::StoreU(mapped, d, dst + size);
        size += lanes;
        continue;
      }
      size +=
          CompressBytes(d, mapped, MaskBits(d, hn::Not(dropped)), dst + size);
    }
  }
  return size +
         reference::MapAndDropBytes(map.map(), src + i, n - i, dst + size);
}

void CountKeptBytes(const CompiledByteMap& map, const uint8_t* bytes,
                    const Offset* offsets, size_t num_rows, Offset* row_ends) {
  if (!kHasTables || !map.is_simple()) {
    reference::CountKeptBytes(map.map(), bytes, offsets, num_rows, row_ends);
    return;
  }
  const BlockTag d;
  const auto drop_rows = LoadClass(d, map.drop_rows());
  const auto class_bits = ClassBits(d);
  const auto is_dropped = [&](BlockVec v) HWY_ATTR {
    return InClass(d, v, drop_rows, class_bits);
  };
  const Offset end = offsets[num_rows];
  Offset kept = 0;
  size_t row = 0;
  for (Offset block = offsets[0]; block < end; block += kBlock) {
    uint64_t keep;
    if (end - block >= static_cast<Offset>(kBlock)) {
      keep = ~BlockBits(d, bytes + block, is_dropped);
    } else {
      alignas(64) uint8_t tail[kBlock] = {};
      std::memcpy(tail, bytes + block, static_cast<size_t>(end - block));
      keep = ~BlockBits(d, tail, is_dropped) &
             LowBits(static_cast<size_t>(end - block));
    }
    for (; offsets[row + 1] < block + static_cast<Offset>(kBlock); ++row) {
      if (row + 1 == num_rows) break;
      row_ends[row] =
          kept +
          static_cast<Offset>(hwy::PopCount(
              keep & LowBits(static_cast<size_t>(offsets[row + 1] - block))));
    }
    kept += static_cast<Offset>(hwy::PopCount(keep));
  }
  for (; row < num_rows; ++row) row_ends[row] = kept;
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {
namespace {

uint8_t ChangeCase(uint8_t byte, CompiledByteMap::Case letter_case) {
  if (letter_case == CompiledByteMap::Case::kLower && byte >= 'A' &&
      byte <= 'Z')
    return byte | 0x20;
  if (letter_case == CompiledByteMap::Case::kUpper && byte >= 'a' &&
      byte <= 'z')
    return byte & ~0x20;
  return byte;
}

ByteMap MakeCaseMap(CompiledByteMap::Case letter_case) {
  ByteMap map = ByteMap::Identity();
  for (int byte = 0; byte < 256; ++byte)
    map.to[byte] = ChangeCase(static_cast<uint8_t>(byte), letter_case);
  return map;
}

}  // namespace

ByteMap ByteMap::Identity() {
  ByteMap map{};
  for (int byte = 0; byte < 256; ++byte)
    map.to[byte] = static_cast<uint8_t>(byte);
  return map;
}

ByteMap ByteMap::AsciiLower() {
  return MakeCaseMap(CompiledByteMap::Case::kLower);
}
ByteMap ByteMap::AsciiUpper() {
  return MakeCaseMap(CompiledByteMap::Case::kUpper);
}

ByteMap ByteMap::MapClass(const ByteSet& set, uint8_t byte) {
  ByteMap map = Identity();
  for (int from = 0; from < 256; ++from) {
    if (set.contains(static_cast<uint8_t>(from))) map.to[from] = byte;
  }
  return map;
}

ByteMap ByteMap::DropClass(const ByteSet& set) {
  ByteMap map = Identity();
  for (int byte = 0; byte < 256; ++byte)
    map.drop[byte] = set.contains(static_cast<uint8_t>(byte));
  return map;
}

bool ByteMap::drops() const {
  for (const bool dropped : drop) {
    if (dropped) return true;
  }
  return false;
}

ByteMap Then(const ByteMap& first, const ByteMap& second) {
  ByteMap both{};
  for (int byte = 0; byte < 256; ++byte) {
    const uint8_t middle = first.to[byte];
    both.drop[byte] = first.drop[byte] || second.drop[middle];
    both.to[byte] = second.to[middle];
  }
  return both;
}

CompiledByteMap::CompiledByteMap(const ByteMap& map)
    : map_(map), drops_(map.drops()) {
  for (int byte = 0; byte < 128; ++byte) {
    if (map.drop[byte])
      drop_rows_[byte & 15] |= static_cast<uint8_t>(1 << (byte >> 4));
  }
  for (int byte = 128; byte < 256; ++byte) {
    if (map.drop[byte]) return;
  }
  is_simple_ =
      FitCase(Case::kKeep) || FitCase(Case::kLower) || FitCase(Case::kUpper);
}

// Sets the simple form if every kept byte has its case changed or is ASCII and
// goes to one and the same byte.
bool CompiledByteMap::FitCase(Case letter_case) {
  uint8_t rows[16] = {};
  bool has_class = false;
  uint8_t class_to = 0;
  for (int i = 0; i < 256; ++i) {
    const uint8_t byte = static_cast<uint8_t>(i);
    if (map_.drop[i] || map_.to[i] == ChangeCase(byte, letter_case)) continue;
    if (i >= 128 || (has_class && map_.to[i] != class_to)) return false;
    has_class = true;
    class_to = map_.to[i];
    rows[i & 15] |= static_cast<uint8_t>(1 << (i >> 4));
  }
  std::memcpy(class_rows_, rows, sizeof(rows));
  has_class_ = has_class;
  class_to_ = class_to;
  case_ = letter_case;
  return true;
}

HWY_EXPORT(MapBytes);
HWY_EXPORT(MapAndDropBytes);
HWY_EXPORT(CountKeptBytes);

void MapBytes(const CompiledByteMap& map, const uint8_t* src, size_t n,
              uint8_t* dst) {
  HWY_DYNAMIC_DISPATCH(MapBytes)(map, src, n, dst);
}

size_t MapAndDropBytes(const CompiledByteMap& map, const uint8_t* src, size_t n,
                       uint8_t* dst, size_t room) {
  return HWY_DYNAMIC_DISPATCH(MapAndDropBytes)(map, src, n, dst, room);
}

size_t MapAndDropBytes(const CompiledByteMap& map, const uint8_t* src, size_t n,
                       uint8_t* dst) {
  return MapAndDropBytes(map, src, n, dst, n);
}

void CountKeptBytes(const CompiledByteMap& map, const uint8_t* bytes,
                    const Offset* offsets, size_t num_rows, Offset* row_ends) {
  HWY_DYNAMIC_DISPATCH(CountKeptBytes)(map, bytes, offsets, num_rows, row_ends);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
