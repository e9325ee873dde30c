#ifndef ROWSPLIT_SRC_KERNELS_MULTIPLY_ROWS_H_
#define ROWSPLIT_SRC_KERNELS_MULTIPLY_ROWS_H_

#include <cstddef>

namespace rowsplit::kernels {

// The product of `rows` [num_rows, depth] and `matrix` [depth, width], all
// row-major. Each item is summed in the order of the depth, so that a row comes
// out the same wherever it stands and however many there are. Products are
// rounded with their sum where the target does both in one operation.
void MultiplyRows(const float* rows, size_t num_rows, size_t depth,
                  const float* matrix, size_t width, float* output);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_MULTIPLY_ROWS_H_
