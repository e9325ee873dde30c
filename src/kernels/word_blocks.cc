#include "kernels/word_blocks.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/utf8.h"

// Compresses bytes by one instruction.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/word_blocks.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"
#include "kernels/byte_stream-inl.h"

#ifndef ROWSPLIT_SRC_KERNELS_WORD_BLOCKS_ONCE
#define ROWSPLIT_SRC_KERNELS_WORD_BLOCKS_ONCE
namespace rowsplit::kernels {

// What is written at once for a character.
inline constexpr size_t kResultBytes = 16;
// U+FFFD.
inline constexpr size_t kReplacementSize = 3;
inline constexpr uint8_t kReplacementBytes[kResultBytes] = {0xEF, 0xBF, 0xBD};

// A character of the text: its value in the table, where its bytes are if they
// stay, and how many it has.
struct SourceCharacter {
  uint32_t value;
  const uint8_t* bytes;
  size_t size;
};

// What the block's text becomes, behind the open word.
struct WordOutput {
  uint8_t* bytes;
  uint64_t* spaces;
  uint64_t* breaks;
  uint32_t* sources;  // null: not asked for
  uint8_t* source_sizes;
  size_t size;
  bool after_own;
  bool special;
};

inline uint32_t ValueOf(const CharacterMap& map, uint32_t block, uint32_t low) {
  return map.values[size_t{map.block_of[block]} * 64 + (low & 63)];
}

// The rest of ReadCharacter: what is no well-formed character is U+FFFD.
SourceCharacter ReadIllFormed(const CharacterMap& map, const uint8_t* text,
                              size_t size);

}  // namespace rowsplit::kernels
#endif  // ROWSPLIT_SRC_KERNELS_WORD_BLOCKS_ONCE

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

struct WindowBits {
  uint64_t odd;
  uint64_t spaces;
  uint64_t own;
};

#if HWY_MAX_BYTES >= 16
// Maps 64 bytes as ASCII, and tells which of them are something else.
HWY_INLINE WindowBits MapWindow(const CharacterMap& map,
                                const uint8_t* HWY_RESTRICT src,
                                uint8_t* HWY_RESTRICT dst) {
  const BlockTag d;
  const auto class_bits = ClassBits(d);
  const auto space_rows = LoadClass(d, map.space_rows);
  const auto own_rows = LoadClass(d, map.own_rows);
  const auto odd_rows = LoadClass(d, map.odd_rows);
  const auto num_letters =
      hn::Set(d, static_cast<uint8_t>(map.lowers_ascii ? 26 : 0));
  WindowBits bits = {0, 0, 0};
  for (size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
    const auto v = hn::LoadU(d, src + i);
    // One compare: bytes below the first letter wrap around.
    const auto is_letter =
        hn::Lt(hn::Sub(v, hn::Set(d, uint8_t{'A'})), num_letters);
    const auto mapped =
        hn::Xor(v, hn::IfThenElseZero(is_letter, hn::Set(d, uint8_t{0x20})));
    hn::StoreU(mapped, d, dst + i);
    const auto is_odd = hn::Or(InClass(d, v, odd_rows, class_bits),
                               hn::Gt(v, hn::Set(d, uint8_t{0x7F})));
    bits.odd |= MaskBits(d, is_odd) << i;
    bits.spaces |= MaskBits(d, InClass(d, v, space_rows, class_bits)) << i;
    bits.own |= MaskBits(d, InClass(d, v, own_rows, class_bits)) << i;
  }
  return bits;
}
#else
HWY_INLINE WindowBits MapWindow(const CharacterMap&, const uint8_t*, uint8_t*) {
  return {~uint64_t{0}, 0, 0};
}
#endif

// Appends the lowest bits of two lists that have `size` bits; what is above
// them is 0.
HWY_INLINE void AppendBits(WordOutput& out, uint64_t spaces, uint64_t breaks) {
  const size_t word = out.size / 64;
  const size_t bit = out.size % 64;
  out.spaces[word] |= spaces << bit;
  out.breaks[word] |= breaks << bit;
  // In two steps, as by 64 none can be shifted.
  out.spaces[word + 1] = spaces >> 1 >> (63 - bit);
  out.breaks[word + 1] = breaks >> 1 >> (63 - bit);
}

// Takes the first `count` bytes of a mapped window.
HWY_INLINE void TakeAscii(const WindowBits& bits, size_t count, size_t at,
                          WordOutput& out) {
  if (count == 0) return;
  const uint64_t taken = ~uint64_t{0} >> (64 - count);
  const uint64_t own = bits.own & taken;
  const uint64_t after = own << 1 | (out.after_own ? 1 : 0);
  AppendBits(out, bits.spaces & taken, (own | after) & taken);
  out.after_own = (own >> (count - 1) & 1) != 0;
  if (out.sources != nullptr) {
    for (size_t i = 0; i < count; ++i)
      out.sources[out.size + i] = static_cast<uint32_t>(at + i);
    std::memset(out.source_sizes + out.size, 1, count);
  }
  out.size += count;
}

