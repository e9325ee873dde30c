#include "vocab/count_table.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "core/check.h"
#include "core/large_block.h"
#include "kernels/span_ids.h"

namespace rowsplit::internal {

namespace {

using kernels::InlineKey;
using kernels::kBucketKeys;
using kernels::TokenBucket;

constexpr size_t kFirstBuckets = 1024;
constexpr size_t kFirstLongSlots = 64;
constexpr size_t kChunkBytes = size_t{1} << 16;

// Tokens that are looked up at once; the table must have room for as many.
constexpr size_t kGroup = 256;

// Keys in a bucket: at most one on average while the table may grow, more when
// the budget forbids it.
constexpr size_t MostKeys(size_t num_buckets) {
  return num_buckets + num_buckets / 2;
}

// With room for long tokens.
constexpr size_t CountersFor(size_t num_buckets) {
  return MostKeys(num_buckets) + num_buckets / 8 + 1;
}

uint64_t BigEndian(uint64_t word) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(word)
                                                    : word;
}

uint64_t LoadWord(const unsigned char* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

}  // namespace

// The bytes in their order, then the size: of two tokens that differ only in
// the zeros that pad them, the shorter is first.
inline bool CountTable::SortKey::operator<(const SortKey& other) const {
  const uint64_t high = LoadWord(words);
  const uint64_t other_high = LoadWord(other.words);
  return high != other_high ? high < other_high
                            : LoadWord(words + 8) < LoadWord(other.words + 8);
}

InlineKey CountTable::SortKey::key() const {
  return {{BigEndian(LoadWord(words)), BigEndian(LoadWord(words + 8))}};
}

CountTable::CountTable() : CountTable(false) {}

CountTable::CountTable(bool documents) : documents_enabled_(documents) {
  AllocateBuckets(kFirstBuckets);
  AllocateCounters(CountersFor(kFirstBuckets));
}

void CountTable::EnableDocuments() {
  if (documents_enabled_) return;
  documents_enabled_ = true;
  documents_.ResizeUninitialized(counts_.size());
  std::memset(static_cast<void*>(documents_.data()), 0,
              documents_.span().size_bytes());
}

void CountTable::AllocateBuckets(size_t num_buckets) {
  if (MostKeys(num_buckets) > kernels::kMaxTableTokens) throw std::bad_alloc();
  buckets_ = BufferBuilder<TokenBucket>(num_buckets);
  ClearBuckets();
  most_short_ = num_buckets;
}

// A token's counter is set when the token comes.
void CountTable::AllocateCounters(size_t num_counters) {
  const size_t num_used = num_types_ + 1;
  BufferBuilder<int64_t> counts(num_counters);
  counts[0] = 0;
  if (!counts_.empty()) {
    std::memcpy(counts.data(), counts_.data(), num_used * sizeof(int64_t));
  }
  counts_ = std::move(counts);
  if (!documents_enabled_) return;
  BufferBuilder<Documents> documents(num_counters);
  documents[0] = {0, 0};
  if (!documents_.empty()) {
    std::memcpy(static_cast<void*>(documents.data()), documents_.data(),
                num_used * sizeof(Documents));
  }
  documents_ = std::move(documents);
}

void CountTable::ClearBuckets() {
  constexpr int32_t kNone = kernels::kAbsent;
  std::fill_n(buckets_.data(), buckets_.size(),
              TokenBucket{{}, {kNone, kNone, kNone, kNone}});
  view_.buckets = buckets_.data();
  view_.num_buckets = buckets_.size();
  view_.num_long_slots = 1;
  view_.max_probe = 1;
  view_.seed = kernels::ProcessHashSeed();
}

// Requires a key that is not in the table, and room.
void CountTable::Place(const InlineKey& key, int32_t id) {
  uint64_t place =
      kernels::PlaceOf(HashKey(key, view_.seed), view_.num_buckets);
  for (uint32_t probe = 1;; ++probe) {
    TokenBucket& bucket = buckets_[place];
    for (int i = 0; i < kBucketKeys; ++i) {
      if (bucket.ids[i] >= 0) continue;
      bucket.keys[i] = key;
      bucket.ids[i] = id;
      view_.max_probe = std::max(view_.max_probe, probe);
      return;
    }
    bucket.ids[kBucketKeys] = kernels::kGoOn;
    if (++place == view_.num_buckets) place = 0;
  }
}

size_t CountTable::NewCounter() {
  const size_t counter = ++num_types_;
  ROWSPLIT_DCHECK(counter < counts_.size());
  counts_[counter] = 0;
  if (documents_enabled_) documents_[counter] = {0, 0};
  return counter;
}

size_t CountTable::ShortCounter(std::string_view token) {
  const InlineKey key = kernels::CopyKey(token);
  const int32_t found = kernels::FindKey(view_, key, HashKey(key, view_.seed));
  if (found >= 0) return static_cast<size_t>(found) + 1;
  ROWSPLIT_DCHECK(num_short_ < most_short_);
  ++num_short_;
  const size_t counter = NewCounter();
  Place(key, static_cast<int32_t>(counter - 1));
  view_.num_tokens = num_types_;
  return counter;
}

size_t CountTable::CounterOf(std::string_view token) {
  return token.size() <= kernels::kMaxInlineSize ? ShortCounter(token)
                                                 : LongCounter(token);
}

// The bucket of a key is its hash times the number of buckets, so old buckets
// in their order fill new ones in theirs.
void CountTable::Grow(size_t num_buckets) {
  {
    const BufferBuilder<TokenBucket> old = std::move(buckets_);
    AllocateBuckets(num_buckets);
    for (const TokenBucket& bucket : old.span()) {
      for (int i = 0; i < kBucketKeys && bucket.ids[i] >= 0; ++i) {
        Place(bucket.keys[i], bucket.ids[i]);
      }
    }
  }
  view_.num_tokens = num_types_;
  if (counts_.size() < CountersFor(num_buckets)) {
    AllocateCounters(CountersFor(num_buckets));
  }
}

int64_t CountTable::CounterBytes() const {
  return static_cast<int64_t>(sizeof(int64_t) +
                              (documents_enabled_ ? sizeof(Documents) : 0));
}

int64_t CountTable::BytesOf(size_t num_buckets) const {
  return static_cast<int64_t>(num_buckets * sizeof(TokenBucket)) +
         static_cast<int64_t>(CountersFor(num_buckets)) * CounterBytes();
}

bool CountTable::Reserve(size_t more, int64_t budget) {
  const size_t needed = num_short_ + more;
  if (needed <= most_short_ && num_types_ + more < counts_.size()) [[likely]]
    return true;
  const int64_t left = budget - size_bytes();
  if (num_types_ + more >= counts_.size()) {
    const size_t wanted =
        std::max(num_types_ + more + 1, counts_.size() + counts_.size() / 2);
    if (static_cast<int64_t>(wanted) * CounterBytes() > left) return false;
    AllocateCounters(wanted);
    return Reserve(more, budget);
  }
  const size_t num_buckets = buckets_.size();
  size_t wanted = std::max(2 * num_buckets, needed);
  if (BytesOf(wanted) > left) {
    // As large as the budget allows, if that is worth the work.
    wanted =
        left <= 0 ? 0 : static_cast<size_t>(left / (BytesOf(4096) / 4096 + 1));
    if (wanted < std::max(needed, num_buckets + num_buckets / 4)) {
      if (needed > MostKeys(num_buckets)) return false;
      most_short_ = MostKeys(num_buckets);
      return true;
    }
  }
  Grow(wanted);
  // What the old buckets were in counts.
  if (budget != kNoBudget) ReleaseKeptBlocks();
  return true;
}

void CountTable::FillBudget(int64_t budget) {
  Release();
  // An eighth is left for long tokens.
  const int64_t num_buckets =
      (budget - budget / 8) / (BytesOf(4096) / 4096 + 1);
  if (num_buckets <= static_cast<int64_t>(kFirstBuckets)) return;
  buckets_ = {};
  counts_ = {};
  documents_ = {};
  ReleaseKeptBlocks();
  AllocateBuckets(
      static_cast<size_t>(std::min<int64_t>(num_buckets, int64_t{1} << 30)));
  AllocateCounters(CountersFor(buckets_.size()));
  most_short_ = MostKeys(buckets_.size());
}

const char* CountTable::Keep(std::string_view token) {
  if (arena_.empty() ||
      arena_.back().capacity() - arena_.back().size() < token.size()) {
    const size_t capacity = std::max(kChunkBytes, token.size());
    arena_.emplace_back().Reserve(capacity);
    arena_bytes_ += static_cast<int64_t>(capacity);
  }
  BufferBuilder<char>& chunk = arena_.back();
  char* const kept = chunk.AppendUninitialized(token.size());
  std::memcpy(kept, token.data(), token.size());
  return kept;
}

void CountTable::ReserveLong() {
  if (2 * (num_long_ + 1) <= long_slots_.size()) return;
  const BufferBuilder<LongSlot> old =
      std::exchange(long_slots_, BufferBuilder<LongSlot>(std::max(
                                     kFirstLongSlots, 2 * long_slots_.size())));
  std::memset(static_cast<void*>(long_slots_.data()), 0,
              long_slots_.span().size_bytes());
  const size_t mask = long_slots_.size() - 1;
  for (const LongSlot& slot : old.span()) {
    if (slot.counter == 0) continue;
    size_t index = slot.hash & mask;
    while (long_slots_[index].counter != 0) index = (index + 1) & mask;
    long_slots_[index] = slot;
  }
}

size_t CountTable::LongCounter(std::string_view token) {
  ReserveLong();
  const uint64_t hash = kernels::HashLong(token, view_.seed);
  const size_t mask = long_slots_.size() - 1;
  size_t index = hash & mask;
  for (; long_slots_[index].counter != 0; index = (index + 1) & mask) {
    const LongSlot& slot = long_slots_[index];
    if (slot.hash == hash && slot.token() == token) return slot.counter;
  }
  ++num_long_;
  long_slots_[index] = {hash, Keep(token), token.size(), NewCounter()};
  return long_slots_[index].counter;
}

void CountTable::Add(std::string_view token, int64_t count, int64_t documents) {
  ROWSPLIT_DCHECK(count >= 1);
  ROWSPLIT_DCHECK(documents == 0 || documents_enabled_);
  num_tokens_ += count;
  Reserve(1, kNoBudget);
  const size_t counter = CounterOf(token);
  counts_[counter] += count;
  if (documents_enabled_) documents_[counter].count += documents;
}

void CountTable::AddTokens(const CountTable& other) {
  ROWSPLIT_DCHECK(&other != this);
  // All room first: tokens that come in the order of their hashes would crowd
  // the first buckets of a table that grows under them.
  Reserve(static_cast<size_t>(other.num_types_), kNoBudget);
  other.ForEach([this](const TokenCount& token) {
    Add(token.token, token.count, token.documents);
  });
}

void CountTable::Count(std::span<const int64_t> counters) {
  int64_t* const counts = counts_.data();
  for (const int64_t counter : counters) ++counts[counter];
}

void CountTable::CountByRows(std::span<const int64_t> counters,
                             std::span<const Offset> row_ends,
                             Offset first_token) {
  Count(counters);
  Documents* const documents = documents_.data();
  size_t next_end = 0;
  for (size_t i = 0; i < counters.size(); i += kGroup) {
    const size_t size = std::min(kGroup, counters.size() - i);
    // How many rows end before a token of the group, then their running sum: a
    // loop a row would end at another place each time.
    uint64_t rows[kGroup + 1] = {};
    const Offset begin = first_token + static_cast<Offset>(i);
    for (; next_end < row_ends.size() &&
           row_ends[next_end] < begin + static_cast<Offset>(size);
         ++next_end) {
      ROWSPLIT_DCHECK(row_ends[next_end] >= begin);
      ++rows[row_ends[next_end] - begin];
    }
    for (size_t token = 0; token < size; ++token) {
      row_ += rows[token];
      Documents& counted = documents[counters[i + token]];
      counted.count += counted.last_row != row_;
      counted.last_row = row_;
    }
  }
  row_ += row_ends.size() - next_end;
  num_documents_ += static_cast<int64_t>(row_ends.size());
}

void CountTable::FindCounters(std::string_view bytes,
                              std::span<const TokenSpan> tokens,
                              int64_t* counters) {
  kernels::FindIds(view_, bytes.data(), bytes.size(), tokens.data(),
                   tokens.size(), 1, 0, counters);
  uint32_t misses[kGroup];
  size_t num_misses = 0;
  for (size_t i = 0; i < tokens.size(); ++i) {
    misses[num_misses] = static_cast<uint32_t>(i);
    num_misses += counters[i] == 0;
  }
  if (num_misses == 0) return;
  Reserve(num_misses, kNoBudget);
  for (size_t i = 0; i < num_misses; ++i) {
    const TokenSpan token = tokens[misses[i]];
    counters[misses[i]] =
        static_cast<int64_t>(CounterOf(bytes.substr(token.begin, token.size)));
  }
}

void CountTable::AddSpans(std::string_view bytes,
                          std::span<const TokenSpan> tokens) {
  int64_t counters[kGroup];
  for (size_t i = 0; i < tokens.size(); i += kGroup) {
    const size_t size = std::min(kGroup, tokens.size() - i);
    FindCounters(bytes, tokens.subspan(i, size), counters);
    Count({counters, size});
  }
  num_tokens_ += static_cast<int64_t>(tokens.size());
}

void CountTable::AddRows(std::string_view bytes,
                         std::span<const TokenSpan> tokens,
                         std::span<const Offset> row_ends) {
  ROWSPLIT_DCHECK(documents_enabled_);
  int64_t counters[kGroup];
  size_t end_row = 0;
  for (size_t i = 0; i < tokens.size(); i += kGroup) {
    const size_t size = std::min(kGroup, tokens.size() - i);
    FindCounters(bytes, tokens.subspan(i, size), counters);
    // The rows that end before the last token of the group.
    const size_t first_row = end_row;
    while (end_row < row_ends.size() &&
           row_ends[end_row] < static_cast<Offset>(i + size)) {
      ++end_row;
    }
    CountByRows({counters, size},
                row_ends.subspan(first_row, end_row - first_row),
                static_cast<Offset>(i));
  }
  row_ += row_ends.size() - end_row;
  num_documents_ += static_cast<int64_t>(row_ends.size() - end_row);
  num_tokens_ += static_cast<int64_t>(tokens.size());
}

void CountTable::Double() {
  num_tokens_ *= 2;
  num_documents_ *= 2;
  for (size_t counter = 1; counter <= num_types_; ++counter) {
    counts_[counter] *= 2;
    if (documents_enabled_) documents_[counter].count *= 2;
  }
}

int64_t CountTable::size_bytes() const {
  return static_cast<int64_t>(
             sizeof(CountTable) + buckets_.span().size_bytes() +
             counts_.span().size_bytes() + documents_.span().size_bytes() +
             long_slots_.span().size_bytes()) +
         arena_bytes_;
}

// Writes the short tokens over the buckets, from the front, and sorts them.
size_t CountTable::GatherShort() {
  auto* const sorted = reinterpret_cast<SortKey*>(buckets_.data());
  size_t num_sorted = 0;
  for (const TokenBucket& next : buckets_.span()) {
    const TokenBucket bucket = next;
    for (int i = 0; i < kBucketKeys && bucket.ids[i] >= 0; ++i) {
      const uint64_t words[2] = {BigEndian(bucket.keys[i].words[0]),
                                 BigEndian(bucket.keys[i].words[1])};
      SortKey& key = sorted[num_sorted++];
      std::memcpy(key.words, words, sizeof words);
      key.id = bucket.ids[i];
    }
  }
  std::sort(sorted, sorted + num_sorted);
  return num_sorted;
}

size_t CountTable::GatherLong() {
  size_t num_sorted = 0;
  for (const LongSlot& slot : long_slots_.span()) {
    if (slot.counter != 0) long_slots_[num_sorted++] = slot;
  }
  std::sort(long_slots_.data(), long_slots_.data() + num_sorted,
            [](const LongSlot& a, const LongSlot& b) {
              return a.token() < b.token();
            });
  return num_sorted;
}

absl::Status CountTable::Drain(
    absl::FunctionRef<absl::Status(const TokenCount&)> visit) {
  const size_t num_short = GatherShort();
  const size_t num_long = GatherLong();
  const auto visit_long = [&](const LongSlot& slot) {
    return visit(CountOf(slot.token(), slot.counter));
  };
  const auto* const sorted = reinterpret_cast<const SortKey*>(buckets_.data());
  absl::Status status;
  size_t next_long = 0;
  for (size_t i = 0; i < num_short && status.ok(); ++i) {
    const InlineKey key = sorted[i].key();
    while (status.ok() && next_long < num_long &&
           long_slots_[next_long].token() < key.token()) {
      status = visit_long(long_slots_[next_long++]);
    }
    if (status.ok()) {
      status =
          visit(CountOf(key.token(), static_cast<size_t>(sorted[i].id) + 1));
    }
  }
  while (status.ok() && next_long < num_long) {
    status = visit_long(long_slots_[next_long++]);
  }
  Clear();
  return status;
}

void CountTable::Clear() {
  ClearBuckets();
  view_.num_tokens = num_types_ = num_short_ = 0;
  num_long_ = 0;
  long_slots_ = {};
  arena_.clear();
  arena_bytes_ = 0;
  num_tokens_ = 0;
  num_documents_ = 0;
}

}  // namespace rowsplit::internal
