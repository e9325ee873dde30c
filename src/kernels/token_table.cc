#include "kernels/token_table.h"

#include <algorithm>

namespace rowsplit::kernels {

namespace {

std::string_view Token(const TokenTableView& table, uint64_t id) {
  return {table.bytes + table.offsets[id],
          static_cast<size_t>(table.offsets[id + 1] - table.offsets[id])};
}

uint64_t Next(uint64_t place, uint64_t num_places) {
  return place + 1 == num_places ? 0 : place + 1;
}

uint32_t TagOf(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }

// Whether `slot` is for `token`; looks at its id and the id's bytes before it
// trusts them.
bool IsSlotOf(const TokenTableView& table, const LongSlot& slot, uint32_t tag,
              std::string_view token) {
  if (slot.tag != tag || static_cast<uint32_t>(slot.id) >= table.num_tokens) {
    return false;
  }
  const Offset begin = table.offsets[slot.id];
  const Offset end = table.offsets[slot.id + 1];
  if (begin < 0 || end < begin ||
      static_cast<uint64_t>(end) > table.num_bytes) {
    return false;
  }
  return token == std::string_view(table.bytes + begin,
                                   static_cast<size_t>(end - begin));
}

}  // namespace

uint64_t NumBuckets(uint64_t num_short) {
  // 1.25 keys a bucket.
  return std::min(num_short - num_short / 5 + 1, kMaxPlaces);
}

uint64_t NumLongSlots(uint64_t num_long) {
  return std::min(2 * num_long + 1, kMaxPlaces);
}

TokenTableWriter::TokenTableWriter(TokenBucket* buckets, LongSlot* long_slots,
                                   const TokenTableView& view)
    : buckets_(buckets), long_slots_(long_slots), view_(view) {
  view_.buckets = buckets;
  view_.long_slots = long_slots;
  view_.max_probe = 1;
  view_.max_long_probe = 1;
  const TokenBucket empty = {{}, {kAbsent, kAbsent, kAbsent, kAbsent}};
  std::fill_n(buckets, view.num_buckets, empty);
  std::fill_n(long_slots, view.num_long_slots, LongSlot{0, kAbsent});
}

int32_t TokenTableWriter::Insert(int32_t id) {
  const std::string_view token = Token(view_, static_cast<uint64_t>(id));
  return token.size() > kMaxInlineSize ? InsertLong(token, id)
                                       : InsertShort(token, id);
}

void TokenTableWriter::Prefetch(int32_t id) const {
  const std::string_view token = Token(view_, static_cast<uint64_t>(id));
  if (token.size() <= kMaxInlineSize) {
    const uint64_t hash = HashKey(CopyKey(token), view_.seed);
    __builtin_prefetch(buckets_ + PlaceOf(hash, view_.num_buckets), 1);
  } else {
    const uint64_t hash = HashLong(token, view_.seed);
    __builtin_prefetch(long_slots_ + PlaceOf(hash, view_.num_long_slots), 1);
  }
}

int32_t TokenTableWriter::InsertShort(std::string_view token, int32_t id) {
  const InlineKey key = CopyKey(token);
  uint64_t place = PlaceOf(HashKey(key, view_.seed), view_.num_buckets);
  for (uint32_t probe = 1;; ++probe) {
    TokenBucket& bucket = buckets_[place];
    for (int i = 0; i < kBucketKeys; ++i) {
      if (SameKey(bucket.keys[i], key)) return bucket.ids[i];
      if (bucket.keys[i].empty()) {
        bucket.keys[i] = key;
        view_.max_probe = std::max(view_.max_probe, probe);
        return bucket.ids[i] = id;
      }
    }
    bucket.ids[kBucketKeys] = kGoOn;
    place = Next(place, view_.num_buckets);
  }
}

int32_t TokenTableWriter::InsertLong(std::string_view token, int32_t id) {
  const uint64_t hash = HashLong(token, view_.seed);
  uint64_t place = PlaceOf(hash, view_.num_long_slots);
  uint32_t probe = 1;
  for (; long_slots_[place].id != kAbsent; ++probe) {
    const LongSlot& slot = long_slots_[place];
    if (IsSlotOf(view_, slot, TagOf(hash), token)) return slot.id;
    place = Next(place, view_.num_long_slots);
  }
  long_slots_[place] = {TagOf(hash), id};
  view_.max_long_probe = std::max(view_.max_long_probe, probe);
  return id;
}

int32_t FindFurther(const TokenTableView& table, const InlineKey& key,
                    uint64_t place) {
  for (uint32_t probe = 1; probe < table.max_probe; ++probe) {
    place = Next(place, table.num_buckets);
    const int32_t id = FindInBucket(table.buckets[place], key);
    if (id != kGoOn) return id;
  }
  return kAbsent;
}

int32_t FindLong(const TokenTableView& table, std::string_view token) {
  const uint64_t hash = HashLong(token, table.seed);
  uint64_t place = PlaceOf(hash, table.num_long_slots);
  for (uint32_t probe = 0; probe < table.max_long_probe; ++probe) {
    const LongSlot& slot = table.long_slots[place];
    if (IsSlotOf(table, slot, TagOf(hash), token)) return slot.id;
    if (slot.id == kAbsent) return kAbsent;
    place = Next(place, table.num_long_slots);
  }
  return kAbsent;
}

int64_t FindId(const TokenTableView& table, std::string_view token) {
  if (token.size() > kMaxInlineSize) return FindLong(table, token);
  const InlineKey key = CopyKey(token);
  return ShiftId(FindKey(table, key, HashKey(key, table.seed)),
                 table.num_tokens, 0, -1);
}

}  // namespace rowsplit::kernels