// The character at text[0, size), where size is at least 1.
HWY_INLINE SourceCharacter ReadCharacter(const CharacterMap& map,
                                         const uint8_t* HWY_RESTRICT text,
                                         size_t size) {
  const uint32_t first = text[0];
  const auto continues = [&](size_t i)
                             HWY_ATTR { return (text[i] & 0xC0) == 0x80; };
  if (first < 0x80) return {ValueOf(map, first / 64, first), text, 1};
  if (first < 0xE0) {
    if (size >= 2 && first >= 0xC2 && continues(1))
      return {ValueOf(map, first & 0x1F, text[1]), text, 2};
  } else if (first < 0xF0) {
    if (size >= 3 && continues(1) && continues(2)) {
      const uint32_t block = (first & 0x0F) << 6 | (text[1] & 0x3F);
      // Neither too long for its code point nor a surrogate.
      if (block >= 0x20 && block - 0x360 >= 0x20)
        return {ValueOf(map, block, text[2]), text, 3};
    }
  } else if (size >= 4 && continues(1) && continues(2) && continues(3)) {
    const uint32_t block =
        (first & 0x0F) << 12 | (text[1] & 0x3F) << 6 | (text[2] & 0x3F);
    if (block - 0x400 < 0x4000) return {ValueOf(map, block, text[3]), text, 4};
  }
  return ReadIllFormed(map, text, size);
}

// Takes characters by the table from text[at] up to `stop` or a little further,
// but not behind `end`; of `readable` bytes 16 may be read at once. Returns
// where it stops.
HWY_INLINE size_t TakeCharacters(const CharacterMap& map,
                                 const uint8_t* HWY_RESTRICT text, size_t at,
                                 size_t stop, size_t end, size_t readable,
                                 WordOutput& out) {
  while (at < stop) {
    const SourceCharacter source = ReadCharacter(map, text + at, end - at);
    const uint32_t value = source.value;
    size_t size = character::Size(value);
    const uint8_t* from = reinterpret_cast<const uint8_t*>(map.pool) +
                          character::PoolBegin(value);
    uint8_t* const to = out.bytes + out.size;
    if ((value & character::kCopy) != 0) {
      from = source.bytes;
      if (from != text + at) {
        size = kReplacementSize;
      } else if (readable - at < kResultBytes) [[unlikely]] {
        std::memcpy(to, from, source.size);
        from = to;
      }
    }
    if (from != to) std::memcpy(to, from, kResultBytes);
    const uint64_t own = value >> 1 & 1;
    AppendBits(out, value & 1, own | (out.after_own ? 1 : 0));
    if (out.sources != nullptr) {
      for (size_t i = 0; i < size; ++i) {
        out.sources[out.size + i] = static_cast<uint32_t>(at);
        out.source_sizes[out.size + i] = static_cast<uint8_t>(source.size);
      }
    }
    out.size += size;
    out.after_own = size == 0 ? out.after_own : own != 0;
    out.special |= (value & character::kSpecial) != 0;
    at += source.size;
  }
  return at;
}

// Maps the bytes [at, end) of the row that is text[0, row_size); characters
// don't lie across `end`.
HWY_INLINE void MapPart(const CharacterMap& map,
                        const uint8_t* HWY_RESTRICT text, size_t at, size_t end,
                        size_t row_size, size_t readable, WordOutput& out) {
  alignas(64) uint8_t tail[kBlock];
  while (at < end) {
    const size_t count = std::min(kBlock, end - at);
    const uint8_t* window = text + at;
    if (readable - at < kBlock) {
      std::memset(tail, 0, kBlock);
      std::memcpy(tail, window, count);
      window = tail;
    }
    const WindowBits bits = MapWindow(map, window, out.bytes + out.size);
    const uint64_t odd = bits.odd & (~uint64_t{0} >> (64 - count));
    const size_t plain =
        odd == 0 ? count : static_cast<size_t>(std::countr_zero(odd));
    TakeAscii(bits, plain, at, out);
    at += plain;
    if (odd != 0) {
      at = TakeCharacters(map, text, at, at - plain + count, row_size, readable,
                          out);
    }
  }
}

// Where a row may be cut at or before `end` without cutting a character: in
// front of a byte that begins one, or behind four bytes that begin none.
HWY_INLINE size_t CutBefore(const uint8_t* text, size_t end) {
  for (size_t back = 0; back < 4 && back < end; ++back) {
    if ((text[end - back] & 0xC0) != 0x80) return end - back;
  }
  return end;
}

