#include "kernels/token_ids.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#include "kernels/token_ids_ref.h"
#include "kernels/token_lists.h"

// Compresses bytes by one instruction.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/token_ids.cc"
#include "hwy/cache_control.h"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"
#include "kernels/token_blocks-inl.h"

#ifndef ROWSPLIT_SRC_KERNELS_TOKEN_IDS_TABLES
#define ROWSPLIT_SRC_KERNELS_TOKEN_IDS_TABLES
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
// From this many bytes of text on the ids are some megabytes.
inline constexpr size_t kStreamFrom = size_t{1} << 20;

}  // namespace rowsplit::kernels
#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_IDS_TABLES

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

HWY_INLINE void StartGroup(const TokenTableView& /*table*/,
                           const TokenBlock& /*block*/, size_t /*first*/,
                           size_t /*count*/, TokenGroup& /*group*/) {}

HWY_INLINE void FinishGroup(const TokenTableView& table,
                            const TokenBlock& block, size_t first, size_t count,
                            const TokenGroup& /*group*/,
                            const TokenGroup& /*next*/,
                            int32_t* HWY_RESTRICT found) {
  for (size_t i = 0; i < count; ++i) {
    const uint32_t begin = block.begins[first + i];
    const auto* token = reinterpret_cast<const char*>(block.bytes + begin);
    found[i] = static_cast<int32_t>(
        FindId(table, {token, block.ends[first + i] - begin}));
  }
}

#else

