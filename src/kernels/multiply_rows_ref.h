#ifndef ROWSPLIT_SRC_KERNELS_MULTIPLY_ROWS_REF_H_
#define ROWSPLIT_SRC_KERNELS_MULTIPLY_ROWS_REF_H_

#include <cstddef>

namespace rowsplit::reference {

inline void MultiplyRows(const float* rows, size_t num_rows, size_t depth,
                         const float* matrix, size_t width, float* output) {
  for (size_t row = 0; row < num_rows; ++row) {
    for (size_t column = 0; column < width; ++column) {
      float sum = 0;
      for (size_t i = 0; i < depth; ++i) {
        sum += rows[row * depth + i] * matrix[i * width + column];
      }
      output[row * width + column] = sum;
    }
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_MULTIPLY_ROWS_REF_H_
