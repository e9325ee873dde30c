#ifndef ROWSPLIT_SRC_TEXT_NGRAM_SPANS_H_
#define ROWSPLIT_SRC_TEXT_NGRAM_SPANS_H_

#include <cstdint>
#include <span>

#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

// Appends the n-grams of one row's tokens, which are spans of `bytes`, as
// further spans of it: all of the first width, then of the next. An n-gram's
// tokens are joined by one space. Where they stand so in `bytes` already
// nothing is copied, else the n-gram is appended to `bytes`. Returns false,
// with some of them missing, if `bytes` would grow past kMaxBatchBytes.
// Requires widths of at least 1. Allocates nothing for an n-gram.
//
//   bytes "the  old mill", widths {2}: "the old" is copied, "old mill" is not
[[nodiscard]] bool AppendNgramSpans(std::span<const TokenSpan> tokens,
                                    std::span<const int64_t> widths,
                                    BufferBuilder<char>& bytes,
                                    BufferBuilder<TokenSpan>& ngrams);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_TEXT_NGRAM_SPANS_H_
