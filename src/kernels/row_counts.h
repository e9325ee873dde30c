#ifndef ROWSPLIT_SRC_KERNELS_ROW_COUNTS_H_
#define ROWSPLIT_SRC_KERNELS_ROW_COUNTS_H_

#include <cstddef>
#include <cstdint>

namespace rowsplit::kernels {

// The distinct ids of each row, in ascending order, and how often each occurs:
// a bag of words as the row of a sparse matrix. Row r is
// ids[r == 0 ? 0 : row_ends[r - 1], row_ends[r]).
//
// Writes columns and counts without gaps, and for each row where it ends among
// them; returns how many there are. Requires as much room in `columns` and
// `counts` as there are ids, ids in [0, 2^31), and outputs apart from the
// inputs. Id: int32_t, int64_t.
template <typename Id>
size_t CountRowIds(const Id* ids, const int64_t* row_ends, size_t num_rows,
                   int64_t* columns, int32_t* counts, int64_t* count_ends);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_ROW_COUNTS_H_
