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

}  // namespace rowsplit::kernels
#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_IDS_TABLES

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR

HWY_INLINE void LookUpGroup(const TokenTableView& table,
                            const TokenBlock& block, size_t first, size_t count,
                            TokenScratch::Lists& lists) {
  for (size_t i = 0; i < count; ++i) {
    const uint32_t begin = block.begins[first + i];
    const auto* token = reinterpret_cast<const char*>(block.bytes + begin);
    lists.ids[i] = static_cast<int32_t>(
        FindId(table, {token, block.ends[first + i] - begin}));
  }
}

#else

// The keys of `count` tokens, of which some may be too long for one and get any
// key. Returns whether there may be such.
HWY_INLINE bool MakeKeys(const TokenBlock& block, size_t first, size_t count,
                         TokenScratch::Lists& lists) {
  const hn::CappedTag<uint32_t, 16> d32;
  const size_t lanes = hn::Lanes(d32);
  const auto most = hn::Set(d32, kMaxInlineSize);
  auto longest = hn::Zero(d32);
  for (size_t i = 0; i < count; i += lanes) {
    const auto size = hn::Sub(hn::LoadU(d32, block.ends + first + i),
                              hn::LoadU(d32, block.begins + first + i));
    longest = hn::Or(longest, size);
    hn::Store(hn::ShiftLeft<4>(hn::And(size, most)), d32, lists.key_rows + i);
  }
  const hn::CappedTag<uint8_t, 16> d8;
  const auto last_byte = hn::Load(d8, kLastByte);
  const uint8_t* HWY_RESTRICT bytes = block.bytes;
  const uint32_t* HWY_RESTRICT begins = block.begins + first;
  auto* HWY_RESTRICT keys = reinterpret_cast<uint8_t*>(lists.keys);
  for (size_t i = 0; i < count; i += 4) {
    for (size_t j = i; j < i + 4; ++j) {
      const auto row = hn::Load(d8, kKeyRows.rows[0] + lists.key_rows[j]);
      const auto text = hn::LoadU(d8, bytes + begins[j]);
      hn::Store(hn::And(hn::Or(text, last_byte), row), d8, keys + 16 * j);
    }
  }
  return !hn::AllTrue(d32, hn::Eq(hn::AndNot(most, longest), hn::Zero(d32)));
}

// Where in the table's memory the bucket of each key is: HashKey, several at
// once.
HWY_INLINE void FindBuckets(const TokenTableView& table, size_t count,
                            TokenScratch::Lists& lists) {
  const hn::CappedTag<uint64_t, 8> d;
  const hn::Repartition<uint32_t, decltype(d)> d32;
  const size_t lanes = hn::Lanes(d);
  const auto seed0 = hn::BitCast(d32, hn::Set(d, table.seed.words[0]));
  const auto seed1 = hn::BitCast(d32, hn::Set(d, table.seed.words[1]));
  const auto factor = hn::BitCast(d32, hn::Set(d, uint64_t{kHashFactor}));
  const auto num_buckets = hn::BitCast(d32, hn::Set(d, table.num_buckets));
  const auto multiply_halves = [&](auto word, auto seed) HWY_ATTR {
    const auto seeded = hn::Add(hn::BitCast(d32, word), seed);
    const auto high = hn::ShiftRight<32>(hn::BitCast(d, seeded));
    return hn::MulEven(seeded, hn::BitCast(d32, high));
  };
  const auto* HWY_RESTRICT words =
      reinterpret_cast<const uint64_t*>(lists.keys);
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
    hn::Store(hn::ShiftLeft<6>(place), d, lists.buckets + i);
  }
}

// FindInBucket with as few compares as the target has.
HWY_INLINE int32_t ProbeBucket(const uint8_t* HWY_RESTRICT bucket,
                               const InlineKey& key) {
#if HWY_MAX_BYTES >= 32 && !HWY_HAVE_SCALABLE
  const hn::CappedTag<uint64_t, 8> d;
  const auto* HWY_RESTRICT words = reinterpret_cast<const uint64_t*>(bucket);
  const auto wanted = hn::LoadDup128(d, key.words);
  size_t equal = 0;
  for (size_t i = 0; i < 8; i += hn::Lanes(d)) {
    uint8_t bits = 0;
    hn::StoreMaskBits(d, hn::Eq(hn::Load(d, words + i), wanted), &bits);
    equal |= size_t{bits} << i;
  }
  int32_t id;
  std::memcpy(&id, bucket + kIdPlaces[equal], sizeof id);
  return id;
#else
  return FindInBucket(*reinterpret_cast<const TokenBucket*>(bucket), key);
#endif
}

