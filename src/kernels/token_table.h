#ifndef ROWSPLIT_SRC_KERNELS_TOKEN_TABLE_H_
#define ROWSPLIT_SRC_KERNELS_TOKEN_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "kernels/inline_key.h"
#include "rowsplit/core/offset.h"

// The hash table of a vocabulary: plain memory without a pointer in it, so that
// it can lie in a file that is mapped. A look-up takes nothing in it on trust:
// whatever its bytes are, it reads inside the table, ends, and answers with an
// id below num_tokens or with none.
namespace rowsplit::kernels {

// What files say of the tables in them. Another hash, key, bucket or slot needs
// another number.
inline constexpr uint32_t kTokenTableKind = 1;

inline constexpr int kBucketKeys = 3;
// The fourth id of a bucket: the search ends here, or goes on in the next one.
inline constexpr int32_t kAbsent = -1;
inline constexpr int32_t kGoOn = -2;

// One cache line: three keys and their ids, then the answer for a key that is
// not among the three, so a look-up ends without a branch on hit or miss. Keys
// are filled from the first; a free one is all zeros and its id is kAbsent.
struct alignas(64) TokenBucket {
  InlineKey keys[kBucketKeys];
  int32_t ids[kBucketKeys + 1];
};
static_assert(sizeof(TokenBucket) == 64);

// A token too long for a key; `id` is kAbsent in a free slot. `tag` is the high
// half of the hash, of which the low half chooses the place.
struct LongSlot {
  uint32_t tag;
  int32_t id;
};
static_assert(sizeof(LongSlot) == 8);

// Refers to a table and to the tokens of its ids: token i is
// bytes[offsets[i], offsets[i + 1]).
struct TokenTableView {
  const TokenBucket* buckets;
  const LongSlot* long_slots;
  // At least 1 and at most kMaxPlaces each.
  uint64_t num_buckets;
  uint64_t num_long_slots;
  // The most buckets, and the most long slots, that any search looks at.
  uint32_t max_probe;
  uint32_t max_long_probe;
  HashSeed seed;
  const char* bytes;
  const Offset* offsets;
  uint64_t num_bytes;
  uint64_t num_tokens;
};

inline constexpr uint64_t kMaxPlaces = 0xFFFFFFFF;
// Ids are 32 bits, and two of them mean something else.
inline constexpr int64_t kMaxTableTokens = (int64_t{1} << 31) - 3;

// How many buckets and slots a table of so many tokens should have.
uint64_t NumBuckets(uint64_t num_short);
uint64_t NumLongSlots(uint64_t num_long);

// Where a search begins; more than num_places - 1 never.
inline uint64_t PlaceOf(uint64_t hash, uint64_t num_places) {
  return ((hash & 0xFFFFFFFF) * num_places) >> 32;
}

// Fills a table. Ids of frequent tokens should come first: they get their home
// bucket, and the rare ones go to the next if it is full.
class TokenTableWriter {
 public:
  // Clears the table. The memory and the tokens stay the caller's. Of `view`
  // all but max_probe and max_long_probe is used.
  TokenTableWriter(TokenBucket* buckets, LongSlot* long_slots,
                   const TokenTableView& view);

  // Maps token `id`, or returns the smaller id that the same token has already.
  // Requires that the ids come in order, and places for all of them.
  int32_t Insert(int32_t id);

  // Asks for the memory where token `id` will be inserted.
  void Prefetch(int32_t id) const;

  // The table; its probe bounds are those of the tokens inserted so far.
  const TokenTableView& view() const { return view_; }

 private:
  int32_t InsertShort(std::string_view token, int32_t id);
  int32_t InsertLong(std::string_view token, int32_t id);

  TokenBucket* buckets_;
  LongSlot* long_slots_;
  TokenTableView view_;
};

// At most one key of a bucket is equal, so the index can be summed up:
// 3 ^ 3 = 0, 3 ^ 2 = 1, 3 ^ 1 = 2, and 3 for none.
inline int32_t FindInBucket(const TokenBucket& bucket, const InlineKey& key) {
  const int index = 3 ^ (3 * SameKey(bucket.keys[0], key)) ^
                    (2 * SameKey(bucket.keys[1], key)) ^
                    static_cast<int>(SameKey(bucket.keys[2], key));
  return bucket.ids[index];
}

// The rest of a search whose bucket at `place` said kGoOn.
int32_t FindFurther(const TokenTableView& table, const InlineKey& key,
                    uint64_t place);

// The id of a short token or a negative number; of a damaged table any number.
inline int32_t FindKey(const TokenTableView& table, const InlineKey& key,
                       uint64_t hash) {
  const uint64_t place = PlaceOf(hash, table.num_buckets);
  const int32_t id = FindInBucket(table.buckets[place], key);
  return id != kGoOn ? id : FindFurther(table, key, place);
}

// The id of a token of more than kMaxInlineSize bytes, or kAbsent.
int32_t FindLong(const TokenTableView& table, std::string_view token);

// first_id + id, or unknown_id for whatever is no id of the table, without a
// branch, as none could be predicted.
inline int64_t ShiftId(int32_t id, uint64_t num_tokens, int64_t first_id,
                       int64_t unknown_id) {
  const int64_t present =
      (int64_t{static_cast<uint32_t>(id)} - static_cast<int64_t>(num_tokens)) >>
      63;
  return ((first_id + id) & present) | (unknown_id & ~present);
}

// The id of one token, or -1.
int64_t FindId(const TokenTableView& table, std::string_view token);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_TABLE_H_
