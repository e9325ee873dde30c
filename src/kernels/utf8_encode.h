#ifndef ROWSPLIT_SRC_KERNELS_UTF8_ENCODE_H_
#define ROWSPLIT_SRC_KERNELS_UTF8_ENCODE_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/offset.h"

// Code points to UTF-8. A scalar value is a code point from 0 to 10FFFF that is
// no surrogate (D800 to DFFF).
namespace rowsplit::kernels {

// The place of the first code point that is no scalar value; `n` if all are.
size_t FindNonScalar(const int32_t* code_points, size_t n);

// row_ends[r] is the number of UTF-8 bytes of the rows 0 to r, where row r is
// code_points[offsets[r], offsets[r + 1]). Requires scalar values.
void CountUtf8Bytes(const int32_t* code_points, const Offset* offsets,
                    size_t num_rows, Offset* row_ends);

// Writes the UTF-8 of `n` scalar values, which is `size` bytes.
void EncodeUtf8(const int32_t* code_points, size_t n, size_t size,
                uint8_t* bytes);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_UTF8_ENCODE_H_
