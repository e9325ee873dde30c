#ifndef ROWSPLIT_SRC_EMBEDDING_BAG_BACKWARD_H_
#define ROWSPLIT_SRC_EMBEDDING_BAG_BACKWARD_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

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
  // Whether slices pass through the scaling by max_norm; if not, they are those
  // of the rows as scaled.
  bool through_max_norm = true;
};

// Fails unless `tensor` is float32 and has `width` items for each bag.
absl::Status CheckBagItems(const char* op, const char* name,
                           const Tensor& tensor, int64_t num_bags,
                           int64_t width);

// The rows of the entries as float32, and zeros for kZeroRow.
void ReadEntryRows(const EmbeddingTable& table, std::span<const int64_t> rows,
                   float* output);

// Where the pieces of bags start that threads work on, and the end.
std::vector<int64_t> BagPieces(const BagPlan& plan, int64_t width);

// The entries that are rows of the table, and what they have in `values`,
// `size` items each.
template <typename T>
Buffer<T> OfTableRows(const BagPlan& plan, const Buffer<T>& values,
                      size_t size) {
  if (!plan.has_zero_rows || values.empty()) return values;
  BufferBuilder<T> kept;
  for (size_t entry = 0; entry < plan.rows.size(); ++entry) {
    if (plan.rows[entry] != kZeroRow)
      kept.Append(values.span().subspan(entry * size, size));
  }
  return std::move(kept).Build();
}

// From the entries' weights to the ids', 0 for those that are skipped.
Buffer<float> ByPlace(const BagPlan& plan, Buffer<float> entries);

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
