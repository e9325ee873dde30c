#ifndef ROWSPLIT_SRC_KERNELS_CONVERT_ROWS_H_
#define ROWSPLIT_SRC_KERNELS_CONVERT_ROWS_H_

#include <cstddef>
#include <cstdint>

#include "kernels/table_rows.h"
#include "rowsplit/core/row_format.h"

namespace rowsplit::kernels {

// Writes `num_ids` rows as float32, one after the other. Requires ids that are
// rows of the table. The items of quantized rows are rounded once where the
// target multiplies and adds in one operation, and twice elsewhere.
void DecodeRows(const TableRows& table, const int64_t* ids, size_t num_ids,
                float* output);

// The same for the rows from `begin` on.
void DecodeRowRange(const TableRows& table, int64_t begin, size_t num_rows,
                    float* output);

// Stores rows of `width` items in another format, RowBytes(format, width) bytes
// each. Returns the first row that the format can't hold (as
// reference::EncodeRow), `num_rows` if there is none; of that row and those
// after it nothing is said.
size_t EncodeRows(RowFormat format, const float* items, size_t num_rows,
                  size_t width, uint8_t* output);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_CONVERT_ROWS_H_
