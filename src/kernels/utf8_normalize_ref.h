#ifndef ROWSPLIT_SRC_KERNELS_UTF8_NORMALIZE_REF_H_
#define ROWSPLIT_SRC_KERNELS_UTF8_NORMALIZE_REF_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/utf8_normalize.h"

namespace rowsplit::reference {

inline constexpr uint32_t kHangulBase = 0xAC00;
inline constexpr uint32_t kHangulCount = 11172;
inline constexpr uint32_t kJamoL = 0x1100;
inline constexpr uint32_t kJamoV = 0x1161;
inline constexpr uint32_t kJamoT = 0x11A7;
inline constexpr uint32_t kCountL = 19;
inline constexpr uint32_t kCountV = 21;
inline constexpr uint32_t kCountT = 28;

// A character of UTF-8; its size is 0 where the bytes are none.
struct Utf8Character {
  uint32_t code_point;
  uint32_t size;
};

// The character at text[at, end). Requires at < end.
inline Utf8Character CharacterAt(const uint8_t* text, size_t at, size_t end) {
  const uint8_t* bytes = text + at;
  const size_t room = end - at;
  const uint32_t lead = bytes[0];
  const auto follows = [&](size_t i) { return (bytes[i] & 0xC0) == 0x80; };
  const auto bits = [&](size_t i) { return bytes[i] & uint32_t{0x3F}; };
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xE0) {
    if (lead < 0xC2 || room < 2 || !follows(1)) return {0, 0};
    return {(lead & 0x1F) << 6 | bits(1), 2};
  }
  if (lead < 0xF0) {
    if (room < 3 || !follows(1) || !follows(2)) return {0, 0};
    const uint32_t code_point = (lead & 0x0F) << 12 | bits(1) << 6 | bits(2);
    if (code_point < 0x800 || (code_point & 0xF800) == 0xD800) return {0, 0};
    return {code_point, 3};
  }
  if (lead > 0xF4 || room < 4 || !follows(1) || !follows(2) || !follows(3))
    return {0, 0};
  const uint32_t code_point =
      (lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3);
  if (code_point - 0x10000 > 0xFFFFF) return {0, 0};
  return {code_point, 4};
}

// The character that ends at text[begin, at). Requires begin < at.
inline Utf8Character CharacterBefore(const uint8_t* text, size_t begin,
                                     size_t at) {
  const size_t most = std::min<size_t>(4, at - begin);
  for (size_t size = 1; size <= most; ++size) {
    if ((text[at - size] & 0xC0) == 0x80) continue;
    const Utf8Character found = CharacterAt(text, at - size, at);
    return found.size == size ? found : Utf8Character{0, 0};
  }
  return {0, 0};
}

// Writes a code point; returns its size.
inline size_t PutUtf8(uint32_t code_point, uint8_t* out) {
  const auto follower = [](uint32_t bits) {
    return static_cast<uint8_t>(0x80 | (bits & 0x3F));
  };
  if (code_point < 0x80) {
    out[0] = static_cast<uint8_t>(code_point);
    return 1;
  }
  if (code_point < 0x800) {
    out[0] = static_cast<uint8_t>(0xC0 | code_point >> 6);
    out[1] = follower(code_point);
    return 2;
  }
  if (code_point < 0x10000) {
    out[0] = static_cast<uint8_t>(0xE0 | code_point >> 12);
    out[1] = follower(code_point >> 6);
    out[2] = follower(code_point);
    return 3;
  }
  out[0] = static_cast<uint8_t>(0xF0 | code_point >> 18);
  out[1] = follower(code_point >> 12);
  out[2] = follower(code_point >> 6);
  out[3] = follower(code_point);
  return 4;
}

// The jamo of a syllable; returns how many.
inline size_t DecomposeHangul(uint32_t syllable, uint32_t parts[3]) {
  const uint32_t index = syllable - kHangulBase;
  parts[0] = kJamoL + index / (kCountV * kCountT);
  parts[1] = kJamoV + index / kCountT % kCountV;
  parts[2] = kJamoT + index % kCountT;
  return parts[2] == kJamoT ? 2 : 3;
}

