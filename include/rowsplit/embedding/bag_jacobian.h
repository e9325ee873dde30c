#ifndef ROWSPLIT_EMBEDDING_BAG_JACOBIAN_H_
#define ROWSPLIT_EMBEDDING_BAG_JACOBIAN_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "rowsplit/embedding/bag_gradient.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

enum class JacobianForm : uint8_t {
  kFull,      // [width, width] for each id
  kDiagonal,  // [width]: the rest of the matrix is 0 without a max_norm
};

struct BagJacobianOptions {
  BagGradientOptions gradient = {};
  JacobianForm form = JacobianForm::kFull;
};

// The Jacobian of each bag by each of its rows, all at once, as
// tf.GradientTape.batch_jacobian by the gathered rows: a tensor of the ids'
// shape and [width, width], whose item [.., id, i, j] is the derivative of the
// bag's item i by item j of that id's row. 0 for an id that is skipped or
// stands for zeros.
//
//   table {{1, 2}, {3, 4}}, ids {{1, 0}}, mean
//   // {{{{0.5, 0}, {0, 0.5}}, {{0.5, 0}, {0, 0.5}}}}
//
// Fails as EmbeddingBagGradient; with InvalidArgument for the diagonal with a
// max_norm, where the matrices are not diagonal; with ResourceExhausted if the
// size does not fit 64 bits. O(ids * width * width), or O(ids * width).
absl::StatusOr<Tensor> EmbeddingBagJacobian(
    const EmbeddingTable& table, const Tensor& ids,
    const BagJacobianOptions& options = {});
absl::StatusOr<Tensor> EmbeddingBagJacobian(
    const EmbeddingTable& table, const Tensor& ids, const Tensor& weights,
    const BagJacobianOptions& options = {});

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_BAG_JACOBIAN_H_
