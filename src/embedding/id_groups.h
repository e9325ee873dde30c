#ifndef ROWSPLIT_SRC_EMBEDDING_ID_GROUPS_H_
#define ROWSPLIT_SRC_EMBEDDING_ID_GROUPS_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"

namespace rowsplit::internal {

// The positions of each distinct id of a list. Group g is the id `ids[g]`, and
// its positions are `position(i)` for i in [splits[g], splits[g + 1]).
struct IdGroups {
  Buffer<int64_t> ids;     // ascending
  Buffer<int64_t> splits;  // of the positions, one more than there are groups
  Buffer<uint64_t> keys;   // the position in the low bits
  uint64_t position_mask = 0;

  int64_t num_groups() const { return static_cast<int64_t>(ids.size()); }
  int64_t position(int64_t i) const {
    return static_cast<int64_t>(keys[i] & position_mask);
  }
};

// Sorts (id, position), so that the ids ascend and so do the positions of each.
// A radix sort of 64-bit keys: a pass over them for each 11 bits of the
// greatest id.
//
//   {7, 3, 7}  // ids {3, 7}, splits {0, 1, 3}, positions {1, 0, 2}
//
// Requires ids of 0 or more. Fails with Cancelled only.
absl::StatusOr<IdGroups> GroupIds(std::span<const int64_t> ids,
                                  const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_ID_GROUPS_H_
