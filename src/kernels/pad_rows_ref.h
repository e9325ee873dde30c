#ifndef ROWSPLIT_SRC_KERNELS_PAD_ROWS_REF_H_
#define ROWSPLIT_SRC_KERNELS_PAD_ROWS_REF_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace rowsplit::reference {

inline void PadRows(const int64_t* splits, size_t num_rows,
                    const uint8_t* values, size_t /*values_size*/,
                    size_t value_size, const uint8_t* fill, size_t row_size,
                    uint8_t* output) {
  for (size_t row = 0; row < num_rows; ++row, output += row_size) {
    const size_t length = static_cast<size_t>(splits[row + 1] - splits[row]);
    const size_t used = std::min(length * value_size, row_size);
    const uint8_t* source =
        values + static_cast<size_t>(splits[row]) * value_size;
    std::copy(source, source + used, output);
    std::copy(fill + used, fill + row_size, output + used);
  }
}

inline void UnpadRows(const int64_t* splits, size_t num_rows,
                      const uint8_t* rows, size_t row_size, size_t value_size,
                      uint8_t* output) {
  for (size_t row = 0; row < num_rows; ++row, rows += row_size) {
    const size_t length = static_cast<size_t>(splits[row + 1] - splits[row]);
    output = std::copy(rows, rows + length * value_size, output);
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_PAD_ROWS_REF_H_
