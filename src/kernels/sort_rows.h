#ifndef ROWSPLIT_SRC_KERNELS_SORT_ROWS_H_
#define ROWSPLIT_SRC_KERNELS_SORT_ROWS_H_

#include <cstddef>
#include <cstdint>

namespace rowsplit::kernels {

// Keys that must be readable after the last one; what they hold is ignored.
inline constexpr size_t kSortPadding = 64;

// The stable ascending order of each row: row r is the keys
// [splits[r] - splits[0], splits[r + 1] - splits[0]), and the output at the
// same place gets the positions inside the row, the least key's first. Rows
// have less than 2^31 keys. Key: int32_t, int64_t.
template <typename Key>
void OrderRows(const int64_t* splits, size_t num_rows, const Key* keys,
               int32_t* order);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_SORT_ROWS_H_
