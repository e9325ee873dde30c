#ifndef ROWSPLIT_SRC_KERNELS_BAG_EXP_H_
#define ROWSPLIT_SRC_KERNELS_BAG_EXP_H_

#include <cstddef>
#include <cstdint>

#include "kernels/bag_fold.h"
#include "kernels/table_rows.h"

// What needs exponentials. They are within two units in the last place of the
// reference's.
namespace rowsplit::kernels {

// Writes log(sum(exp(x))) of each column of each bag, given the columns'
// maxima, num_bags * width floats as FoldBags gives them. Where the maximum is
// not finite it is the result. A bag without rows gives zeros. `output` must
// not overlap `maxima`. Requires kMaxRowsAhead more pointers behind the last
// one.
void LogSumExpBags(const TableRows& table, const RowBags& bags,
                   const float* maxima, float* output);

// Replaces the values [splits[b], splits[b + 1]) of each bag by
// exp(x - max) / sum(exp(x - max)).
void SoftmaxBags(const int64_t* splits, size_t num_bags, float* values);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_BAG_EXP_H_
