#ifndef ROWSPLIT_SRC_KERNELS_SUM_SLICES_H_
#define ROWSPLIT_SRC_KERNELS_SUM_SLICES_H_

#include <cstddef>
#include <cstdint>

namespace rowsplit::kernels {

// Sums rows of floats by groups: group g gets the sum over i in
// [splits[g], splits[g + 1]) of rows[indices[i]] * scales[i], each product
// rounded, added in the order of i from 0. `scales` may be null: all 1. Only
// the groups' own indices and rows are read; `output` gets
// num_groups * width items and must not overlap the rows.
//
// The same bits on every target, and however the groups are shared among calls.
void SumSlices(const float* rows, size_t width, const int64_t* indices,
               const float* scales, const int64_t* splits, size_t num_groups,
               float* output);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_SUM_SLICES_H_
