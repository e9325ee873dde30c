#ifndef ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_H_
#define ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_H_

#include <cstddef>
#include <cstdint>

namespace rowsplit::kernels {

// Reduces each row of flat values of `width` items, item by item: row r is the
// values [splits[r], splits[r + 1]), and `output` gets num_rows * width items.
// The values of a row are taken in order, so the result is the same bit for bit
// on every target. Integer sums wrap. T: float, double, int32_t, int64_t.
template <typename T>
void SumRows(const int64_t* splits, size_t num_rows, const T* values,
             size_t width, T* output);
// NaN and signed zeros: a later value replaces the one before unless that is
// greater. An empty row gives the lowest finite value.
template <typename T>
void MaxRows(const int64_t* splits, size_t num_rows, const T* values,
             size_t width, T* output);
// Likewise, with the greatest finite value.
template <typename T>
void MinRows(const int64_t* splits, size_t num_rows, const T* values,
             size_t width, T* output);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_H_