inline size_t PairHash(uint32_t first, uint32_t second, size_t num_slots) {
  const uint32_t mixed = (first * 0x9E3779B1u) ^ (second * 0x85EBCA6Bu);
  return (mixed >> 11) & (num_slots - 1);
}

// What two characters compose to; 0 if they don't.
inline uint32_t ComposePair(const kernels::Utf8NormalTables& tables,
                            uint32_t first, uint32_t second) {
  if (first - kJamoL < kCountL && second - kJamoV < kCountV)
    return kHangulBase +
           ((first - kJamoL) * kCountV + second - kJamoV) * kCountT;
  if (second - (kJamoT + 1) < kCountT - 1)
    return first - kHangulBase < kHangulCount &&
                   (first - kHangulBase) % kCountT == 0
               ? first + second - kJamoT
               : 0;
  const uint64_t key = uint64_t{first} << 21 | second;
  size_t slot = PairHash(first, second, tables.pairs.size());
  for (; tables.pairs[slot] != 0; slot = (slot + 1) & (tables.pairs.size() - 1))
    if (tables.pairs[slot] >> 21 == key)
      return static_cast<uint32_t>(tables.pairs[slot] & 0x1FFFFF);
  return 0;
}

// True if nothing at text[at, end) changes what is before it.
inline bool BoundaryAt(const kernels::Utf8NormalTables& tables,
                       const uint8_t* text, size_t at, size_t end) {
  if (at == end || text[at] < 0xC0) return true;
  const Utf8Character next = CharacterAt(text, at, end);
  return next.size == 0 || tables.EntryOf(next.code_point)
                               .Has(kernels::NormalEntry::kBoundaryBefore);
}

// What became of a character.
enum class NormalStep { kSame, kChanged, kHard, kRoom };

// One step of NormalizeUtf8 for the character that begins at `place`.
class NormalStepper {
 public:
  NormalStepper(const kernels::Utf8NormalTables& tables,
                kernels::NormalizeRun& run)
      : tables_(tables), run_(run) {}

  // kChanged: the change is written, and run.changed_end is behind it. kHard
  // and kRoom: run.at is what is to be done next.
  NormalStep Do(size_t place) {
    if (run_.RowEnd() <= place) EnterRow(place);
    const Utf8Character character =
        CharacterAt(run_.text, place, run_.RowEnd());
    if (character.size == 0 || !tables_.IsCandidate(character.code_point))
      return NormalStep::kSame;
    const kernels::NormalEntry& entry = tables_.EntryOf(character.code_point);
    const size_t end = place + character.size;
    if (entry.Has(kernels::NormalEntry::kMapped))
      return DoMapped(place, end, character.code_point, entry);
    return DoMark(place, end, character.code_point, entry);
  }

  // Ends the rows up to the one that `place` is in.
  void EnterRow(size_t place) {
    while (run_.RowEnd() <= place) EndRow();
    run_.marks_end = SIZE_MAX;
  }
  void EndRow() {
    run_.row_ends[run_.row] = static_cast<int64_t>(run_.RowEnd()) + run_.growth;
    ++run_.row;
  }

 private:
  using Entry = kernels::NormalEntry;

  // Where something can begin that reaches back from `place`.
  size_t Floor() const { return std::max(run_.RowBegin(), run_.changed_end); }

  // The begin of what stands before `place` and may change with it.
  size_t Before(size_t place) const {
    if (run_.marks_end == place) return run_.marks_begin;
    if (place <= Floor()) return place;
    return place - CharacterBefore(run_.text, Floor(), place).size;
  }

  NormalStep Hard(size_t begin) {
    run_.at = begin;
    return NormalStep::kHard;
  }

  NormalStep DoMapped(size_t place, size_t end, uint32_t code_point,
                      const Entry& entry) {
    const bool is_empty = tables_.results[entry.result] == 0;
    if (!entry.Has(Entry::kBoundaryBefore) && !(is_empty && tables_.composes))
      return Hard(Before(place));
    // Behind a decomposition that ends with no mark, anything is in order.
    const bool is_open = tables_.composes || entry.tail > 1;
    if (is_open && !BoundaryAt(tables_, run_.text, end, run_.RowEnd()))
      return Hard(is_empty ? Before(place) : place);
    if (!entry.Has(Entry::kHangul))
      return Write(place, end, &tables_.results[entry.result] + 1,
                   tables_.results[entry.result]);
    uint32_t jamo[3];
    uint8_t bytes[16] = {};
    size_t size = 0;
    const size_t count = DecomposeHangul(code_point, jamo);
    for (size_t i = 0; i < count; ++i) size += PutUtf8(jamo[i], bytes + size);
    return Write(place, end, bytes, size);
  }

