// Tokens to ids, a group of them at a time: steps that several kernels share.
// Included once for each target.
#if defined(ROWSPLIT_SRC_KERNELS_TOKEN_GROUPS_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)
#ifdef ROWSPLIT_SRC_KERNELS_TOKEN_GROUPS_INL_H_
#undef ROWSPLIT_SRC_KERNELS_TOKEN_GROUPS_INL_H_
#else
#define ROWSPLIT_SRC_KERNELS_TOKEN_GROUPS_INL_H_
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "hwy/highway.h"
#include "kernels/inline_key.h"
#include "kernels/token_lists.h"
#include "kernels/token_table.h"

#ifndef ROWSPLIT_SRC_KERNELS_TOKEN_GROUPS_TABLES
#define ROWSPLIT_SRC_KERNELS_TOKEN_GROUPS_TABLES
namespace rowsplit::kernels {

// Row `size` makes the key of a token of that size from its first 16 bytes and
// an FF in the last: it keeps the first `size` bytes, and its last byte is the
// size plus one.
struct KeyRows {
  alignas(64) uint8_t rows[kMaxInlineSize + 1][16];
};
constexpr KeyRows MakeKeyRows() {
  KeyRows table{};
  for (uint32_t size = 0; size <= kMaxInlineSize; ++size) {
    for (uint32_t byte = 0; byte < size; ++byte) table.rows[size][byte] = 0xFF;
    table.rows[size][15] = static_cast<uint8_t>(size + 1);
  }
  return table;
}
inline constexpr KeyRows kKeyRows = MakeKeyRows();
alignas(16) inline constexpr uint8_t kLastByte[16] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF};

// Where in a bucket the id is, by which of its words are equal to the key's,
// where word i of the bucket is compared with word i % 2 of the key.
constexpr std::array<uint8_t, 256> MakeIdPlaces() {
  std::array<uint8_t, 256> places{};
  for (int equal = 0; equal < 256; ++equal) {
    int index = kBucketKeys;
    for (int key = 0; key < kBucketKeys; ++key) {
      if ((equal >> (2 * key) & 3) == 3) index = key;
    }
    places[equal] = static_cast<uint8_t>(sizeof(InlineKey) * kBucketKeys +
                                         sizeof(int32_t) * index);
  }
  return places;
}
inline constexpr std::array<uint8_t, 256> kIdPlaces = MakeIdPlaces();

// Ids that a streaming writer writes at once: a cache line.
inline constexpr size_t kIdLanes = 8;

}  // namespace rowsplit::kernels
#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_GROUPS_TABLES

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Tokens for the functions below have
//   std::string_view Token(size_t i) const
//   bool MakeKeys(size_t first, size_t count, TokenGroup& group) const
// which makes the keys of `count` tokens and then any keys up to RoundedCount.
// Of tokens too long for one it makes any key, and returns whether there may be
// such; and
//   HWY_INLINE void PrefetchAt(size_t i) const
// which is called for the first token of a group before it is looked up. (Of a
// function that only prefetches, and is not inlined early, the compiler drops
// the calls.)
HWY_INLINE size_t RoundedCount(size_t count) {
  return (count + 7) & ~size_t{7};
}

#if HWY_TARGET == HWY_SCALAR

template <class Tokens>
HWY_INLINE void StartGroup(const TokenTableView& /*table*/,
                           const Tokens& /*tokens*/, size_t /*first*/,
                           size_t /*count*/, TokenGroup& /*group*/) {}

template <class Tokens>
HWY_INLINE void FinishGroup(const TokenTableView& table, const Tokens& tokens,
                            size_t first, size_t count,
                            const TokenGroup& /*group*/,
                            const TokenGroup& /*next*/,
                            int32_t* HWY_RESTRICT found) {
  for (size_t i = 0; i < count; ++i)
    found[i] = static_cast<int32_t>(FindId(table, tokens.Token(first + i)));
}

#else

