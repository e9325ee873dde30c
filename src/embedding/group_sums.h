#ifndef ROWSPLIT_SRC_EMBEDDING_GROUP_SUMS_H_
#define ROWSPLIT_SRC_EMBEDDING_GROUP_SUMS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "embedding/id_groups.h"
#include "rowsplit/core/exec.h"

namespace rowsplit::internal {

// Where pieces of about `grain` positions start, each of whole rows (one at
// least), and the end: {0, 4, 5} for splits {0, 1, 1, 2, 3, 9} and a grain
// of 3.
std::vector<int64_t> PieceStarts(std::span<const int64_t> splits,
                                 int64_t grain);

// What each position of a list of ids contributes to its id's sum: row
// `sources[position]` of `rows`, times `scales[position]`. Without sources the
// row of the position itself, without scales that row as it is.
struct SliceSource {
  const float* rows = nullptr;
  size_t width = 0;
  std::span<const int64_t> sources;
  std::span<const float> scales;
};

// The sums of the groups [begin, begin + ids.size()), one after the other. The
// consumer may change them in place.
struct GroupBlock {
  int64_t begin = 0;
  std::span<const int64_t> ids;
  float* sums = nullptr;
};

// Adds up the contributions of each group, position after position, and hands
// the sums on in blocks that fit the second cache; blocks go to several
// threads. Returns the first error of `consume`, or Cancelled.
absl::Status SumGroups(
    const IdGroups& groups, const SliceSource& source, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(const GroupBlock& block)> consume);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_GROUP_SUMS_H_