  NormalStep DoMark(size_t place, size_t end, uint32_t code_point,
                    const Entry& entry) {
    const bool goes_on = run_.marks_end == place;
    size_t begin = place;
    if (goes_on) {
      if (entry.Has(Entry::kComposesBack) || run_.last_class > entry.ccc)
        return Hard(run_.marks_begin);
      begin = run_.marks_begin;
    } else if (place > Floor()) {
      const Utf8Character before = CharacterBefore(run_.text, Floor(), place);
      begin = place - before.size;
      if (before.size > 0 && entry.Has(Entry::kComposesBack)) {
        const Entry& first = tables_.EntryOf(before.code_point);
        if (first.Has(Entry::kMapped) || first.tail > entry.ccc)
          return Hard(begin);
        const uint32_t composite =
            ComposePair(tables_, before.code_point, code_point);
        if (composite != 0) return DoPair(begin, end, composite);
      }
    }
    run_.marks_begin = begin;
    run_.marks_end = end;
    run_.last_class = entry.ccc;
    return NormalStep::kSame;
  }

  NormalStep DoPair(size_t begin, size_t end, uint32_t composite) {
    if (!BoundaryAt(tables_, run_.text, end, run_.RowEnd())) return Hard(begin);
    uint8_t bytes[16] = {};
    return Write(begin, end, bytes, PutUtf8(composite, bytes));
  }

  // `bytes` may be read up to 16 of them.
  NormalStep Write(size_t begin, size_t end, const uint8_t* bytes,
                   size_t size) {
    const size_t to = begin + static_cast<size_t>(run_.growth);
    if (to + kernels::kNormalizeSlack > run_.room) {
      run_.at = begin;
      return NormalStep::kRoom;
    }
    std::memcpy(run_.out + to, bytes, 16);
    if (size > 16) std::memcpy(run_.out + to, bytes, size);
    run_.growth +=
        static_cast<int64_t>(size) - static_cast<int64_t>(end - begin);
    run_.changed_end = end;
    if (run_.edits != nullptr)
      run_.edits->push_back({static_cast<int64_t>(begin),
                             static_cast<int64_t>(end),
                             static_cast<int64_t>(size)});
    return NormalStep::kChanged;
  }

  const kernels::Utf8NormalTables& tables_;
  kernels::NormalizeRun& run_;
};

// Normalizes text[run.at, end) byte by byte.
inline kernels::NormalizeStop NormalizeUtf8(
    const kernels::Utf8NormalTables& tables, kernels::NormalizeRun& run) {
  NormalStepper stepper(tables, run);
  const size_t size = run.size();
  while (run.at < size) {
    const uint8_t byte = run.text[run.at];
    const size_t to = run.at + static_cast<size_t>(run.growth);
    if (to + kernels::kNormalizeSlack > run.room)
      return kernels::NormalizeStop::kRoom;
    const bool is_control = byte < 0x20 || byte == 0x7F;
    if (byte >= 0xC0 || (tables.maps_controls && is_control)) {
      switch (stepper.Do(run.at)) {
        case NormalStep::kSame:
          break;
        case NormalStep::kChanged:
          run.at = run.changed_end;
          continue;
        case NormalStep::kHard:
          return kernels::NormalizeStop::kHard;
        case NormalStep::kRoom:
          return kernels::NormalizeStop::kRoom;
      }
    }
    const bool is_capital = tables.folds_ascii && byte >= 'A' && byte <= 'Z';
    run.out[to] = is_capital ? byte ^ 0x20 : byte;
    ++run.at;
  }
  while (run.row + 1 < run.limits.size()) stepper.EndRow();
  return kernels::NormalizeStop::kEnd;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_UTF8_NORMALIZE_REF_H_
