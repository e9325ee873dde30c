#include "kernels/utf8_normalize.h"

#include <algorithm>
#include <bit>

#include "kernels/utf8_normalize_ref.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/utf8_normalize.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"
#include "kernels/lead_table-inl.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// `bytes` with small letters for capitals, where the form has it so.
HWY_INLINE BlockVec FoldAscii(BlockTag d, BlockVec fold, BlockVec bytes) {
  // One compare for the range: bytes below it wrap around.
  const auto is_capital =
      hn::Lt(hn::Sub(bytes, hn::Set(d, uint8_t{'A'})), hn::Set(d, uint8_t{26}));
  return hn::Xor(bytes, hn::IfThenElseZero(is_capital, fold));
}

// Does the characters that begin in the vector at src + begin, whose
// `candidates` have bits, and copies what is behind each change. False if the
// stepper stops.
HWY_INLINE bool DoCandidates(BlockTag d, BlockVec fold, uint64_t candidates,
                             reference::NormalStepper& stepper,
                             NormalizeRun& run, NormalizeStop* stop) {
  const size_t begin = run.at;
  for (; candidates != 0; candidates &= candidates - 1) {
    const size_t place =
        begin + static_cast<size_t>(std::countr_zero(candidates));
    if (place < run.changed_end) continue;
    switch (stepper.Do(place)) {
      case reference::NormalStep::kSame:
        break;
      case reference::NormalStep::kChanged: {
        // What is behind the change, moved; as much may be read and written as
        // for the vector at `begin`, up to the end of the text.
        const size_t end = run.changed_end;
        if (end >= begin + hn::Lanes(d)) break;
        uint8_t* to = run.out + end + run.growth;
        if (end + hn::Lanes(d) <= run.size()) {
          hn::StoreU(FoldAscii(d, fold, hn::LoadU(d, run.text + end)), d, to);
        } else {
          const uint8_t flip = hn::GetLane(fold);
          for (size_t i = 0; end + i < run.size(); ++i) {
            const uint8_t byte = run.text[end + i];
            to[i] = static_cast<uint8_t>(byte - 'A') < 26 ? byte ^ flip : byte;
          }
        }
        break;
      }
      case reference::NormalStep::kHard:
        *stop = NormalizeStop::kHard;
        return false;
      case reference::NormalStep::kRoom:
        *stop = NormalizeStop::kRoom;
        return false;
    }
  }
  return true;
}

NormalizeStop NormalizeUtf8(const Utf8NormalTables& tables, NormalizeRun& run) {
  if (!kHasTables) return reference::NormalizeUtf8(tables, run);
  const BlockTag d;
  const size_t size = run.size();
  reference::NormalStepper stepper(tables, run);
  const auto fold =
      hn::Set(d, static_cast<uint8_t>(tables.folds_ascii ? 0x20 : 0));
  // Bytes of 0, or of FF, which begins no character, where controls stay.
  const auto below =
      hn::Set(d, static_cast<uint8_t>(tables.maps_controls ? 0x20 : 0));
  const auto del =
      hn::Set(d, static_cast<uint8_t>(tables.maps_controls ? 0x7F : 0xFF));
  // A byte behind the vector is read.
  while (run.at + hn::Lanes(d) < size) {
    const size_t begin = run.at;
    const size_t to = begin + static_cast<size_t>(run.growth);
    if (to + kNormalizeSlack > run.room) return NormalizeStop::kRoom;
    const auto bytes = hn::LoadU(d, run.text + begin);
    hn::StoreU(FoldAscii(d, fold, bytes), d, run.out + to);
    const auto is_control = hn::Or(hn::Lt(bytes, below), hn::Eq(bytes, del));
    const auto is_long = hn::Lt(hn::Set(d, uint8_t{0x7F}), bytes);
    if (!hn::AllFalse(d, hn::Or(is_long, is_control))) {
      const auto next = hn::LoadU(d, run.text + begin + 1);
      const auto second_begin = LookupLead(d, tables.second_begin, bytes);
      const auto second_size = LookupLead(d, tables.second_size, bytes);
      const uint64_t candidates = MaskBits(
          d,
          hn::Or(is_control, hn::Lt(hn::Sub(next, second_begin), second_size)));
      NormalizeStop stop = NormalizeStop::kEnd;
      if (!DoCandidates(d, fold, candidates, stepper, run, &stop)) return stop;
    }
    run.at = std::max(begin + hn::Lanes(d), run.changed_end);
  }
  return reference::NormalizeUtf8(tables, run);
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

HWY_EXPORT(NormalizeUtf8);

namespace {

constexpr uint32_t kCodePoints = 0x110000;

}  // namespace

Utf8NormalTables::Utf8NormalTables()
    : block_of(kCodePoints / 64, 0), blocks(1), results(17, 0), parts(1, 0) {
  pairs.resize(1024, 0);
}

void Utf8NormalTables::SetBlock(uint32_t index, const Block& block) {
  // Searched from the end: equal blocks lie together.
  const auto same = std::find(blocks.rbegin(), blocks.rend(), block);
  block_of[index] = same == blocks.rend()
                        ? static_cast<uint16_t>(blocks.size())
                        : static_cast<uint16_t>(blocks.rend() - same - 1);
  if (same == blocks.rend()) blocks.push_back(block);
  for (uint32_t i = 0; i < 64; ++i) {
    if ((block.candidates >> i & 1) == 0) continue;
    uint8_t bytes[4];
    const size_t size = reference::PutUtf8(index * 64 + i, bytes);
    if (size == 1) continue;
    uint8_t& begin = second_begin[bytes[0] & 0x3F];
    uint8_t& count = second_size[bytes[0] & 0x3F];
    const int end = std::max<int>(count == 0 ? 0 : begin + count, bytes[1] + 1);
    begin = count == 0 ? bytes[1] : std::min(begin, bytes[1]);
    count = static_cast<uint8_t>(end - begin);
  }
}

uint32_t Utf8NormalTables::AddResult(std::string_view bytes) {
  // The last 16 bytes stay behind all results, for those who read 16 of one.
  const size_t at = results.size() - 16;
  results.resize(results.size() + 1 + bytes.size(), 0);
  results[at] = static_cast<uint8_t>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), results.begin() + at + 1);
  return static_cast<uint32_t>(at);
}

uint32_t Utf8NormalTables::AddParts(std::span<const uint32_t> list) {
  const size_t at = parts.size();
  parts.push_back(static_cast<uint32_t>(list.size()));
  parts.insert(parts.end(), list.begin(), list.end());
  return static_cast<uint32_t>(at);
}

void Utf8NormalTables::AddPair(uint32_t first, uint32_t second,
                               uint32_t composite) {
  const auto insert = [&](uint64_t pair) {
    size_t slot = reference::PairHash(static_cast<uint32_t>(pair >> 42),
                                      pair >> 21 & 0x1FFFFF, pairs.size());
    while (pairs[slot] != 0) slot = (slot + 1) & (pairs.size() - 1);
    pairs[slot] = pair;
  };
  if (++num_pairs * 4 > pairs.size()) {
    std::vector<uint64_t> old(pairs.size() * 2, 0);
    old.swap(pairs);
    for (const uint64_t pair : old)
      if (pair != 0) insert(pair);
  }
  insert(uint64_t{first} << 42 | uint64_t{second} << 21 | composite);
}

NormalizeStop NormalizeUtf8(const Utf8NormalTables& tables, NormalizeRun& run) {
  return HWY_DYNAMIC_DISPATCH(NormalizeUtf8)(tables, run);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
