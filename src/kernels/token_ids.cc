#include "kernels/token_ids.h"

#include <algorithm>
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
#include "kernels/token_groups-inl.h"

#ifndef ROWSPLIT_SRC_KERNELS_TOKEN_IDS_TABLES
#define ROWSPLIT_SRC_KERNELS_TOKEN_IDS_TABLES
namespace rowsplit::kernels {

// From this many bytes of text on the ids are some megabytes.
inline constexpr size_t kStreamFrom = size_t{1} << 20;

}  // namespace rowsplit::kernels
#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_IDS_TABLES

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// The tokens of a block. Reads keys to the end of a group and kTokenSlack bytes
// behind a token.
class BlockTokens {
 public:
  explicit BlockTokens(const TokenBlock& block) : block_(block) {}

  std::string_view Token(size_t i) const {
    const uint32_t begin = block_.begins[i];
    return {reinterpret_cast<const char*>(block_.bytes + begin),
            block_.ends[i] - begin};
  }

  // Asks for a share of the next block's text, so that it comes from memory
  // while this block's tokens are looked up.
  HWY_INLINE void PrefetchAt(size_t i) const {
    constexpr size_t kLine = 64;
    const uint8_t* text = block_.next_text + block_.ends[i] / kLine * kLine;
    for (size_t line = 0; line < 8; ++line)
      __builtin_prefetch(text + line * kLine);
  }

#if HWY_TARGET != HWY_SCALAR
  HWY_INLINE bool MakeKeys(size_t first, size_t count,
                           TokenGroup& group) const {
    count = RoundedCount(count);
    const hn::CappedTag<uint32_t, 16> d;
    const size_t lanes = hn::Lanes(d);
    const auto most = hn::Set(d, kMaxInlineSize);
    auto longest = hn::Zero(d);
    for (size_t i = 0; i < count; i += lanes) {
      const auto size = hn::Sub(hn::LoadU(d, block_.ends + first + i),
                                hn::LoadU(d, block_.begins + first + i));
      longest = hn::Or(longest, size);
      hn::Store(hn::ShiftLeft<4>(hn::And(size, most)), d, group.key_rows + i);
    }
    const uint8_t* HWY_RESTRICT bytes = block_.bytes;
    const uint32_t* HWY_RESTRICT begins = block_.begins + first;
    auto* HWY_RESTRICT keys = reinterpret_cast<uint8_t*>(group.keys);
    for (size_t i = 0; i < count; i += 4) {
      for (size_t j = i; j < i + 4; ++j)
        MakeKey(bytes + begins[j], group.key_rows[j], keys + 16 * j);
    }
    return !hn::AllTrue(d, hn::Eq(hn::AndNot(most, longest), hn::Zero(d)));
  }
#endif

 private:
  const TokenBlock& block_;
};

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

// Looks up a block's tokens a group at a time, as LookUpGroups.
template <class Room, class Add>
HWY_INLINE void LookUpBlock(const TokenTableView& table,
                            const TokenBlock& block, TokenScratch::Lists& lists,
                            const Room& room, const Add& add) {
  LookUpGroups(table, BlockTokens(block), block.num_tokens, lists.groups, room,
               add);
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
