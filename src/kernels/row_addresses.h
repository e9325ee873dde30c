#ifndef ROWSPLIT_SRC_KERNELS_ROW_ADDRESSES_H_
#define ROWSPLIT_SRC_KERNELS_ROW_ADDRESSES_H_

#include <cstddef>
#include <cstdint>

#include "kernels/table_rows.h"

namespace rowsplit::kernels {

// Where the rows of `num_ids` ids are stored. False if one of them is not a
// row; its address then means nothing.
bool FindRowAddresses(const TableRows& table, const int64_t* ids,
                      size_t num_ids, const uint8_t** rows);
bool FindRowAddresses(const TableRows& table, const int32_t* ids,
                      size_t num_ids, const uint8_t** rows);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_ROW_ADDRESSES_H_
