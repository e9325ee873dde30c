#include "rowsplit/vocab/vocabulary_builder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "kernels/inline_key.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

namespace {

using kernels::InlineKey;

// A short token and how often it came; all zeros is an empty slot.
struct Slot {
  InlineKey key;
  int64_t count;
};

// A token too long for a key: its text is a part of the long tokens' bytes. An
// empty slot has the count 0.
struct LongSlot {
  uint64_t hash;
  int64_t count;
  size_t begin;
  size_t size;
};

constexpr size_t kGroup = 32;
// The first size of a table. Tables are at most half full.
constexpr size_t kFirstSlots = 1024;
static_assert(kFirstSlots / 2 > kGroup);

template <typename S>
BufferBuilder<S> EmptySlots(size_t num_slots) {
  BufferBuilder<S> slots(num_slots);
  std::memset(static_cast<void*>(slots.data()), 0, num_slots * sizeof(S));
  return slots;
}

// The order of MostCommon.
bool Before(const TokenCount& a, const TokenCount& b) {
  return a.count != b.count ? a.count > b.count : a.token > b.token;
}

}  // namespace

struct VocabularyBuilder::Table {
  kernels::HashSeed seed = kernels::ProcessHashSeed();
  BufferBuilder<Slot> slots = EmptySlots<Slot>(kFirstSlots);
  size_t num_short = 0;
  BufferBuilder<LongSlot> long_slots;
  BufferBuilder<char> long_bytes;
  size_t num_long = 0;
  int64_t num_tokens = 0;

  // Makes room for `more` new short tokens.
  void ReserveShort(size_t more);
  void ReserveLong();
  // Requires room for a new token.
  void AddKey(const InlineKey& key, uint64_t hash, int64_t count);
  void AddLong(std::string_view token, int64_t count);
  void AddGroup(std::string_view bytes, std::span<const TokenSpan> tokens);

  std::string_view LongToken(const LongSlot& slot) const {
    return {long_bytes.data() + slot.begin, slot.size};
  }
};

void VocabularyBuilder::Table::ReserveShort(size_t more) {
  size_t num_slots = slots.size();
  while (num_short + more > num_slots / 2) num_slots *= 2;
  if (num_slots == slots.size()) return;
  BufferBuilder<Slot> old = std::exchange(slots, EmptySlots<Slot>(num_slots));
  num_short = 0;
  for (const Slot& slot : old.span()) {
    if (slot.count != 0) AddKey(slot.key, HashKey(slot.key, seed), slot.count);
  }
}

void VocabularyBuilder::Table::ReserveLong() {
  if (2 * (num_long + 1) <= long_slots.size()) return;
  const BufferBuilder<LongSlot> old = std::exchange(
      long_slots,
      EmptySlots<LongSlot>(std::max<size_t>(64, 2 * long_slots.size())));
  const size_t mask = long_slots.size() - 1;
  for (const LongSlot& slot : old.span()) {
    if (slot.count == 0) continue;
    size_t index = slot.hash & mask;
    while (long_slots[index].count != 0) index = (index + 1) & mask;
    long_slots[index] = slot;
  }
}

inline void VocabularyBuilder::Table::AddKey(const InlineKey& key,
                                             uint64_t hash, int64_t count) {
  Slot* const all = slots.data();
  const size_t mask = slots.size() - 1;
  size_t index = hash & mask;
  while (!SameKey(all[index].key, key)) {
    if (all[index].key.empty()) {
      all[index].key = key;
      ++num_short;
      break;
    }
    index = (index + 1) & mask;
  }
  all[index].count += count;
}

void VocabularyBuilder::Table::AddLong(std::string_view token, int64_t count) {
  ReserveLong();
  const uint64_t hash = kernels::HashLong(token, seed);
  const size_t mask = long_slots.size() - 1;
  size_t index = hash & mask;
  for (; long_slots[index].count != 0; index = (index + 1) & mask) {
    LongSlot& slot = long_slots[index];
    if (slot.hash == hash && LongToken(slot) == token) {
      slot.count += count;
      return;
    }
  }
  long_slots[index] = {hash, count, long_bytes.size(), token.size()};
  long_bytes.Append(std::span<const char>(token.data(), token.size()));
  ++num_long;
}

void VocabularyBuilder::Table::AddGroup(std::string_view bytes,
                                        std::span<const TokenSpan> tokens) {
  InlineKey keys[kGroup];
  uint64_t hashes[kGroup];
  size_t num_keys = 0;
  uint32_t long_tokens[kGroup];
  size_t num_long_tokens = 0;
  const Slot* const all = slots.data();
  const size_t mask = slots.size() - 1;
  for (size_t i = 0; i < tokens.size(); ++i) {
    ROWSPLIT_DCHECK(uint64_t{tokens[i].begin} + tokens[i].size <= bytes.size());
    // Both lists get the token; the one that it belongs to keeps it.
    keys[num_keys] = kernels::KeyOf(bytes, tokens[i]);
    hashes[num_keys] = HashKey(keys[num_keys], seed);
    __builtin_prefetch(all + (hashes[num_keys] & mask));
    long_tokens[num_long_tokens] = static_cast<uint32_t>(i);
    const bool is_long = tokens[i].size > kernels::kMaxInlineSize;
    num_keys += !is_long;
    num_long_tokens += is_long;
  }
  for (size_t i = 0; i < num_keys; ++i) AddKey(keys[i], hashes[i], 1);
  for (size_t i = 0; i < num_long_tokens; ++i) {
    const TokenSpan token = tokens[long_tokens[i]];
    AddLong(bytes.substr(token.begin, token.size), 1);
  }
}

