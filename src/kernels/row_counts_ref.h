#ifndef ROWSPLIT_SRC_KERNELS_ROW_COUNTS_REF_H_
#define ROWSPLIT_SRC_KERNELS_ROW_COUNTS_REF_H_

#include <cstddef>
#include <cstdint>
#include <map>

namespace rowsplit::reference {

template <typename Id>
size_t CountRowIds(const Id* ids, const int64_t* row_ends, size_t num_rows,
                   int64_t* columns, int32_t* counts, int64_t* count_ends) {
  size_t written = 0;
  int64_t begin = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    std::map<int64_t, int32_t> row_counts;
    for (int64_t i = begin; i < row_ends[row]; ++i) ++row_counts[ids[i]];
    begin = row_ends[row];
    for (const auto& [id, count] : row_counts) {
      columns[written] = id;
      counts[written++] = count;
    }
    count_ends[row] = static_cast<int64_t>(written);
  }
  return written;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_ROW_COUNTS_REF_H_
