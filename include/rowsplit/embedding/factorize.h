#ifndef ROWSPLIT_EMBEDDING_FACTORIZE_H_
#define ROWSPLIT_EMBEDDING_FACTORIZE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit {

struct FactorizeOptions {
  // How the short rows are stored.
  RowFormat format = RowFormat::kFloat32;
  ExecOptions exec = {};
};

struct Factorization {
  EmbeddingTable table;
  // Of the returned table: the root of the sum of the squares of all items'
  // differences, divided by that of the items. 0 for a table of zeros.
  double relative_error = 0;
};

// The table of rank `rank` that is nearest to `table` (its truncated singular
// value decomposition): short rows of `rank` items, and a projection whose rows
// are orthonormal.
//
//   auto small = Factorize(table, 64);   // of width 300
//   small->table.size_bytes()            // some 64 / 300 of the table's
//
// Fails with InvalidArgument unless 1 <= rank <= width, for an item that is not
// finite (it names row and column), and where ConvertTo fails for the short
// rows; with ResourceExhausted; with Cancelled. The same for any number of
// threads. Takes num_rows * width^2 steps and memory for width^2 doubles beside
// the result.
absl::StatusOr<Factorization> Factorize(const EmbeddingTable& table,
                                        int64_t rank,
                                        const FactorizeOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_FACTORIZE_H_
