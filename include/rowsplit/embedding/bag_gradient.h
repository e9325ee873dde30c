#ifndef ROWSPLIT_EMBEDDING_BAG_GRADIENT_H_
#define ROWSPLIT_EMBEDDING_BAG_GRADIENT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/indexed_slices.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/tensor.h"

// The gradients of bags: from that of the result (`upstream`, float32, with the
// items of the result) those of the table's rows and of the weights.
//
// All take the arguments of the op itself, and fail as it does; with
// InvalidArgument if `upstream` is not float32 or has another number of items.
// The same bits for any number of threads.
namespace rowsplit {

// Who gets the gradient of a maximum or minimum that several rows reach.
enum class ExtremeTies : uint8_t {
  kEqualParts,  // all of them, as TensorFlow's reduce_max
  kFirst,       // the first, as torch's embedding_bag
};

struct BagGradientOptions {
  // Those of the bag, and its threads.
  BagOptions bag = {};
  ExtremeTies ties = ExtremeTies::kEqualParts;
};

struct BagGradients {
  IndexedSlices rows;
  Buffer<float> weights;  // one for each id; empty without weights
};

// A slice for each id in order, repeats not added up. An id that is skipped
// (padding, out of range) has none and neither has one that stands for zeros; a
// weight of such an id gets 0. The row of an empty bag gets its gradient.
//
//   table {{1, 2}, {3, 4}}, ids {{1, 0}, {}, {1}}, upstream {{2, 4}, {9, 9},
//   {6, 8}}, mean:
//   // indices {1, 0, 1}, values {1, 2, 1, 2, 6, 8}
//
// Where a mean's weights sum to 0 the result is 0 and so are the gradients.
// With a max_norm the gradient passes through the scaling of the rows. A
// factorized table's gradient is that of the rows as they are multiplied out.
absl::StatusOr<BagGradients> EmbeddingBagGradient(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& upstream,
    const BagGradientOptions& options = {});
absl::StatusOr<BagGradients> EmbeddingBagGradient(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& weights,
    const Tensor& upstream, const BagGradientOptions& options = {});

// The same with the slices of each row added up, indices ascending:
// SumPerId(EmbeddingBagGradient(…)). The modes that are linear in the rows
// (sum, mean, sqrtn, first, last) make no slice for each id.
absl::StatusOr<BagGradients> EmbeddingBagGradientPerId(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& upstream,
    const BagGradientOptions& options = {});
absl::StatusOr<BagGradients> EmbeddingBagGradientPerId(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& weights,
    const Tensor& upstream, const BagGradientOptions& options = {});

struct AttentionGradients {
  IndexedSlices rows;
  Buffer<float> queries;  // [num_bags, width]
  Buffer<float> weights;  // one for each id; empty without weights
};

// The same of AttentionBag, also to the queries. Fails as that does.
//
//   // table {{0, 1}, {2, 0}}, ids {{0, 1}}, queries {{0, 0}}, scale 1,
//   // upstream {{2, 0}}: both rows have the share 0.5
//   // rows {{1, 0}, {1, 0}}, queries {{2, -1}}
absl::StatusOr<AttentionGradients> AttentionBagGradient(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& queries,
    const Tensor& upstream, const AttentionOptions& options = {});
absl::StatusOr<AttentionGradients> AttentionBagGradient(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& queries,
    const Tensor& weights, const Tensor& upstream,
    const AttentionOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_BAG_GRADIENT_H_
