#ifndef ROWSPLIT_SRC_EMBEDDING_BAG_PLAN_H_
#define ROWSPLIT_SRC_EMBEDDING_BAG_PLAN_H_

#include <cstdint>
#include <optional>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// A bag's row that is no row of the table, but zeros.
inline constexpr int64_t kZeroRow = -1;

// What bags of ids come to once padding, ids out of range and empty bags are
// dealt with: bag b has the entries [splits[b], splits[b + 1]), each a row of
// the table and, if there are any, a weight.
struct BagPlan {
  int64_t num_ids = 0;
  Buffer<int64_t> rows;   // or kZeroRow
  Buffer<float> weights;  // of the entries; empty: all 1
  Buffer<Offset> splits;
  Buffer<int64_t>
      places;  // of the entries' ids, -1 for none; empty: 0, 1, 2, …
  bool has_weights = false;  // also where no entry is left
  bool has_zero_rows = false;

  int64_t num_bags() const { return static_cast<int64_t>(splits.size()) - 1; }
  int64_t num_entries() const { return static_cast<int64_t>(rows.size()); }
  // The place of an entry's id among all ids; -1 for the row of an empty bag.
  int64_t place(int64_t entry) const {
    return places.empty() ? entry : places[entry];
  }
};

// Checks ids, weights (null means none) and options against a table of
// `num_rows` rows. `op` begins the messages. Shares the ids and their splits
// where it can. O(ids).
absl::StatusOr<BagPlan> MakeBagPlan(const char* op, int64_t num_rows,
                                    const Tensor& ids, const Tensor* weights,
                                    const BagOptions& options);

// The factor of each entry in its bag's result, for the modes that are linear
// in the rows: all but max, min and logsumexp. Empty if all are 1.
Buffer<float> EntryScales(const BagPlan& plan, BagMode mode);

// Whether the mode is linear in the rows.
bool IsLinear(BagMode mode);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_BAG_PLAN_H_
