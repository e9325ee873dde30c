#ifndef ROWSPLIT_SRC_KERNELS_WIDE_ROWS_H_
#define ROWSPLIT_SRC_KERNELS_WIDE_ROWS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace rowsplit::kernels {

// The values of some rows in a wider type, with splits of their own.
template <typename Wide>
struct WideRows {
  static constexpr size_t kMaxRows = 256;
  static constexpr int64_t kMaxValues = 2048;

  // The first rows of those given; none if the first is too long.
  template <typename T>
  WideRows(const int64_t* source_splits, size_t source_rows,
           const T* source_values) {
    const int64_t begin = source_splits[0];
    while (num_rows < std::min(source_rows, kMaxRows) &&
           source_splits[num_rows + 1] - begin <= kMaxValues) {
      ++num_rows;
      splits[num_rows] = source_splits[num_rows] - begin;
    }
    num_values = static_cast<size_t>(splits[num_rows]);
    std::copy_n(source_values + begin, num_values, values);
  }

  size_t num_rows = 0;
  size_t num_values = 0;
  int64_t splits[kMaxRows + 1] = {0};
  Wide values[kMaxValues];
};

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_WIDE_ROWS_H_
