#ifndef ROWSPLIT_SRC_EMBEDDING_BAG_BACKWARD_H_
#define ROWSPLIT_SRC_EMBEDDING_BAG_BACKWARD_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/bag_plan.h"
#include "embedding/group_sums.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/bag_gradient.h"
#include "rowsplit/embedding/indexed_slices.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit::internal {

// The arguments of a bag's gradient, checked.
struct Backward {
  const EmbeddingTable& table;
  BagPlan plan;
  Buffer<float> scales;    // of the entries, as EntryScales
  Buffer<float> upstream;  // [num_bags, width]
  BagGradientOptions options;
};

// `weights` may be null.
absl::StatusOr<Backward> MakeBackward(const char* op,
                                      const EmbeddingTable& table,
                                      const Tensor& ids, const Tensor* weights,
                                      const Tensor& upstream,
                                      const BagGradientOptions& options);

// The gradients of the entries: a slice for each that is a row of the table,
// unless they are not wanted; and, if there are weights, one for each id, 0 for
// an id that is skipped.
absl::StatusOr<BagGradients> EntryGradients(const Backward& backward,
                                            bool want_rows);

// The entries by the rows they are, ready to be added up. Of the modes that are
// linear in the rows an entry contributes its bag's upstream gradient times its
// scale; of the others a slice that was made for it.
struct RowSums {
  IdGroups groups;
  Buffer<float> slices;     // of the entries, or the upstream gradient
  Buffer<int64_t> sources;  // the bags of the entries; empty for slices
  Buffer<float> scales;
  Buffer<float> weights;  // as EntryGradients
};
absl::StatusOr<RowSums> PrepareRowSums(const Backward& backward);

// Hands the sums of the rows on, in blocks of ascending rows, to several
// threads. Nothing of the table is read but, with a max_norm, the rows of the
// block, before `consume` gets it: it may change them.
absl::Status ForRowSums(
    const Backward& backward, const RowSums& sums,
    absl::FunctionRef<absl::Status(const GroupBlock& block)> consume);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_BAG_BACKWARD_H_
