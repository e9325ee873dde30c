#ifndef ROWSPLIT_EMBEDDING_LOOKUP_SPARSE_H_
#define ROWSPLIT_EMBEDDING_LOOKUP_SPARSE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/embedding_lookup.h"
#include "rowsplit/ops/sparse.h"
#include "rowsplit/ragged/tensor.h"

// Rows of a table looked up and combined, with the answers of TensorFlow's
// functions of these names. A table is given in parts, often one: dense tensors
// of one dtype that differ in their first size only. 16-bit floats are computed
// in float32.
namespace rowsplit {

// The weighted sum of the rows; that over the sum of the weights; that over the
// root of the sum of the squared weights. Over 0 gives 0. Without weights each
// is 1.
enum class Combiner : uint8_t { kSum, kMean, kSqrtN };

struct LookupSparseOptions {
  Combiner combiner = Combiner::kMean;
  PartitionStrategy partition_strategy = PartitionStrategy::kDiv;
  // Scales rows of the table down, as EmbeddingLookupOptions::max_norm.
  std::optional<double> max_norm = std::nullopt;
  // Leaves out the rows after the last one that has an id, as TensorFlow does.
  // Otherwise every row of the ids has one in the result.
  bool drop_trailing_empty_rows = false;
  ExecOptions exec = {};
};

// One vector for each row of ragged ids: the table's rows that it names,
// combined. Reduces the innermost axis. A row without ids gives zeros.
// `weights` has a number for each id; its row splits are not looked at.
//
//   table = {{1, 2}, {3, 4}, {5, 6}}
//   EmbeddingLookupSparse({table}, {{0, 1}, {}, {2}})
//       // {{2, 3}, {0, 0}, {5, 6}}
//
// InvalidArgument: ids that are not ragged, not int32 or int64 or have inner
// dimensions; an id that is no row; another number of weights than of ids,
// weights that are no numbers; what EmbeddingLookup refuses of a table; a
// table of integers with a max_norm, sqrtn or a mean without weights;
// drop_trailing_empty_rows with ids of rank 3 or more. ResourceExhausted if a
// size does not fit 64 bits. Cancelled. O(ids * width + result).
absl::StatusOr<Tensor> EmbeddingLookupSparse(
    const std::vector<Tensor>& parts, const Tensor& ids,
    const std::optional<Tensor>& weights = std::nullopt,
    const LookupSparseOptions& options = {});

// The same for sparse ids, of any rank: all with the same first index are one
// row. They must come in the order of their rows. The indices of the weights
// are not looked at.
absl::StatusOr<Tensor> EmbeddingLookupSparse(
    const std::vector<Tensor>& parts, const SparseTensor& ids,
    const std::optional<SparseTensor>& weights = std::nullopt,
    const LookupSparseOptions& options = {});

struct SafeLookupSparseOptions {
  Combiner combiner = Combiner::kMean;
  PartitionStrategy partition_strategy = PartitionStrategy::kDiv;
  // The id of a row that has none; without it such a row is zeros.
  std::optional<int64_t> default_id = std::nullopt;
  std::optional<double> max_norm = std::nullopt;
  ExecOptions exec = {};
};

// As EmbeddingLookupSparse, after what is invalid was left out: negative ids
// and, unless the combiner is kSum, ids whose weight is not above 0. Every row
// is in the result. The weights have the dtype of the table.
//
//   SafeEmbeddingLookupSparse({table}, {{0, -1}, {-1}}, {}, {.default_id = 2})
//       // {{1, 2}, {5, 6}}
absl::StatusOr<Tensor> SafeEmbeddingLookupSparse(
    const std::vector<Tensor>& parts, const Tensor& ids,
    const std::optional<Tensor>& weights = std::nullopt,
    const SafeLookupSparseOptions& options = {});

// The same for sparse ids, which may come in any order: the last axis is
// reduced, and the result has the sizes of the others and then of a row.
// InvalidArgument also for an index out of them.
absl::StatusOr<Tensor> SafeEmbeddingLookupSparse(
    const std::vector<Tensor>& parts, const SparseTensor& ids,
    const std::optional<SparseTensor>& weights = std::nullopt,
    const SafeLookupSparseOptions& options = {});

struct SparseSegmentOptions {
  // The rows of the result; as many as the last segment id needs if unset.
  std::optional<int64_t> num_segments = std::nullopt;
  ExecOptions exec = {};
};

// The rows of `data` at `indices`, those with the same segment id combined;
// tf.sparse.segment_sum, _mean and _sqrt_n. The segment ids do not decrease; a
// segment without an index gives zeros.
//
//   SparseSegmentReduce({{1, 2}, {3, 4}}, {1, 1, 0}, {0, 0, 2}, Combiner::kSum)
//       // {{6, 8}, {0, 0}, {1, 2}}
//
// InvalidArgument: indices or segment ids that are no vectors of int32 or int64
// of one length; an index that is no row; segment ids that decrease, are
// negative or not below num_segments; integer data unless summed.
absl::StatusOr<Tensor> SparseSegmentReduce(
    const Tensor& data, const Tensor& indices, const Tensor& segment_ids,
    Combiner combiner, const SparseSegmentOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_LOOKUP_SPARSE_H_