// The keys of `count` tokens, of which some may be too long for one and get any
// key. Returns whether there may be such.
HWY_INLINE bool MakeKeys(const TokenBlock& block, size_t first, size_t count,
                         TokenGroup& group) {
  const hn::CappedTag<uint32_t, 16> d32;
  const size_t lanes = hn::Lanes(d32);
  const auto most = hn::Set(d32, kMaxInlineSize);
  auto longest = hn::Zero(d32);
  for (size_t i = 0; i < count; i += lanes) {
    const auto size = hn::Sub(hn::LoadU(d32, block.ends + first + i),
                              hn::LoadU(d32, block.begins + first + i));
    longest = hn::Or(longest, size);
    hn::Store(hn::ShiftLeft<4>(hn::And(size, most)), d32, group.key_rows + i);
  }
  const hn::CappedTag<uint8_t, 16> d8;
  const auto last_byte = hn::Load(d8, kLastByte);
  const uint8_t* HWY_RESTRICT bytes = block.bytes;
  const uint32_t* HWY_RESTRICT begins = block.begins + first;
  auto* HWY_RESTRICT keys = reinterpret_cast<uint8_t*>(group.keys);
  for (size_t i = 0; i < count; i += 4) {
    for (size_t j = i; j < i + 4; ++j) {
      const auto row = hn::Load(d8, kKeyRows.rows[0] + group.key_rows[j]);
      const auto text = hn::LoadU(d8, bytes + begins[j]);
      hn::Store(hn::And(hn::Or(text, last_byte), row), d8, keys + 16 * j);
    }
  }
  return !hn::AllTrue(d32, hn::Eq(hn::AndNot(most, longest), hn::Zero(d32)));
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
HWY_INLINE void StartGroup(const TokenTableView& table, const TokenBlock& block,
                           size_t first, size_t count, TokenGroup& group) {
  const size_t rounded = (count + 7) & ~size_t{7};
  group.has_long = MakeKeys(block, first, rounded, group);
  FindBuckets(table, rounded, group);
}

// Looks the group up: ids of the table, or numbers that are none of its ids.
// `found` has room for kTokenGroup of them. Asks for the buckets of the `next`
// group.
HWY_INLINE void FinishGroup(const TokenTableView& table,
                            const TokenBlock& block, size_t first, size_t count,
                            const TokenGroup& group, const TokenGroup& next,
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
    const uint32_t begin = block.begins[first + i];
    const uint32_t size = block.ends[first + i] - begin;
    if (size <= kMaxInlineSize) continue;
    found[i] = FindLong(
        table, {reinterpret_cast<const char*>(block.bytes + begin), size});
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

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

// Writes ids past the caches, in whole vectors; keeps what does not fill one.
class IdStream {
 public:
  IdStream(const IdArithmetic& arithmetic, int32_t* found, int64_t* ids)
      : arithmetic_(arithmetic), found_(found), ids_(ids) {}

  // Where the next found ids are to be put.
  int32_t* room() { return found_ + num_kept_; }

  HWY_INLINE void Add(size_t count) {
    count += num_kept_;
    size_t begin = 0;
    const size_t misaligned =
        reinterpret_cast<uintptr_t>(ids_) / sizeof(int64_t) % kIdLanes;
    if (misaligned != 0) {
      begin = std::min(count, kIdLanes - misaligned);
      WriteIds<false>(arithmetic_, found_, begin, ids_);
    }
    const size_t whole = (count - begin) / kIdLanes * kIdLanes;
    WriteIds<true>(arithmetic_, found_ + begin, whole, ids_ + begin);
    ids_ += begin + whole;
    num_kept_ = count - begin - whole;
    std::memmove(found_, found_ + begin + whole, kIdLanes * sizeof(found_[0]));
  }

  void Finish() {
    WriteIds<false>(arithmetic_, found_, num_kept_, ids_);
    hwy::FlushStream();
  }

 private:
  IdArithmetic arithmetic_;
  int32_t* found_;
  int64_t* ids_;
  size_t num_kept_ = 0;
};

// Asks for a share of the next block's text, so that it comes from memory while
// this block's tokens are looked up.
HWY_INLINE void PrefetchText(const TokenBlock& block, size_t token) {
  constexpr size_t kLine = 64;
  const uint8_t* text = block.next_text + block.ends[token] / kLine * kLine;
  for (size_t line = 0; line < 8; ++line)
    __builtin_prefetch(text + line * kLine);
}

// Looks up a block's tokens a group at a time: room() gives where the found ids
// are to be put, and add(first, count) is told of them.
template <class Room, class Add>
HWY_INLINE void LookUpBlock(const TokenTableView& table,
                            const TokenBlock& block, TokenScratch::Lists& lists,
                            const Room& room, const Add& add) {
  const size_t end = block.num_tokens;
  if (end == 0) return;
  StartGroup(table, block, 0, std::min(kTokenGroup, end), lists.groups[0]);
  for (size_t i = 0, next = 1; i < end; i += kTokenGroup, next ^= 1) {
    const size_t following = i + kTokenGroup;
    if (following < end) {
      StartGroup(table, block, following,
                 std::min(kTokenGroup, end - following), lists.groups[next]);
    }
    PrefetchText(block, i);
    const size_t count = std::min(kTokenGroup, end - i);
    FinishGroup(table, block, i, count, lists.groups[next ^ 1],
                lists.groups[next], room());
    add(i, count);
  }
}

// Ids go past the caches if they are too many to be found there again.
size_t StreamTokenIds(const CompiledByteMap& map, const TextRowsView& rows,
                      const TokenTableView& table,
                      const IdArithmetic& arithmetic, TokenScratch& scratch,
                      int64_t* ids, Offset* row_ends) {
  TokenScratch::Lists& lists = scratch.lists();
  IdStream stream(arithmetic, lists.found, ids);
  const size_t num_tokens = ForEachTokenBlock(
      map, rows, scratch, row_ends, [&](const TokenBlock& block) HWY_ATTR {
        LookUpBlock(
            table, block, lists, [&]() HWY_ATTR { return stream.room(); },
            [&](size_t, size_t count) HWY_ATTR { stream.Add(count); });
      });
  stream.Finish();
  return num_tokens;
}

// Looks up a block's tokens; `ids` are in the caches for whoever reads them. If
// asked, lists the tokens that are unknown, and returns how many there are.
template <bool kListUnknown>
HWY_INLINE size_t FindIdsOfBlock(const TokenTableView& table,
                                 const TokenBlock& block,
                                 const IdArithmetic& arithmetic,
                                 TokenScratch::Lists& lists, int64_t* ids) {
  size_t num_unknown = 0;
  LookUpBlock(
      table, block, lists, [&]() HWY_ATTR { return lists.found; },
      [&](size_t first, size_t count) HWY_ATTR {
        WriteIds<false>(arithmetic, lists.found, count, ids + first);
        if constexpr (kListUnknown) {
          for (size_t i = 0; i < count; ++i) {
            lists.unknown[num_unknown] = static_cast<uint32_t>(first + i);
            num_unknown +=
                static_cast<uint32_t>(lists.found[i]) >= arithmetic.num_tokens;
          }
        }
      });
  return num_unknown;
}

void FindBlockIds(const TokenTableView& table, int64_t first_id,
                  int64_t unknown_id, TokenScratch& scratch,
                  const TokenBlock& block, int64_t* ids) {
  TokenScratch::Lists& lists = scratch.lists();
  const IdArithmetic arithmetic{table.num_tokens, first_id, unknown_id};
  // What is behind the last whole group is copied: groups are read to their
  // end.
  const size_t whole = block.num_tokens / kTokenGroup * kTokenGroup;
  TokenBlock groups = block;
  groups.next_text = block.bytes;
  groups.num_tokens = whole;
  FindIdsOfBlock<false>(table, groups, arithmetic, lists, ids);
  const size_t rest = block.num_tokens - whole;
  std::memset(lists.rest_begins, 0, sizeof lists.rest_begins);
  std::memset(lists.rest_ends, 0, sizeof lists.rest_ends);
  std::copy_n(block.begins + whole, rest, lists.rest_begins);
  std::copy_n(block.ends + whole, rest, lists.rest_ends);
  groups.begins = lists.rest_begins;
  groups.ends = lists.rest_ends;
  groups.num_tokens = rest;
  FindIdsOfBlock<false>(table, groups, arithmetic, lists, ids + whole);
}

size_t FindTokenIds(const CompiledByteMap& map, const TextRowsView& rows,
                    const TokenTableView& table, const TokenIdsOptions& options,
                    TokenScratch& scratch, int64_t* ids, Offset* row_ends) {
  const IdArithmetic arithmetic{table.num_tokens, options.first_id,
                                options.unknown_id};
  if (options.unknown == nullptr && rows.num_bytes() >= kStreamFrom) {
    return StreamTokenIds(map, rows, table, arithmetic, scratch, ids, row_ends);
  }
  TokenScratch::Lists& lists = scratch.lists();
  return ForEachTokenBlock(
      map, rows, scratch, row_ends, [&](const TokenBlock& block) HWY_ATTR {
        int64_t* const block_ids = ids + block.first_token;
        if (options.unknown == nullptr) {
          FindIdsOfBlock<false>(table, block, arithmetic, lists, block_ids);
          return;
        }
        const size_t num_unknown =
            FindIdsOfBlock<true>(table, block, arithmetic, lists, block_ids);
        if (num_unknown != 0) {
          options.unknown->Resolve(block, lists.unknown, num_unknown,
                                   block_ids);
        }
      });
}

void FindTokenIdBlocks(const CompiledByteMap& map, const TextRowsView& rows,
                       const TokenTableView& table, TokenScratch& scratch,
                       TokenIdBlockSink& sink, Offset* row_ends) {
  TokenScratch::Lists& lists = scratch.lists();
  ForEachTokenBlock(
      map, rows, scratch, row_ends, [&](const TokenBlock& block) HWY_ATTR {
        const size_t num_unknown = FindIdsOfBlock<true>(
            table, block, {table.num_tokens, 0, -1}, lists, lists.block_ids);
        sink.Add(block, lists.block_ids, lists.unknown, num_unknown);
      });
}

void FindTokenBlocks(const CompiledByteMap& map, const TextRowsView& rows,
                     TokenScratch& scratch, TokenBlockSink& sink,
                     Offset* row_ends) {
  ForEachTokenBlock(map, rows, scratch, row_ends,
                    [&](const TokenBlock& block) { sink.Add(block); });
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rowsplit::kernels {

TokenScratch::TokenScratch() : lists_(sizeof(Lists)) {
  std::memset(lists_.data(), 0, sizeof(Lists));
}

HWY_EXPORT(FindTokenIds);
HWY_EXPORT(FindTokenIdBlocks);
HWY_EXPORT(FindTokenBlocks);
HWY_EXPORT(FindBlockIds);

size_t FindTokenIds(const CompiledByteMap& map, const TextRowsView& rows,
                    const TokenTableView& table, const TokenIdsOptions& options,
                    TokenScratch& scratch, int64_t* ids, Offset* row_ends) {
  return HWY_DYNAMIC_DISPATCH(FindTokenIds)(map, rows, table, options, scratch,
                                            ids, row_ends);
}

void FindTokenIdBlocks(const CompiledByteMap& map, const TextRowsView& rows,
                       const TokenTableView& table, TokenScratch& scratch,
                       TokenIdBlockSink& sink, Offset* row_ends) {
  HWY_DYNAMIC_DISPATCH(FindTokenIdBlocks)(map, rows, table, scratch, sink,
                                          row_ends);
}

void FindBlockIds(const TokenTableView& table, int64_t first_id,
                  int64_t unknown_id, TokenScratch& scratch,
                  const TokenBlock& block, int64_t* ids) {
  HWY_DYNAMIC_DISPATCH(FindBlockIds)(table, first_id, unknown_id, scratch,
                                     block, ids);
}

void FindTokenBlocks(const CompiledByteMap& map, const TextRowsView& rows,
                     TokenScratch& scratch, TokenBlockSink& sink,
                     Offset* row_ends) {
  HWY_DYNAMIC_DISPATCH(FindTokenBlocks)(map, rows, scratch, sink, row_ends);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
