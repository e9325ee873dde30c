// Rows of text to blocks of tokens. Included once for each target.
#if defined(ROWSPLIT_SRC_KERNELS_TOKEN_BLOCKS_INL_H_) == \
    defined(HWY_TARGET_TOGGLE)
#ifdef ROWSPLIT_SRC_KERNELS_TOKEN_BLOCKS_INL_H_
#undef ROWSPLIT_SRC_KERNELS_TOKEN_BLOCKS_INL_H_
#else
#define ROWSPLIT_SRC_KERNELS_TOKEN_BLOCKS_INL_H_
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "hwy/highway.h"
#include "kernels/byte_class-inl.h"
#include "kernels/byte_map.h"
#include "kernels/byte_stream-inl.h"
#include "kernels/map_groups-inl.h"
#include "kernels/token_ids.h"
#include "kernels/token_lists.h"

HWY_BEFORE_NAMESPACE();
namespace rowsplit::kernels {
namespace HWY_NAMESPACE {

// The lists of one block and the token that is open where it begins.
class BlockSplitter {
 public:
  BlockSplitter(const CompiledByteMap& map, TokenScratch& scratch)
      : map_(map), scratch_(scratch), lists_(scratch.lists()) {}

  // Maps and splits the `n` bytes at rows.bytes + begin, with rows from
  // `first_row` on, and describes their tokens.
  HWY_INLINE TokenBlock Split(const TextRowsView& rows, Offset begin, size_t n,
                              size_t first_token, size_t first_row,
                              Offset* row_ends) {
    const size_t room = open_size_ + kTokenBlockBytes + 2 * kTokenSlack;
    if (room > scratch_.bytes().capacity()) scratch_.bytes().Reserve(2 * room);
    uint8_t* const mapped = scratch_.bytes().data() + open_size_;
    const size_t size =
        MapAnyGroups(map_, rows.bytes + begin, n, mapped, lists_.keeps,
                     lists_.places, lists_.token_bits);
    const size_t end_row = MarkRows(rows, begin, n, size, first_row, row_ends);
    const size_t num_before = open_size_ != 0 ? 1 : 0;
    lists_.begins[0] = 0;
    if constexpr (kBitsAtOnce) {
      FindEdgesOfBits(n);
    } else {
      FindEdgesOf(mapped, size);
    }
    for (size_t row = first_row; row < end_row; ++row) {
      const auto place = static_cast<size_t>(row_ends[row]);
      row_ends[row] = static_cast<Offset>(
          first_token + num_before + lists_.ranks[place / kBlock] +
          hwy::PopCount(lists_.begin_bits[place / kBlock] &
                        LowBits(place % kBlock)));
    }
    end_ = open_size_ + size;
    return {scratch_.bytes().data(),
            lists_.begins,
            lists_.ends,
            num_ends_,
            first_token,
            first_row,
            end_row,
            rows.bytes + begin + static_cast<Offset>(n)};
  }

  // Keeps what the block's last token has so far for the next block.
  HWY_INLINE void KeepOpenToken() {
    if (num_begins_ == num_ends_) {
      open_size_ = 0;
      return;
    }
    const size_t begin = lists_.begins[num_ends_];
    open_size_ = end_ - begin;
    uint8_t* const bytes = scratch_.bytes().data();
    // Once it is in front it stays there, so a token of any size moves once.
    if (begin != 0) std::memmove(bytes, bytes + begin, open_size_);
    scratch_.bytes().ResizeUninitialized(open_size_);
  }

 private:
  // Sets a bit where a row ends among the mapped bytes, and row_ends to the
  // number of that bit. Returns the first row that does not end in the block.
  HWY_INLINE size_t MarkRows(const TextRowsView& rows, Offset begin, size_t n,
                             size_t size, size_t row, Offset* row_ends) {
    const size_t groups = (kBitsAtOnce ? n : size) / kBlock + 1;
    std::memset(lists_.row_bits, 0, groups * sizeof(lists_.row_bits[0]));
    for (; row < rows.num_rows; ++row) {
      const auto end = static_cast<size_t>(rows.offsets[row + 1] - begin);
      if (end > n) break;
      const size_t group = end / kBlock;
      const size_t kept =
          hwy::PopCount(lists_.keeps[group] & LowBits(end % kBlock));
      const size_t place =
          kept + (kBitsAtOnce ? group * kBlock : lists_.places[group]);
      row_ends[row] = static_cast<Offset>(place);
      lists_.row_bits[place / kBlock] |= uint64_t{1} << (place % kBlock);
    }
    return row;
  }

