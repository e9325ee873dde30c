#ifndef ROWSPLIT_SRC_EMBEDDING_COMBINE_ROWS_H_
#define ROWSPLIT_SRC_EMBEDDING_COMBINE_ROWS_H_

#include <cstdint>
#include <optional>
#include <span>

#include "absl/status/statusor.h"
#include "embedding/partitioned_rows.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/embedding/lookup_sparse.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

struct CombineOptions {
  Combiner combiner = Combiner::kMean;
  std::optional<double> max_norm = std::nullopt;
  ExecOptions exec = {};
};

// A vector for each row of ids that the splits make: the rows of the table,
// combined; zeros for a row without ids. Dense, of shape [rows, row shape] and
// the dtype of the table. `weights`, a dense tensor of any numbers, has an item
// for each id; null means 1 each. Requires splits that end at the ids.
//
// Fails with InvalidArgument for an id that is no row (its position is that
// among all ids), for weights that are no numbers or not as many as ids, for a
// dtype that can't be combined so; with ResourceExhausted; with Cancelled.
absl::StatusOr<Tensor> CombineRows(const PartitionedRows& rows,
                                   std::span<const int64_t> ids,
                                   std::span<const Offset> splits,
                                   const Tensor* weights,
                                   const CombineOptions& options);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_COMBINE_ROWS_H_
