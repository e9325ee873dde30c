#ifndef ROWSPLIT_SRC_KERNELS_TABLE_ROWS_H_
#define ROWSPLIT_SRC_KERNELS_TABLE_ROWS_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/row_format.h"

namespace rowsplit::kernels {

// The rows of an embedding table as they are stored: row r is the `row_bytes`
// bytes at `rows + r * row_bytes`. They need not be aligned.
//
//   kFloat32, kFloat16, kBfloat16   `width` items
//   kInt8   `width` codes of 8 bits, then float32 scale and offset
//   kInt4   (width + 1) / 2 bytes of two codes, the first in the low bits, then
//           float16 scale and offset
//
// The value of a code is code * scale + offset, rounded once.
struct TableRows {
  const uint8_t* rows = nullptr;
  size_t row_bytes = 0;
  size_t width = 0;
  int64_t num_rows = 0;
  RowFormat format = RowFormat::kFloat32;
};

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_TABLE_ROWS_H_