// The key of the token at `text`, of which 16 bytes are read; `row` is where
// its size's row of kKeyRows begins.
HWY_INLINE void MakeKey(const uint8_t* HWY_RESTRICT text, size_t row,
                        uint8_t* HWY_RESTRICT key) {
  const hn::CappedTag<uint8_t, 16> d;
  hn::Store(hn::And(hn::Or(hn::LoadU(d, text), hn::Load(d, kLastByte)),
                    hn::Load(d, kKeyRows.rows[0] + row)),
            d, key);
}

// The bucket of each key: HashKey, several at once.
HWY_INLINE void FindBuckets(const TokenTableView& table, size_t count,
                            TokenGroup& group) {
  const hn::CappedTag<uint64_t, 8> d;
  const hn::Repartition<uint32_t, decltype(d)> d32;
  const size_t lanes = hn::Lanes(d);
  const auto seed0 = hn::BitCast(d32, hn::Set(d, table.seed.words[0]));
  const auto seed1 = hn::BitCast(d32, hn::Set(d, table.seed.words[1]));
  const auto factor = hn::BitCast(d32, hn::Set(d, uint64_t{kHashFactor}));
  const auto num_buckets = hn::BitCast(d32, hn::Set(d, table.num_buckets));
  const auto buckets =
      hn::Set(d, uint64_t{reinterpret_cast<uintptr_t>(table.buckets)});
  const auto multiply_halves = [&](auto word, auto seed) HWY_ATTR {
    const auto seeded = hn::Add(hn::BitCast(d32, word), seed);
    const auto high = hn::ShiftRight<32>(hn::BitCast(d, seeded));
    return hn::MulEven(seeded, hn::BitCast(d32, high));
  };
  const auto* HWY_RESTRICT words =
      reinterpret_cast<const uint64_t*>(group.keys);
  for (size_t i = 0; i < count; i += lanes) {
    const auto keys0 = hn::Load(d, words + 2 * i);
    const auto keys1 = hn::Load(d, words + 2 * i + lanes);
    const auto sum =
        hn::Add(multiply_halves(hn::ConcatEven(d, keys1, keys0), seed0),
                multiply_halves(hn::ConcatOdd(d, keys1, keys0), seed1));
    const auto folded = hn::Xor(sum, hn::ShiftRight<32>(sum));
    const auto spread = hn::MulEven(hn::BitCast(d32, folded), factor);
    const auto hash = hn::Xor(spread, hn::ShiftRight<32>(spread));
    const auto place =
        hn::ShiftRight<32>(hn::MulEven(hn::BitCast(d32, hash), num_buckets));
    hn::Store(hn::Add(hn::ShiftLeft<6>(place), buckets), d, group.buckets + i);
  }
}

HWY_INLINE const TokenBucket* BucketOf(const TokenGroup& group, size_t token) {
  // Vectors compute addresses as numbers.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  return reinterpret_cast<const TokenBucket*>(
      static_cast<uintptr_t>(group.buckets[token]));
}

// FindInBucket with as few compares as the target has.
HWY_INLINE int32_t ProbeBucket(const TokenBucket* HWY_RESTRICT bucket,
                               const InlineKey& key) {
#if HWY_MAX_BYTES >= 32 && !HWY_HAVE_SCALABLE
  const hn::CappedTag<uint64_t, 8> d;
  const auto* HWY_RESTRICT words = bucket->keys[0].words;
  const auto wanted = hn::LoadDup128(d, key.words);
  size_t equal = 0;
  for (size_t i = 0; i < 8; i += hn::Lanes(d)) {
    uint8_t bits = 0;
    hn::StoreMaskBits(d, hn::Eq(hn::Load(d, words + i), wanted), &bits);
    equal |= size_t{bits} << i;
  }
  int32_t id;
  std::memcpy(&id, reinterpret_cast<const uint8_t*>(bucket) + kIdPlaces[equal],
              sizeof id);
  return id;
#else
  return FindInBucket(*bucket, key);
#endif
}

// Goes on with the searches whose bucket said so.
HWY_INLINE void FinishSearches(const TokenTableView& table, size_t count,
                               const TokenGroup& group,
                               int32_t* HWY_RESTRICT found) {
  const hn::CappedTag<int32_t, 16> d;
  const auto go_on = hn::Set(d, kGoOn);
  uint64_t bits = 0;
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    uint64_t mask = 0;
    hn::StoreMaskBits(d, hn::Eq(hn::LoadU(d, found + i), go_on),
                      reinterpret_cast<uint8_t*>(&mask));
    bits |= mask << i;
  }
  for (; bits != 0; bits &= bits - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(bits));
    found[i] =
        FindFurther(table, group.keys[i],
                    static_cast<uint64_t>(BucketOf(group, i) - table.buckets));
  }
}

