#ifndef ROWSPLIT_SRC_VOCAB_COUNT_TABLE_H_
#define ROWSPLIT_SRC_VOCAB_COUNT_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "kernels/byte_map.h"
#include "kernels/inline_key.h"
#include "kernels/token_ids.h"
#include "kernels/token_table.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/vocab/vocabulary_builder.h"

namespace rowsplit::internal {

// What CountTable::AddText uses again.
struct CountTextScratch {
  kernels::TokenScratch kernel;
  BufferBuilder<Offset> row_ends;
  BufferBuilder<int64_t> counters;
  // Of the last text.
  int64_t num_tokens = 0;
};

// The counts of tokens in memory: what VocabularyBuilder and TokenCounter
// share. Not for several threads at once.
//
// A bucket of three inline keys leads to the number of a token, given in the
// order in which tokens came first; the counts are arrays over these numbers.
// So a hit and a miss take the same path, and the counts of frequent tokens,
// which come early, lie together. Longer tokens have a table of their own.
class CountTable {
 public:
  static constexpr int64_t kNoBudget = std::numeric_limits<int64_t>::max();

  CountTable();

  // From here on each token has its number of documents too.
  void EnableDocuments();

  // Adds to the counts of one token. Requires `count >= 1` and, unless
  // documents are enabled, `documents == 0`.
  void Add(std::string_view token, int64_t count, int64_t documents);
  // Counts each token once. Requires spans inside `bytes`.
  void AddSpans(std::string_view bytes, std::span<const TokenSpan> tokens);
  // Row r holds the tokens from row_ends[r - 1] to row_ends[r]; those after the
  // last end belong to a row that the next call goes on with. Requires
  // documents, and ends that do not decrease and are at most the number of
  // tokens.
  void AddRows(std::string_view bytes, std::span<const TokenSpan> tokens,
               std::span<const Offset> row_ends);
  // Counts rows that were counted elsewhere.
  void AddDocuments(int64_t documents) { num_documents_ += documents; }
  // Adds the tokens of another table, with their documents if these are counted
  // here too. O(types of `other`).
  void AddTokens(const CountTable& other);

  // Counts the tokens of the mapped rows, of which each is whole, and if asked
  // their documents. Calls `make_room(more)` before new tokens come: it must
  // see to it that Reserve(more, …) is done, and may empty the table if no
  // documents are counted. Returns its error.
  absl::Status AddText(const kernels::CompiledByteMap& map,
                       const kernels::TextRowsView& rows, bool by_rows,
                       CountTextScratch& scratch,
                       absl::FunctionRef<absl::Status(size_t more)> make_room);

  // Makes room for `more` new tokens, while the memory in use, also at its
  // peak, is at most `budget`; or returns false. The bytes of long tokens are
  // not foreseen.
  bool Reserve(size_t more, int64_t budget);
  // Empties the table and makes it as large as `budget` allows.
  void FillBudget(int64_t budget);
  // Empties the table and frees its memory.
  void Release() { *this = CountTable(documents_enabled_); }

  // Calls `visit` for each token, in no order.
  template <typename Visit>
  void ForEach(const Visit& visit) const;
  // Calls `visit` for each token in the order of bytes, needs almost no memory
  // for it, and leaves the table empty. After an error the table is empty too.
  absl::Status Drain(absl::FunctionRef<absl::Status(const TokenCount&)> visit);

  // Twice the counts.
  void Double();

  bool documents_enabled() const { return documents_enabled_; }
  int64_t num_tokens() const { return num_tokens_; }
  int64_t num_documents() const { return num_documents_; }
  int64_t num_types() const { return static_cast<int64_t>(num_types_); }
  int64_t size_bytes() const;

 private:
  struct Documents {
    int64_t count;
    uint64_t last_row;  // the row that counted the token last
  };
  // An empty slot has the counter 0.
  struct LongSlot {
    uint64_t hash;
    const char* data;
    size_t size;
    size_t counter;

    std::string_view token() const { return {data, size}; }
  };
  // A short token for sorting, small enough for those of a bucket to take its
  // place: the words of its key so that their order is that of the tokens.
  struct SortKey {
    unsigned char words[2 * sizeof(uint64_t)];
    int32_t id;

    kernels::InlineKey key() const;
    bool operator<(const SortKey& other) const;
  };
  static_assert(kernels::kBucketKeys * sizeof(SortKey) <=
                sizeof(kernels::TokenBucket));

  explicit CountTable(bool documents);

  class TextSink;

  // Tokens are counted under their counters, numbers from 1 that they get in
  // the order in which they come; counter 0 is for what is counted elsewhere.
  size_t CounterOf(std::string_view token);
  size_t ShortCounter(std::string_view token);
  size_t LongCounter(std::string_view token);
  size_t NewCounter();
  void Count(std::span<const int64_t> counters);
  // Row ends as those of AddRows, counted from `first_token`.
  void CountByRows(std::span<const int64_t> counters,
                   std::span<const Offset> row_ends, Offset first_token);
  // The counters of a group.
  void FindCounters(std::string_view bytes, std::span<const TokenSpan> tokens,
                    int64_t* counters);

  void Place(const kernels::InlineKey& key, int32_t id);
  void AllocateBuckets(size_t num_buckets);
  void AllocateCounters(size_t num_counters);
  void ClearBuckets();
  void Grow(size_t num_buckets);
  void ReserveLong();
  const char* Keep(std::string_view token);
  int64_t CounterBytes() const;
  int64_t BytesOf(size_t num_buckets) const;
  size_t GatherShort();
  size_t GatherLong();
  TokenCount CountOf(std::string_view token, size_t counter) const {
    return {token, counts_.data()[counter],
            documents_enabled_ ? documents_.data()[counter].count : 0};
  }
  void Clear();

  BufferBuilder<kernels::TokenBucket> buckets_;
  // Of the buckets; it has no long tokens.
  kernels::TokenTableView view_{};
  // By the tokens' counters, which are their ids in the buckets plus one.
  BufferBuilder<int64_t> counts_;
  BufferBuilder<Documents> documents_;
  size_t num_types_ = 0;
  size_t num_short_ = 0;
  size_t most_short_ = 0;  // that the buckets take
  BufferBuilder<LongSlot> long_slots_;
  size_t num_long_ = 0;
  // The long tokens' bytes, which never move.
  std::vector<BufferBuilder<char>> arena_;
  int64_t arena_bytes_ = 0;
  bool documents_enabled_ = false;
  uint64_t row_ = 1;
  int64_t num_tokens_ = 0;
  int64_t num_documents_ = 0;
};

template <typename Visit>
void CountTable::ForEach(const Visit& visit) const {
  for (const kernels::TokenBucket& bucket : buckets_.span()) {
    for (int i = 0; i < kernels::kBucketKeys && bucket.ids[i] >= 0; ++i) {
      visit(CountOf(bucket.keys[i].token(),
                    static_cast<size_t>(bucket.ids[i]) + 1));
    }
  }
  for (const LongSlot& slot : long_slots_.span()) {
    if (slot.counter != 0) visit(CountOf(slot.token(), slot.counter));
  }
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_COUNT_TABLE_H_
