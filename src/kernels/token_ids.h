#ifndef ROWSPLIT_SRC_KERNELS_TOKEN_IDS_H_
#define ROWSPLIT_SRC_KERNELS_TOKEN_IDS_H_

#include <cstddef>
#include <cstdint>

#include "kernels/byte_map.h"
#include "kernels/token_table.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

// The fused kernel: rows of text to tokens, or to ids of tokens, in one pass
// that keeps no more than a block of the text in between. A row's bytes go
// through a byte map, which may drop some; the tokens are the runs of what is
// left between white space (the bytes 09 0A 0B 0C 0D 20 after mapping). A token
// ends where its row ends.
namespace rowsplit::kernels {

// Rows that lie behind one another: row r is bytes[offsets[r], offsets[r + 1]).
// Each is smaller than kMaxBatchBytes / 2; all together may be any size.
struct TextRowsView {
  const uint8_t* bytes;
  const Offset* offsets;
  size_t num_rows;

  size_t num_bytes() const {
    return static_cast<size_t>(offsets[num_rows] - offsets[0]);
  }
};

// The most tokens that rows of so many bytes can have.
inline size_t MaxTokens(size_t num_bytes, size_t num_rows) {
  return num_bytes / 2 + (num_bytes % 2 + num_rows + 1) / 2;
}

// Some of the tokens of the rows, one after the other: token i is
// bytes[begins[i], ends[i]), mapped. Behind each token at least kTokenSlack
// more bytes may be read.
struct TokenBlock {
  const uint8_t* bytes;
  const uint32_t* begins;
  const uint32_t* ends;
  size_t num_tokens;
  // How many tokens and whole rows were in the blocks before, and how many rows
  // are whole with this one: the row_ends of those are set.
  size_t first_token;
  size_t first_row;
  size_t end_row;
  // Where the text of the next block is, for prefetching; may be past the end.
  const uint8_t* next_text;
};
inline constexpr size_t kTokenSlack = 64;

class TokenBlockSink {
 public:
  virtual ~TokenBlockSink() = default;
  virtual void Add(const TokenBlock& block) = 0;
};

// The bytes of rows that one block is made of, a multiple of 64.
inline constexpr size_t kTokenBlockBytes = 8192;

// Memory that calls use again, one thread at a time; about 140 KiB, and the
// size of the longest token.
class TokenScratch {
 public:
  TokenScratch();

  struct Lists;
  Lists& lists() { return *reinterpret_cast<Lists*>(lists_.data()); }
  BufferBuilder<uint8_t>& bytes() { return bytes_; }

 private:
  // The mapped bytes: those of an open token, then a block.
  BufferBuilder<uint8_t> bytes_;
  BufferBuilder<uint8_t> lists_;
};

// Gives `sink` all tokens in order. row_ends[r] becomes the number of tokens in
// rows 0 to r.
void FindTokenBlocks(const CompiledByteMap& map, const TextRowsView& rows,
                     TokenScratch& scratch, TokenBlockSink& sink,
                     Offset* row_ends);

// Gives tokens that the table does not have their ids.
class UnknownTokens {
 public:
  virtual ~UnknownTokens() = default;
  // `tokens` are `count` indices, ascending, of tokens of the block whose ids
  // in `ids` are unknown_id and may be changed; ids[i] is that of token i of
  // the block.
  virtual void Resolve(const TokenBlock& block, const uint32_t* tokens,
                       size_t count, int64_t* ids) = 0;
};

struct TokenIdsOptions {
  // An id is first_id + the id in the table, or unknown_id.
  int64_t first_id = 0;
  int64_t unknown_id = -1;
  // If given, called for each block that has unknown tokens.
  UnknownTokens* unknown = nullptr;
};

// Writes the ids of all tokens and returns their number; row_ends as above.
// Requires room for MaxTokens(rows.num_bytes(), rows.num_rows) ids.
size_t FindTokenIds(const CompiledByteMap& map, const TextRowsView& rows,
                    const TokenTableView& table, const TokenIdsOptions& options,
                    TokenScratch& scratch, int64_t* ids, Offset* row_ends);

// The ids of tokens that somebody else lists, such as n-grams: ids[i] is that
// of token i of `block`, first_id + the id in the table or unknown_id. Tokens
// may overlap; of the block only bytes, begins, ends and num_tokens count, and
// behind each token kTokenSlack bytes can be read. A sink may call it with the
// scratch that it is called with.
void FindBlockIds(const TokenTableView& table, int64_t first_id,
                  int64_t unknown_id, TokenScratch& scratch,
                  const TokenBlock& block, int64_t* ids);

class TokenIdBlockSink {
 public:
  virtual ~TokenIdBlockSink() = default;
  // ids[i] is the table's id of token i of the block, or -1; `unknown` are the
  // indices of the `num_unknown` tokens without an id, ascending. May change
  // the table and its view, for the blocks that follow.
  virtual void Add(const TokenBlock& block, const int64_t* ids,
                   const uint32_t* unknown, size_t num_unknown) = 0;
};

// Gives `sink` all tokens in order, with their ids; row_ends as above. Keeps no
// more than a block of them, whatever the size of a row.
void FindTokenIdBlocks(const CompiledByteMap& map, const TextRowsView& rows,
                       const TokenTableView& table, TokenScratch& scratch,
                       TokenIdBlockSink& sink, Offset* row_ends);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_IDS_H_
