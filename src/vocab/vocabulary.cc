#include "rowsplit/vocab/vocabulary.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/inline_key.h"
#include "vocab/token_text.h"
#include "vocab/vocabulary_file.h"

namespace rowsplit {

namespace {

using internal::InlineKey;

constexpr int kBucketKeys = 3;
constexpr int32_t kAbsent = -1;
// In place of kAbsent: the bucket is full and the search goes on in the next.
constexpr int32_t kGoOn = -2;

// One cache line. The fourth id is the answer for a key that is not among the
// three, so a look-up ends without a branch on hit or miss.
struct alignas(64) Bucket {
  InlineKey keys[kBucketKeys];
  int32_t ids[kBucketKeys + 1];
};
static_assert(sizeof(Bucket) == 64);

// At most one key of a bucket is equal, so the index can be summed up:
// 3 ^ 3 = 0, 3 ^ 2 = 1, 3 ^ 1 = 2, and 3 for none.
inline int32_t FindInBucket(const Bucket& bucket, const InlineKey& key) {
  const int index = 3 ^ (3 * SameKey(bucket.keys[0], key)) ^
                    (2 * SameKey(bucket.keys[1], key)) ^
                    static_cast<int>(SameKey(bucket.keys[2], key));
  return bucket.ids[index];
}

// The choice by a mask of the sign bit: a branch could not be predicted.
inline int64_t ShiftId(int32_t id, int64_t first_id, int64_t unknown_id) {
  const int64_t absent = id >> 31;
  return ((first_id + id) & ~absent) | (unknown_id & absent);
}

// A token too long for a key; `id` is kAbsent in an empty slot.
struct LongSlot {
  uint64_t hash;
  int32_t id;
};

// Look-ups in flight at once: enough to hide the memory's latency, few enough
// for their keys to stay in the first-level cache.
constexpr size_t kGroup = 64;

}  // namespace

struct Vocabulary::Table {
  StringTensor tokens;
  internal::HashSeed seed = internal::ProcessHashSeed();
  BufferBuilder<Bucket> buckets;
  uint64_t bucket_mask = 0;
  BufferBuilder<LongSlot> long_slots;
  uint64_t long_mask = 0;

  // Maps the tokens to their indices. Returns the two indices of the first
  // token that comes twice.
  absl::StatusOr<std::optional<std::pair<int64_t, int64_t>>> Fill(
      StringTensor all);

  int32_t Find(const InlineKey& key, uint64_t hash) const;
  int32_t FindLong(std::string_view token) const;
  void FindGroup(std::string_view bytes, std::span<const TokenSpan> spans,
                 int64_t* ids, int64_t first_id, int64_t unknown_id) const;

  void Allocate(int64_t num_short, int64_t num_long);

 private:
  // Gives the token the id, or returns the id that it has already.
  int32_t Insert(std::string_view token, int32_t id);
  int32_t InsertLong(std::string_view token, int32_t id);
};

absl::StatusOr<std::optional<std::pair<int64_t, int64_t>>>
Vocabulary::Table::Fill(StringTensor all) {
  constexpr int64_t kMaxTokens = (int64_t{1} << 31) - 3;
  if (all.size() > kMaxTokens) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "vocabulary: at most %d tokens, got %d", kMaxTokens, all.size()));
  }
  tokens = std::move(all);
  const StringTensorView view = tokens;
  int64_t num_long = 0;
  for (int64_t id = 0; id < view.size(); ++id) {
    num_long += view[id].size() > internal::kMaxInlineSize;
  }
  Allocate(view.size() - num_long, num_long);
  for (int64_t id = 0; id < view.size(); ++id) {
    const int32_t kept = Insert(view[id], static_cast<int32_t>(id));
    if (kept != id) return std::pair<int64_t, int64_t>(kept, id);
  }
  return std::nullopt;
}

void Vocabulary::Table::Allocate(int64_t num_short, int64_t num_long) {
  const uint64_t num_buckets =
      std::bit_ceil(static_cast<uint64_t>(num_short) + 1);
  buckets.ResizeUninitialized(num_buckets);
  bucket_mask = num_buckets - 1;
  const Bucket empty = {{}, {kAbsent, kAbsent, kAbsent, kAbsent}};
  std::fill_n(buckets.data(), num_buckets, empty);

  const uint64_t num_slots =
      std::bit_ceil(2 * static_cast<uint64_t>(num_long) + 1);
  long_slots.ResizeUninitialized(num_slots);
  long_mask = num_slots - 1;
  std::fill_n(long_slots.data(), num_slots, LongSlot{0, kAbsent});
}

int32_t Vocabulary::Table::Insert(std::string_view token, int32_t id) {
  if (token.size() > internal::kMaxInlineSize) return InsertLong(token, id);
  const InlineKey key = internal::CopyKey(token);
  uint64_t index = HashKey(key, seed) & bucket_mask;
  while (true) {
    Bucket& bucket = buckets[index];
    for (int i = 0; i < kBucketKeys; ++i) {
      if (SameKey(bucket.keys[i], key)) return bucket.ids[i];
      if (bucket.keys[i].empty()) {
        bucket.keys[i] = key;
        return bucket.ids[i] = id;
      }
    }
    bucket.ids[kBucketKeys] = kGoOn;
    index = (index + 1) & bucket_mask;
  }
}