// Lists where the words of the mapped bytes begin and end, and how many begin
// before each row's end.
HWY_INLINE void FindEdgesOfWords(size_t size, size_t num_rows,
                                 WordScratch& scratch) {
  const uint64_t* HWY_RESTRICT spaces = scratch.spaces.data();
  const uint64_t* HWY_RESTRICT breaks = scratch.breaks.data();
  const auto open_size = static_cast<uint32_t>(scratch.place.open_size);
  uint64_t carry = open_size != 0 ? 1 : 0;
  size_t num_begins = carry;
  size_t num_ends = 0;
  scratch.begins[0] = 0;
  const size_t last = size / 64;
  for (size_t group = 0; group <= last; ++group) {
    uint64_t token = ~spaces[group];
    const uint64_t known = group == last ? LowBits(size % 64) : ~uint64_t{0};
    token &= known;
    const TokenEdges edges = FindEdges(token, breaks[group], &carry);
    scratch.begin_bits[group] = edges.begins;
    scratch.ranks[group] = static_cast<uint32_t>(num_begins);
    const uint32_t position = open_size + static_cast<uint32_t>(group * 64);
    num_begins += AppendPositions(edges.begins, position,
                                  scratch.begins.data() + num_begins);
    num_ends += AppendPositions(edges.ends & known, position,
                                scratch.ends.data() + num_ends);
  }
  scratch.num_begins = num_begins;
  scratch.num_ends = num_ends;
  for (size_t row = 0; row < num_rows; ++row) {
    const uint32_t end = scratch.row_words[row];
    scratch.row_words[row] =
        scratch.ranks[end / 64] +
        static_cast<uint32_t>(
            hwy::PopCount(scratch.begin_bits[end / 64] & LowBits(end % 64)));
  }
}

// Moves the open word to the front, where it stays until it ends.
HWY_INLINE void KeepOpenWord(WordScratch& scratch) {
  if (scratch.num_begins == scratch.num_ends) {
    scratch.place.open_size = 0;
    return;
  }
  const size_t begin = scratch.begins[scratch.num_ends];
  size_t size = scratch.size - begin;
  if (size > scratch.most_kept) {
    // The last byte takes the place behind the first ones.
    size = scratch.most_kept;
    scratch.has_cut = true;
    const size_t to = begin + size - 1;
    const size_t last = scratch.size - 1;
    scratch.bytes[to] = scratch.bytes[last];
    if (scratch.with_sources) {
      scratch.sources[to] = scratch.sources[last];
      scratch.source_sizes[to] = scratch.source_sizes[last];
    }
  }
  if (begin != 0) {
    std::memmove(scratch.bytes.data(), scratch.bytes.data() + begin, size);
    if (scratch.with_sources) {
      std::memmove(scratch.sources.data(), scratch.sources.data() + begin,
                   size * sizeof(uint32_t));
      std::memmove(scratch.source_sizes.data(),
                   scratch.source_sizes.data() + begin, size);
    }
  }
  scratch.place.open_size = size;
}

// Room for a block behind the open word, which stays.
template <class T>
HWY_INLINE T* RoomBehind(BufferBuilder<T>& buffer, size_t open_size,
                         size_t room) {
  if (open_size + room > buffer.capacity()) {
    BufferBuilder<T> grown(2 * open_size + room);
    if (open_size != 0)
      std::memcpy(grown.data(), buffer.data(), open_size * sizeof(T));
    buffer = std::move(grown);
  }
  return buffer.data() + open_size;
}

// Maps rows from `place` on until the block is full.
HWY_INLINE size_t MapRows(const CharacterMap& map, const WordRows& rows,
                          WordScratch& scratch, WordOutput& out) {
  WordScratch::Place& place = scratch.place;
  size_t num_rows = 0;
  size_t rest = kWordBlockBytes;
  while (place.row < rows.num_rows && num_rows < kWordBlockRows) {
    const auto begin = static_cast<size_t>(rows.offsets[place.row]);
    const auto row_size =
        static_cast<size_t>(rows.offsets[place.row + 1]) - begin;
    const uint8_t* const text = rows.bytes + begin;
    size_t end = row_size;
    if (row_size - place.at > rest) {
      end = CutBefore(text, place.at + rest);
      if (end <= place.at) break;
    }
    MapPart(map, text, place.at, end, row_size, rows.num_bytes - begin, out);
    rest -= std::min(rest, end - place.at);
    place.at = end;
    if (end < row_size) break;
    // A row ends as if by a space.
    out.bytes[out.size] = ' ';
    if (out.sources != nullptr) {
      out.sources[out.size] = static_cast<uint32_t>(row_size);
      out.source_sizes[out.size] = 0;
    }
    AppendBits(out, 1, 0);
    ++out.size;
    scratch.row_words[num_rows] = static_cast<uint32_t>(out.size);
    scratch.row_special[num_rows] = out.special;
    ++num_rows;
    out.after_own = false;
    out.special = false;
    ++place.row;
    place.at = 0;
  }
  return num_rows;
}