VocabularyBuilder::VocabularyBuilder() : table_(std::make_unique<Table>()) {}
VocabularyBuilder::~VocabularyBuilder() = default;
VocabularyBuilder::VocabularyBuilder(VocabularyBuilder&&) noexcept = default;
VocabularyBuilder& VocabularyBuilder::operator=(VocabularyBuilder&&) noexcept =
    default;

void VocabularyBuilder::Add(std::string_view token, int64_t count) {
  ROWSPLIT_DCHECK(count >= 0);
  if (count == 0) return;
  table_->num_tokens += count;
  if (token.size() > kernels::kMaxInlineSize) {
    table_->AddLong(token, count);
    return;
  }
  table_->ReserveShort(1);
  const InlineKey key = kernels::CopyKey(token);
  table_->AddKey(key, HashKey(key, table_->seed), count);
}

void VocabularyBuilder::AddSpans(std::string_view bytes,
                                 std::span<const TokenSpan> tokens) {
  Table& table = *table_;
  for (size_t i = 0; i < tokens.size(); i += kGroup) {
    table.ReserveShort(kGroup);
    table.AddGroup(bytes,
                   tokens.subspan(i, std::min(kGroup, tokens.size() - i)));
  }
  table.num_tokens += static_cast<int64_t>(tokens.size());
}

void VocabularyBuilder::Merge(const VocabularyBuilder& other) {
  Table& table = *table_;
  const Table& from = *other.table_;
  table.num_tokens += from.num_tokens;
  if (&from == &table) {
    for (Slot& slot : table.slots.span()) slot.count *= 2;
    for (LongSlot& slot : table.long_slots.span()) slot.count *= 2;
    return;
  }
  for (const Slot& slot : from.slots.span()) {
    if (slot.count == 0) continue;
    table.ReserveShort(1);
    table.AddKey(slot.key, HashKey(slot.key, table.seed), slot.count);
  }
  for (const LongSlot& slot : from.long_slots.span()) {
    if (slot.count != 0) table.AddLong(from.LongToken(slot), slot.count);
  }
}

int64_t VocabularyBuilder::num_tokens() const { return table_->num_tokens; }

int64_t VocabularyBuilder::num_types() const {
  return static_cast<int64_t>(table_->num_short + table_->num_long);
}

int64_t VocabularyBuilder::size_bytes() const {
  const Table& table = *table_;
  return static_cast<int64_t>(sizeof(Table) + table.slots.span().size_bytes() +
                              table.long_slots.span().size_bytes() +
                              table.long_bytes.size());
}

std::vector<TokenCount> VocabularyBuilder::MostCommon(int64_t max_tokens,
                                                      int64_t min_count) const {
  const Table& table = *table_;
  std::vector<TokenCount> result;
  if (min_count <= 1) result.reserve(num_types());
  for (const Slot& slot : table.slots.span()) {
    if (slot.count != 0 && slot.count >= min_count) {
      result.push_back({slot.key.token(), slot.count});
    }
  }
  for (const LongSlot& slot : table.long_slots.span()) {
    if (slot.count != 0 && slot.count >= min_count) {
      result.push_back({table.LongToken(slot), slot.count});
    }
  }
  if (max_tokens >= 0 && max_tokens < static_cast<int64_t>(result.size())) {
    std::nth_element(result.begin(), result.begin() + max_tokens, result.end(),
                     Before);
    result.resize(max_tokens);
  }
  std::sort(result.begin(), result.end(), Before);
  return result;
}

absl::StatusOr<Vocabulary> VocabularyBuilder::Build(
    const VocabularyOptions& options) const {
  const auto num_special = static_cast<int64_t>(options.special_tokens.size());
  if (options.max_tokens != -1 && options.max_tokens < num_special) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "vocabulary: max_tokens must be -1 or at least the number of special "
        "tokens, %d, got %d",
        num_special, options.max_tokens));
  }
  if (options.min_count < 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "vocabulary: min_count must be at least 1, got %d", options.min_count));
  }
  StringTensorBuilder tokens;
  for (const std::string& special : options.special_tokens) {
    tokens.Append(special);
  }
  // Of the most common, each special token may be one.
  for (const TokenCount& common :
       MostCommon(options.max_tokens, options.min_count)) {
    if (tokens.size() == options.max_tokens) break;
    const auto& special = options.special_tokens;
    if (std::find(special.begin(), special.end(), common.token) ==
        special.end()) {
      tokens.Append(common.token);
    }
  }
  return Vocabulary::FromTokens(std::move(tokens).Build());
}

}  // namespace rowsplit