// Looks up a group of tokens of a block into lists.ids: ids of the table, or
// numbers that are none of its ids.
HWY_INLINE void LookUpGroup(const TokenTableView& table,
                            const TokenBlock& block, size_t first, size_t count,
                            TokenScratch::Lists& lists) {
  const size_t rounded = (count + 7) & ~size_t{7};
  const auto* HWY_RESTRICT buckets =
      reinterpret_cast<const uint8_t*>(table.buckets);
  const bool has_long = MakeKeys(block, first, rounded, lists);
  FindBuckets(table, rounded, lists);
  for (size_t i = 0; i < rounded; i += 4) {
    for (size_t j = i; j < i + 4; ++j) {
      __builtin_prefetch(buckets + lists.buckets[j]);
    }
  }
  for (size_t i = 0; i < rounded; i += 4) {
    for (size_t j = i; j < i + 4; ++j) {
      lists.ids[j] = ProbeBucket(buckets + lists.buckets[j], lists.keys[j]);
    }
  }
  if (has_long) {
    for (size_t i = 0; i < count; ++i) {
      const uint32_t begin = block.begins[first + i];
      const uint32_t size = block.ends[first + i] - begin;
      if (size <= kMaxInlineSize) continue;
      lists.ids[i] = FindLong(
          table, {reinterpret_cast<const char*>(block.bytes + begin), size});
    }
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

// Goes on with the searches whose bucket said so.
HWY_INLINE void FinishSearches(const TokenTableView& table, size_t count,
                               TokenScratch::Lists& lists) {
  const hn::CappedTag<int32_t, 16> d;
  const auto go_on = hn::Set(d, kGoOn);
  auto any = hn::Eq(go_on, hn::Zero(d));
  for (size_t i = 0; i < count; i += hn::Lanes(d)) {
    any = hn::Or(any, hn::Eq(hn::Load(d, lists.ids + i), go_on));
  }
  if (hn::AllFalse(d, any)) [[likely]]
    return;
  for (size_t i = 0; i < count; ++i) {
    if (lists.ids[i] == kGoOn) {
      lists.ids[i] = FindFurther(table, lists.keys[i],
                                 lists.buckets[i] / sizeof(TokenBucket));
    }
  }
}

struct IdArithmetic {
  uint64_t num_tokens;
  int64_t first_id;
  int64_t unknown_id;
};

// Writes the result's ids of a group; returns whether all tokens are known.
HWY_INLINE bool WriteIds(const IdArithmetic& arithmetic, size_t count,
                         const int32_t* HWY_RESTRICT found,
                         int64_t* HWY_RESTRICT ids) {
  const hn::CappedTag<int64_t, 8> d;
  const hn::RebindToUnsigned<decltype(d)> du;
  const hn::Rebind<uint32_t, decltype(d)> d32;
  const auto num_tokens =
      hn::Set(d, static_cast<int64_t>(arithmetic.num_tokens));
  const auto first_id = hn::Set(d, arithmetic.first_id);
  const auto unknown_id = hn::Set(d, arithmetic.unknown_id);
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  auto all = hn::Eq(num_tokens, num_tokens);
  for (; i + lanes <= count; i += lanes) {
    const auto id = hn::BitCast(
        d,
        hn::PromoteTo(
            du, hn::Load(d32, reinterpret_cast<const uint32_t*>(found + i))));
    const auto known = hn::Lt(id, num_tokens);
    all = hn::And(all, known);
    hn::StoreU(hn::IfThenElse(known, hn::Add(id, first_id), unknown_id), d,
               ids + i);
  }
  bool all_known = hn::AllTrue(d, all);
  for (; i < count; ++i) {
    all_known &= static_cast<uint32_t>(found[i]) < arithmetic.num_tokens;
    ids[i] = ShiftId(found[i], arithmetic.num_tokens, arithmetic.first_id,
                     arithmetic.unknown_id);
  }
  return all_known;
}

// The ids of a block's tokens; if asked, lists those that are unknown and
// returns how many there are.
HWY_INLINE size_t FindBlockIds(const TokenTableView& table,
                               const TokenBlock& block,
                               const IdArithmetic& arithmetic,
                               bool list_unknown, TokenScratch::Lists& lists,
                               int64_t* ids) {
  size_t num_unknown = 0;
  for (size_t i = 0; i < block.num_tokens; i += kTokenGroup) {
    const size_t count = std::min(kTokenGroup, block.num_tokens - i);
    LookUpGroup(table, block, i, count, lists);
    FinishSearches(table, count, lists);
    if (WriteIds(arithmetic, count, lists.ids, ids + i) || !list_unknown) {
      continue;
    }
    for (size_t j = 0; j < count; ++j) {
      lists.unknown[num_unknown] = static_cast<uint32_t>(i + j);
      num_unknown +=
          static_cast<uint32_t>(lists.ids[j]) >= arithmetic.num_tokens;
    }
  }
  return num_unknown;
}

size_t FindTokenIds(const CompiledByteMap& map, const TextRowsView& rows,
                    const TokenTableView& table, const TokenIdsOptions& options,
                    TokenScratch& scratch, int64_t* ids, Offset* row_ends) {
  TokenScratch::Lists& lists = scratch.lists();
  const IdArithmetic arithmetic{table.num_tokens, options.first_id,
                                options.unknown_id};
  return ForEachTokenBlock(
      map, rows, scratch, row_ends, [&](const TokenBlock& block) HWY_ATTR {
        int64_t* const block_ids = ids + block.first_token;
        const size_t num_unknown =
            FindBlockIds(table, block, arithmetic, options.unknown != nullptr,
                         lists, block_ids);
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
        const size_t num_unknown =
            FindBlockIds(table, block, {table.num_tokens, 0, -1}, true, lists,
                         lists.block_ids);
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

void FindTokenBlocks(const CompiledByteMap& map, const TextRowsView& rows,
                     TokenScratch& scratch, TokenBlockSink& sink,
                     Offset* row_ends) {
  HWY_DYNAMIC_DISPATCH(FindTokenBlocks)(map, rows, scratch, sink, row_ends);
}

}  // namespace rowsplit::kernels
#endif  // HWY_ONCE
