#ifndef ROWSPLIT_SRC_EMBEDDING_FLOAT_ROWS_H_
#define ROWSPLIT_SRC_EMBEDDING_FLOAT_ROWS_H_

#include <cstddef>
#include <cstdint>

#include "kernels/table_rows.h"
#include "rowsplit/core/row_format.h"

namespace rowsplit::internal {

// Rows of floats as the kernels take a table.
inline kernels::TableRows AsFloatRows(const float* values, size_t num_rows,
                                      size_t width) {
  return {reinterpret_cast<const uint8_t*>(values), width * sizeof(float),
          width, static_cast<int64_t>(num_rows), RowFormat::kFloat32};
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_FLOAT_ROWS_H_