int32_t Vocabulary::Table::InsertLong(std::string_view token, int32_t id) {
  const uint64_t hash = internal::HashLong(token, seed);
  uint64_t index = hash & long_mask;
  while (long_slots[index].id != kAbsent) {
    const LongSlot& slot = long_slots[index];
    if (slot.hash == hash && tokens[slot.id] == token) return slot.id;
    index = (index + 1) & long_mask;
  }
  long_slots[index] = {hash, id};
  return id;
}

int32_t Vocabulary::Table::Find(const InlineKey& key, uint64_t hash) const {
  const Bucket* all = buckets.data();
  uint64_t index = hash & bucket_mask;
  int32_t id = FindInBucket(all[index], key);
  while (id == kGoOn) {
    index = (index + 1) & bucket_mask;
    id = FindInBucket(all[index], key);
  }
  return id;
}

int32_t Vocabulary::Table::FindLong(std::string_view token) const {
  const LongSlot* all = long_slots.data();
  const uint64_t hash = internal::HashLong(token, seed);
  for (uint64_t index = hash & long_mask; all[index].id != kAbsent;
       index = (index + 1) & long_mask) {
    if (all[index].hash == hash && tokens[all[index].id] == token) {
      return all[index].id;
    }
  }
  return kAbsent;
}

void Vocabulary::Table::FindGroup(std::string_view bytes,
                                  std::span<const TokenSpan> spans,
                                  int64_t* ids, int64_t first_id,
                                  int64_t unknown_id) const {
  InlineKey keys[kGroup];
  uint64_t hashes[kGroup];
  uint32_t long_tokens[kGroup];
  size_t num_long = 0;
  for (size_t i = 0; i < spans.size(); ++i) {
    ROWSPLIT_DCHECK(uint64_t{spans[i].begin} + spans[i].size <= bytes.size());
    keys[i] = internal::KeyOf(bytes, spans[i]);
    hashes[i] = HashKey(keys[i], seed);
    __builtin_prefetch(buckets.data() + (hashes[i] & bucket_mask));
    long_tokens[num_long] = static_cast<uint32_t>(i);
    num_long += spans[i].size > internal::kMaxInlineSize;
  }
  for (size_t i = 0; i < spans.size(); ++i) {
    ids[i] = ShiftId(Find(keys[i], hashes[i]), first_id, unknown_id);
  }
  for (size_t i = 0; i < num_long; ++i) {
    const TokenSpan span = spans[long_tokens[i]];
    ids[long_tokens[i]] = ShiftId(FindLong(bytes.substr(span.begin, span.size)),
                                  first_id, unknown_id);
  }
}

Vocabulary::Vocabulary(std::shared_ptr<const Table> table)
    : table_(std::move(table)) {}

Vocabulary::Vocabulary() {
  static const std::shared_ptr<const Table> empty = [] {
    auto table = std::make_shared<Table>();
    table->Allocate(0, 0);
    return table;
  }();
  table_ = empty;
}

absl::StatusOr<Vocabulary> Vocabulary::FromTokens(StringTensor tokens) {
  auto table = std::make_shared<Table>();
  ROWSPLIT_ASSIGN_OR_RETURN(const auto twice, table->Fill(std::move(tokens)));
  if (twice.has_value()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "vocabulary: the tokens must differ: tokens[%d] and tokens[%d] are "
        "both %s",
        twice->first, twice->second,
        internal::TokenText(table->tokens[twice->first])));
  }
  return Vocabulary(std::move(table));
}

absl::StatusOr<Vocabulary> Vocabulary::FromFile(const std::string& path) {
  ROWSPLIT_ASSIGN_OR_RETURN(StringTensor tokens,
                            internal::ReadVocabularyFile(path));
  auto table = std::make_shared<Table>();
  ROWSPLIT_ASSIGN_OR_RETURN(const auto twice, table->Fill(std::move(tokens)));
  if (twice.has_value()) {
    return absl::FailedPreconditionError(absl::StrFormat(
        "the lines of the vocabulary file %s must differ: line %d and line %d "
        "are both %s",
        path, twice->first + 1, twice->second + 1,
        internal::TokenText(table->tokens[twice->first])));
  }
  return Vocabulary(std::move(table));
}

const StringTensor& Vocabulary::tokens() const { return table_->tokens; }

int64_t Vocabulary::Find(std::string_view token) const {
  if (token.size() > internal::kMaxInlineSize) return table_->FindLong(token);
  const InlineKey key = internal::CopyKey(token);
  return table_->Find(key, HashKey(key, table_->seed));
}

void Vocabulary::FindSpans(std::string_view bytes,
                           std::span<const TokenSpan> spans,
                           std::span<int64_t> ids, int64_t first_id,
                           int64_t unknown_id) const {
  ROWSPLIT_DCHECK(ids.size() == spans.size());
  const Table& table = *table_;
  for (size_t i = 0; i < spans.size(); i += kGroup) {
    table.FindGroup(bytes, spans.subspan(i, std::min(kGroup, spans.size() - i)),
                    ids.data() + i, first_id, unknown_id);
  }
}

int64_t Vocabulary::size_bytes() const {
  const Table& table = *table_;
  return static_cast<int64_t>(sizeof(Table) + table.tokens.bytes().size() +
                              table.tokens.offsets().row_splits().size_bytes() +
                              table.buckets.span().size_bytes() +
                              table.long_slots.span().size_bytes());
}

}  // namespace rowsplit
