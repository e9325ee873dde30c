#ifndef ROWSPLIT_SRC_KERNELS_TOKEN_SPANS_H_
#define ROWSPLIT_SRC_KERNELS_TOKEN_SPANS_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/offset.h"

// Where tokens and lines begin and end. White space is exactly the bytes
// 09 0A 0B 0C 0D 20; a token is a maximal run of other bytes.
namespace rowsplit::kernels {

// Writes the tokens of `n` bytes, with `begin` counted from `base`, and returns
// their number. Requires room for (n + 1) / 2 spans and
// base + n <= kMaxBatchBytes.
size_t FindTokenSpans(const uint8_t* bytes, size_t n, uint32_t base,
                      TokenSpan* out);

// The tokens of rows that lie behind each other: row r is
// bytes[offsets[r], offsets[r + 1]), and a token ends where its row ends.
// `begin` counts from `bytes`. Requires room for the tokens (CountRowTokens)
// and offsets[num_rows] <= kMaxBatchBytes. Returns their number.
size_t FindRowTokenSpans(const uint8_t* bytes, const Offset* offsets,
                         size_t num_rows, TokenSpan* out);

// row_ends[r] is the number of tokens in rows 0 to r.
void CountRowTokens(const uint8_t* bytes, const Offset* offsets,
                    size_t num_rows, Offset* row_ends);

// Writes the lines of `n` bytes, with `begin` counted from `base`, and returns
// their number. A line ends at '\n'; it and one '\r' before it are no part of
// the line. Bytes after the last '\n' are a line too (with their '\r's).
// Requires room for CountByte(bytes, n, '\n') + 1 spans and
// base + n <= kMaxBatchBytes.
size_t FindLineSpans(const uint8_t* bytes, size_t n, uint32_t base,
                     TokenSpan* out);

// How often `value` occurs.
size_t CountByte(const uint8_t* bytes, size_t n, uint8_t value);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_TOKEN_SPANS_H_