// Makes the keys of a group of tokens and finds their buckets.
template <class Tokens>
HWY_INLINE void StartGroup(const TokenTableView& table, const Tokens& tokens,
                           size_t first, size_t count, TokenGroup& group) {
  group.has_long = tokens.MakeKeys(first, count, group);
  FindBuckets(table, RoundedCount(count), group);
}

// Looks the group up: ids of the table, or numbers that are none of its ids.
// `found` has room for kTokenGroup of them. Asks for the buckets of the `next`
// group.
template <class Tokens>
HWY_INLINE void FinishGroup(const TokenTableView& table, const Tokens& tokens,
                            size_t first, size_t count, const TokenGroup& group,
                            const TokenGroup& next,
                            int32_t* HWY_RESTRICT found) {
  for (size_t i = 0; i < count; i += 4) {
    for (size_t j = i; j < i + 4; ++j) {
      __builtin_prefetch(BucketOf(next, j));
      found[j] = ProbeBucket(BucketOf(group, j), group.keys[j]);
    }
  }
  FinishSearches(table, count, group, found);
  if (!group.has_long) return;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view token = tokens.Token(first + i);
    if (token.size() > kMaxInlineSize) found[i] = FindLong(table, token);
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

// Looks tokens up a group at a time: room() gives where the found ids are to be
// put, and add(first, count) is told of them.
template <class Tokens, class Room, class Add>
HWY_INLINE void LookUpGroups(const TokenTableView& table, const Tokens& tokens,
                             size_t end, TokenGroup (&groups)[2],
                             const Room& room, const Add& add) {
  if (end == 0) return;
  StartGroup(table, tokens, 0, std::min(kTokenGroup, end), groups[0]);
  for (size_t i = 0, next = 1; i < end; i += kTokenGroup, next ^= 1) {
    const size_t following = i + kTokenGroup;
    if (following < end) {
      StartGroup(table, tokens, following,
                 std::min(kTokenGroup, end - following), groups[next]);
    }
    tokens.PrefetchAt(i);
    const size_t count = std::min(kTokenGroup, end - i);
    FinishGroup(table, tokens, i, count, groups[next ^ 1], groups[next],
                room());
    add(i, count);
  }
}

struct IdArithmetic {
  uint64_t num_tokens;
  int64_t first_id;
  int64_t unknown_id;
};

// Makes the result's ids of `count` found ones. If kStream, `ids` must be
// aligned to whole vectors of which `count` is a number, and they go to memory
// past the caches.
template <bool kStream>
HWY_INLINE void WriteIds(const IdArithmetic& arithmetic,
                         const int32_t* HWY_RESTRICT found, size_t count,
                         int64_t* HWY_RESTRICT ids) {
  const hn::CappedTag<int64_t, kIdLanes> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::Rebind<uint32_t, decltype(d)> d32;
  const auto num_tokens =
      hn::Set(d, static_cast<int64_t>(arithmetic.num_tokens));
  const auto first_id = hn::Set(d, arithmetic.first_id);
  const auto unknown_id = hn::Set(d, arithmetic.unknown_id);
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto id = hn::BitCast(
        d,
        hn::PromoteTo(
            du, hn::LoadU(d32, reinterpret_cast<const uint32_t*>(found + i))));
    const auto shifted = hn::IfThenElse(hn::Lt(id, num_tokens),
                                        hn::Add(id, first_id), unknown_id);
    if constexpr (kStream) {
      hn::Stream(shifted, d, ids + i);
    } else {
      hn::StoreU(shifted, d, ids + i);
    }
  }
  for (; i < count; ++i) {
    ids[i] = ShiftId(found[i], arithmetic.num_tokens, arithmetic.first_id,
                     arithmetic.unknown_id);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_GROUPS_INL_H_