  // Finds the edges of tokens in groups that are as long as bytes were kept.
  HWY_INLINE void FindEdgesOfBits(size_t n) {
    uint64_t carry = open_size_ != 0 ? 1 : 0;
    size_t num_begins = carry;
    size_t num_ends = 0;
    size_t rank = 0;
    const auto open_size = static_cast<uint32_t>(open_size_);
    for (size_t group = 0; group <= n / kBlock; ++group) {
      const uint64_t token = lists_.token_bits[group];
      const uint64_t row_begins = lists_.row_bits[group];
      const size_t size = hwy::PopCount(lists_.keeps[group]);
      const uint64_t known =
          size == kBlock ? ~uint64_t{0} : LowBits(size) | row_begins;
      const uint64_t before = (token << 1) | carry;
      const uint64_t begins = token & (~before | row_begins);
      const uint64_t ends = before & (~token | row_begins) & known;
      // Behind the last byte a token ends only if its row does.
      carry = size == kBlock ? token >> 63 : (before & ~row_begins) >> size & 1;
      lists_.begin_bits[group] = begins;
      lists_.ranks[group] = static_cast<uint32_t>(rank);
      rank += hwy::PopCount(begins);
      const uint32_t position = open_size + lists_.places[group];
      num_begins +=
          AppendPositions(begins, position, lists_.begins + num_begins);
      num_ends += AppendPositions(ends, position, lists_.ends + num_ends);
    }
    num_begins_ = num_begins;
    num_ends_ = num_ends;
  }

  HWY_INLINE void FindEdgesOf(const uint8_t* HWY_RESTRICT mapped, size_t size) {
    const BlockTag d;
    const NotWhitespace is_token;
    uint64_t carry = open_size_ != 0 ? 1 : 0;
    size_t num_begins = carry;
    size_t num_ends = 0;
    size_t rank = 0;
    const auto open_size = static_cast<uint32_t>(open_size_);
    const size_t last = size / kBlock;
    for (size_t group = 0; group <= last; ++group) {
      uint64_t token = BlockBits(d, mapped + group * kBlock, is_token);
      const uint64_t row_begins = lists_.row_bits[group];
      uint64_t known = ~uint64_t{0};
      if (group == last) {
        // Behind the last byte a token ends only if its row does.
        known = LowBits(size % kBlock);
        token &= known;
        known |= row_begins;
      }
      const TokenEdges edges = FindEdges(token, row_begins, &carry);
      lists_.begin_bits[group] = edges.begins;
      lists_.ranks[group] = static_cast<uint32_t>(rank);
      rank += hwy::PopCount(edges.begins);
      const auto position = open_size + static_cast<uint32_t>(group * kBlock);
      num_begins +=
          AppendPositions(edges.begins, position, lists_.begins + num_begins);
      num_ends +=
          AppendPositions(edges.ends & known, position, lists_.ends + num_ends);
    }
    num_begins_ = num_begins;
    num_ends_ = num_ends;
  }

  const CompiledByteMap& map_;
  TokenScratch& scratch_;
  TokenScratch::Lists& lists_;
  size_t open_size_ = 0;
  size_t end_ = 0;
  size_t num_begins_ = 0;
  size_t num_ends_ = 0;
};

// Calls add(block) for all blocks of tokens; returns the number of tokens.
template <class Add>
HWY_INLINE size_t ForEachTokenBlock(const CompiledByteMap& map,
                                    const TextRowsView& rows,
                                    TokenScratch& scratch, Offset* row_ends,
                                    const Add& add) {
  BlockSplitter splitter(map, scratch);
  const Offset end = rows.offsets[rows.num_rows];
  Offset begin = rows.offsets[0];
  size_t first_token = 0;
  size_t first_row = 0;
  do {
    const size_t n =
        std::min(kTokenBlockBytes, static_cast<size_t>(end - begin));
    const TokenBlock block =
        splitter.Split(rows, begin, n, first_token, first_row, row_ends);
    add(block);
    splitter.KeepOpenToken();
    first_token += block.num_tokens;
    first_row = block.end_row;
    begin += static_cast<Offset>(n);
  } while (begin < end);
  return first_token;
}

}  // namespace HWY_NAMESPACE
}  // namespace rowsplit::kernels
HWY_AFTER_NAMESPACE();

#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_BLOCKS_INL_H_
