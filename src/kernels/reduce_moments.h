#ifndef ROWSPLIT_SRC_KERNELS_REDUCE_MOMENTS_H_
#define ROWSPLIT_SRC_KERNELS_REDUCE_MOMENTS_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>

// Means and variances of rows of flat values of `width` items, as ReduceRows
// takes them. T: int8_t … uint64_t, float, double.
namespace rowsplit::kernels {

// The type of a mean or a variance: the values' own for floats, double for
// integers.
template <typename T>
using MeanOf = std::conditional_t<std::is_floating_point_v<T>, T, double>;

// The sum by the number of values, in T for floats. Of integers the sum is
// exact, and is rounded once before it is divided. An empty row gives NaN.
template <typename T>
void MeanRows(const int64_t* splits, size_t num_rows, const T* values,
              size_t width, MeanOf<T>* output);

// The mean square of the distances from the mean, in two passes and in double,
// rounded to MeanOf<T> at the end. An empty row gives NaN.
template <typename T>
void VarianceRows(const int64_t* splits, size_t num_rows, const T* values,
                  size_t width, MeanOf<T>* output);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_REDUCE_MOMENTS_H_
