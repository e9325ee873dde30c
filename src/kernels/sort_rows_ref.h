#ifndef ROWSPLIT_SRC_KERNELS_SORT_ROWS_REF_H_
#define ROWSPLIT_SRC_KERNELS_SORT_ROWS_REF_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>

namespace rowsplit::reference {

template <typename Key>
void OrderRows(const int64_t* splits, size_t num_rows, const Key* keys,
               int32_t* order) {
  for (size_t row = 0; row < num_rows; ++row) {
    const Key* row_keys = keys + (splits[row] - splits[0]);
    int32_t* begin = order + (splits[row] - splits[0]);
    int32_t* end = order + (splits[row + 1] - splits[0]);
    std::iota(begin, end, 0);
    std::stable_sort(begin, end, [&](int32_t a, int32_t b) {
      return row_keys[a] < row_keys[b];
    });
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_SORT_ROWS_REF_H_
