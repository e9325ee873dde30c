#ifndef ROWSPLIT_SRC_EMBEDDING_TABLE_ROWS_H_
#define ROWSPLIT_SRC_EMBEDDING_TABLE_ROWS_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "kernels/table_rows.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

// What works on the rows of tables without a check or an allocation a row.
namespace rowsplit::internal {

// The stored rows. Requires a table that is not factorized, and that it lives.
kernels::TableRows StoredRows(const EmbeddingTable& table);

// Rows for one piece of a threaded loop: some 64 KiB of float32.
int64_t RowGrain(int64_t width);

// Writes rows as float32, one after the other; rows of a factorized table are
// multiplied out. Requires ids that are rows of the table.
void ReadTableRows(const EmbeddingTable& table, const int64_t* ids,
                   int64_t num_ids, float* output);
void ReadTableRange(const EmbeddingTable& table, int64_t begin,
                    int64_t num_rows, float* output);

// Stores rows in `format`. The error names `first_row + ` the place of the
// first one that the format can't hold, and the column.
absl::Status EncodeTableRows(RowFormat format, const float* items,
                             int64_t first_row, int64_t num_rows, int64_t width,
                             std::byte* output);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_TABLE_ROWS_H_
