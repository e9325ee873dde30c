#ifndef ROWSPLIT_EMBEDDING_GATHER_REDUCE_H_
#define ROWSPLIT_EMBEDDING_GATHER_REDUCE_H_

#include "absl/status/statusor.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ops/reduce_axes.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// What Reduce gives of the gathered rows, Reduce(EmbeddingLookup(table, ids)):
// tf.gather and then tf.reduce_sum and the others, over any axes. The axes are
// those of the ids and then that of a row. `ids` are int32 or int64, dense or
// ragged, of any rank.
//
//   // table {{1, 2}, {3, 4}, {5, 6}}, ids {{0, 2}, {}}
//   GatherReduce(table, ids, ReduceOp::kSum, {.axes = {{1}}})
//       // {{6, 8}, {0, 0}}
//   GatherReduce(table, ids, ReduceOp::kMean, {.axes = {{1}}})
//       // {{3, 4}, {NaN, NaN}}
//
// The sum, mean, maximum and minimum along the innermost axis of the ids read
// the rows in their stored form and make no gathered tensor; everything else
// does.
//
// InvalidArgument: an id that is no row, with its position; ids of another
// dtype; what Reduce refuses. ResourceExhausted. Cancelled. O(ids * width).
absl::StatusOr<Tensor> GatherReduce(const EmbeddingTable& table,
                                    const Tensor& ids, ReduceOp op,
                                    const ReduceAxesOptions& options = {});

// The same of a dense tensor of any dtype that Reduce takes, whose rows may
// have any rank.
absl::StatusOr<Tensor> GatherReduce(const Tensor& table, const Tensor& ids,
                                    ReduceOp op,
                                    const ReduceAxesOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_GATHER_REDUCE_H_
