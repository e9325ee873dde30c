#ifndef ROWSPLIT_RAGGED_CSR_MATRIX_H_
#define ROWSPLIT_RAGGED_CSR_MATRIX_H_

#include <cstdint>

#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// A sparse matrix by rows, as scipy.sparse.csr_matrix: row r has the values
// values[rows.row_splits()[r] … rows.row_splits()[r + 1]) at the columns of the
// same positions. A plain struct: what takes one checks it. What rowsplit makes
// has each column of a row once, in ascending order.
struct CsrMatrix {
  RowPartition rows;
  // One for each value, in [0, num_columns).
  Buffer<int64_t> columns;
  // A dense vector, as many values as columns.
  Tensor values;
  int64_t num_columns = 0;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_RAGGED_CSR_MATRIX_H_
