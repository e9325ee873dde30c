#ifndef ROWSPLIT_SRC_KERNELS_BAG_DOT_H_
#define ROWSPLIT_SRC_KERNELS_BAG_DOT_H_

#include <cstddef>
#include <cstdint>

#include "kernels/bag_fold.h"
#include "kernels/table_rows.h"

// Sums over the columns of stored rows. The order of their terms is the
// target's, so that they differ from the reference's by roundings.
namespace rowsplit::kernels {

// Writes the dot product of each row of the bags with its bag's query:
// output[i] is that of bags.rows[i] with the `width` floats of bag b, where
// splits[b] <= i < splits[b + 1]. Weights multiply the rows. Requires
// kMaxRowsAhead more pointers behind the last one.
void DotBags(const TableRows& table, const RowBags& bags, const float* queries,
             float* output);

// Writes the sum of squares of each of `num_rows` rows. Requires kMaxRowsAhead
// more pointers.
void SquaredNorms(const TableRows& table, const uint8_t* const* rows,
                  size_t num_rows, float* output);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_BAG_DOT_H_
