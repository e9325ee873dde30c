#ifndef ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_H_
#define ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_H_

#include <cstddef>
#include <cstdint>

#include "kernels/reduce_moments.h"  // IWYU pragma: export

// Reductions of each row of flat values of `width` items, item by item: row r
// is the values [splits[r], splits[r + 1]), and `output` gets
// num_rows * width items. T: int8_t … uint64_t, float, double. Only the rows'
// own values count, and nothing past splits[num_rows] is read.
//
// The result is the same bit for bit on every target and does not depend on how
// rows are shared among calls.
namespace rowsplit::kernels {

// kSum: integers wrap; an empty row gives 0. Floats are added in a fixed order:
// with a width of 1 that of reference::LaneSum, otherwise value after value.
// kProd: likewise value after value, wrapping; an empty row gives 1.
// kMax: an empty row gives the lowest finite value. A later value replaces the
// one before it unless that is greater; this settles NaN and signed zeros.
// kMin: likewise, with the greatest finite value.
enum class ReduceKind { kSum, kProd, kMax, kMin };

template <typename T>
void ReduceRows(ReduceKind kind, const int64_t* splits, size_t num_rows,
                const T* values, size_t width, T* output);

// An empty row gives false for Any and true for All.
void AnyRows(const int64_t* splits, size_t num_rows, const bool* values,
             size_t width, bool* output);
void AllRows(const int64_t* splits, size_t num_rows, const bool* values,
             size_t width, bool* output);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_REDUCE_ROWS_H_
