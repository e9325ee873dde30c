#ifndef ROWSPLIT_EMBEDDING_EMBEDDING_LOOKUP_H_
#define ROWSPLIT_EMBEDDING_EMBEDDING_LOOKUP_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Which rows of a table each of its parts holds.
enum class PartitionStrategy : uint8_t {
  // Consecutive ones: 5 rows in 2 parts are {0, 1, 2} and {3, 4}. The first
  // parts have one more where the rows do not divide evenly.
  kDiv,
  // Every n-th: 5 rows in 2 parts are {0, 2, 4} and {1, 3}.
  kMod,
};

struct EmbeddingLookupOptions {
  PartitionStrategy partition_strategy = PartitionStrategy::kDiv;
  // Vectors longer than this (in the L2 norm) are scaled down to it:
  // x * max_norm / max(norm, max_norm), of each row by itself.
  std::optional<double> max_norm = std::nullopt;
  // -1 is the last row, -2 the one before it, as in keras.layers.Embedding.
  bool negative_from_end = false;
  ExecOptions exec = {};
};

// The row of each id, with the answers of tf.nn.embedding_lookup. `parts` are
// the parts of one table, dense tensors of one dtype that differ in their first
// size only; often it is one. Ids are int32 or int64, dense or ragged, of any
// rank; the result has their shape and after it that of a row, and the dtype of
// the table.
//
//   table = {{1, 2}, {3, 4}, {5, 6}}
//   EmbeddingLookup({table}, {{2}, {}, {0, 1}})
//       // {{{5, 6}}, {}, {{1, 2}, {3, 4}}}
//
// InvalidArgument: an id that is no row, with its place; no part, parts that
// do not fit each other; ids of another dtype; max_norm with a dtype that is
// not floating. ResourceExhausted if the size of the result does not fit 64
// bits. Cancelled. O(result).
absl::StatusOr<Tensor> EmbeddingLookup(
    const std::vector<Tensor>& parts, const Tensor& ids,
    const EmbeddingLookupOptions& options = {});

// The same of a table, in float32 whatever its format.
absl::StatusOr<Tensor> EmbeddingLookup(
    const EmbeddingTable& table, const Tensor& ids,
    const EmbeddingLookupOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_EMBEDDING_LOOKUP_H_
