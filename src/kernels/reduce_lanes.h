#ifndef ROWSPLIT_SRC_KERNELS_REDUCE_LANES_H_
#define ROWSPLIT_SRC_KERNELS_REDUCE_LANES_H_

#include <cstddef>
#include <cstdint>

// Reductions of rows of single numbers: row r is the values
// [splits[r], splits[r + 1]), and `output` gets one number a row. Nothing past
// splits[num_rows] is read. T: int32_t, uint32_t, int64_t, uint64_t, float,
// double. The result equals the reference bit for bit on every target, but for
// the sign of a NaN.
namespace rowsplit::kernels {

// In the order of reference::LaneSum. Integers wrap; an empty row gives 0.
template <typename T>
void SumLanes(const int64_t* splits, size_t num_rows, const T* values,
              T* output);

// A later value replaces the one before it unless that is greater. An empty row
// gives the lowest finite value.
template <typename T>
void MaxLanes(const int64_t* splits, size_t num_rows, const T* values,
              T* output);

// Likewise, with the greatest finite value.
template <typename T>
void MinLanes(const int64_t* splits, size_t num_rows, const T* values,
              T* output);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_REDUCE_LANES_H_
