#ifndef ROWSPLIT_SRC_KERNELS_UTF8_DECODE_H_
#define ROWSPLIT_SRC_KERNELS_UTF8_DECODE_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/offset.h"

// The characters of well-formed UTF-8: each byte that is not 10xxxxxx begins
// one.
namespace rowsplit::kernels {

// The characters of rows that lie behind each other: row r is
// bytes[offsets[r], offsets[r + 1]). row_ends[r] is the number of characters in
// rows 0 to r.
void CountUtf8Characters(const uint8_t* bytes, const Offset* offsets,
                         size_t num_rows, Offset* row_ends);

// Writes the code points of `n` bytes. Requires well-formed text that has
// `count` characters.
void DecodeUtf8(const uint8_t* bytes, size_t n, size_t count,
                int32_t* code_points);

// Writes base + the place of each of the `count` characters of `n` bytes.
void FindUtf8Characters(const uint8_t* bytes, size_t n, size_t count,
                        Offset base, Offset* places);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_UTF8_DECODE_H_