bool NextWordBlock(const CharacterMap& map, const WordRows& rows,
                   WordScratch& scratch, WordBlock* block) {
  WordScratch::Place& place = scratch.place;
  if (place.row >= rows.num_rows) return false;
  KeepOpenWord(scratch);
  const size_t room = kWordBlockBytes * map.growth + kWordBlockRows +
                      kWordSlack + kBlock + kResultBytes;
  const size_t first_row = place.row;
  WordOutput out = {};
  out.bytes = RoomBehind(scratch.bytes, place.open_size, room);
  if (scratch.with_sources) {
    out.sources = RoomBehind(scratch.sources, place.open_size, room);
    out.source_sizes = RoomBehind(scratch.source_sizes, place.open_size, room);
  }
  out.spaces = scratch.spaces.data();
  out.breaks = scratch.breaks.data();
  out.spaces[0] = out.breaks[0] = 0;
  out.after_own = place.after_own;
  out.special = place.special;
  const size_t num_rows = MapRows(map, rows, scratch, out);
  place.after_own = out.after_own;
  place.special = out.special;
  scratch.size = place.open_size + out.size;
  FindEdgesOfWords(out.size, num_rows, scratch);
  *block = {scratch.bytes.data(),
            scratch.begins.data(),
            scratch.ends.data(),
            scratch.num_ends,
            scratch.num_begins > scratch.num_ends,
            scratch.begins[scratch.num_ends],
            first_row,
            num_rows,
            scratch.row_words,
            scratch.row_special,
            scratch.with_sources ? scratch.sources.data() : nullptr,
            scratch.with_sources ? scratch.source_sizes.data() : nullptr};
  return true;
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(NextWordBlock);

bool NextWordBlock(const CharacterMap& map, const WordRows& rows,
                   WordScratch& scratch, WordBlock* block) {
  return HWY_DYNAMIC_DISPATCH(NextWordBlock)(map, rows, scratch, block);
}

SourceCharacter ReadIllFormed(const CharacterMap& map, const uint8_t* text,
                              size_t size) {
  const std::string_view rest(reinterpret_cast<const char*>(text), size);
  constexpr uint32_t kReplacement = 0xFFFD;
  return {ValueOf(map, kReplacement / 64, kReplacement), kReplacementBytes,
          internal::ReadUtf8Sequence(rest, 0).size};
}

void SetAsciiRows(CharacterMap& map) {
  std::memset(map.space_rows, 0, sizeof map.space_rows);
  std::memset(map.own_rows, 0, sizeof map.own_rows);
  std::memset(map.odd_rows, 0, sizeof map.odd_rows);
  for (uint32_t byte = 0; byte < 0x80; ++byte) {
    const uint32_t value = ValueOf(map, byte / 64, byte);
    const auto bit = static_cast<uint8_t>(1 << (byte / 16));
    const bool is_capital = byte >= 'A' && byte <= 'Z';
    const char mapped = map.pool[character::PoolBegin(value)];
    const bool is_lowered = map.lowers_ascii && is_capital &&
                            character::Size(value) == 1 &&
                            (value & character::kCopy) == 0 &&
                            mapped == static_cast<char>(byte + 32);
    const bool stays =
        (value & character::kCopy) != 0 && !(map.lowers_ascii && is_capital);
    if ((value & character::kSpecial) != 0) {
      map.odd_rows[byte % 16] |= bit;
    } else if ((value & character::kSpace) != 0) {
      map.space_rows[byte % 16] |= bit;
    } else if (!is_lowered && !stays) {
      map.odd_rows[byte % 16] |= bit;
    } else if ((value & character::kOwn) != 0) {
      map.own_rows[byte % 16] |= bit;
    }
  }
}

WordScratch::WordScratch(const CharacterMap& map, bool wants_sources,
                         size_t most_kept_bytes)
    : with_sources(wants_sources), most_kept(most_kept_bytes) {
  // Every byte may be a word.
  const size_t bytes = kWordBlockBytes * map.growth + kWordBlockRows + 64;
  const size_t groups = bytes / 64 + 2;
  spaces.ResizeUninitialized(groups);
  breaks.ResizeUninitialized(groups);
  begin_bits.ResizeUninitialized(groups);
  ranks.ResizeUninitialized(groups);
  // AppendPositions writes up to 80 more; readers read a group more.
  begins.ResizeUninitialized(bytes + 256);
  ends.ResizeUninitialized(bytes + 256);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
