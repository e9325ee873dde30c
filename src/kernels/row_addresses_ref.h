#ifndef ROWSPLIT_SRC_KERNELS_ROW_ADDRESSES_REF_H_
#define ROWSPLIT_SRC_KERNELS_ROW_ADDRESSES_REF_H_

#include <cstddef>
#include <cstdint>

#include "kernels/table_rows.h"

// The meaning of FindRowAddresses.
namespace rowsplit::reference {

template <typename Id>
bool FindRowAddresses(const kernels::TableRows& table, const Id* ids,
                      size_t num_ids, const uint8_t** rows) {
  // No pointer to a row that is not there is formed: it is a number till then.
  const auto base = reinterpret_cast<uintptr_t>(table.rows);
  bool good = true;
  for (size_t i = 0; i < num_ids; ++i) {
    const auto id = static_cast<int64_t>(ids[i]);
    good &= (id >= 0) & (id < table.num_rows);
    rows[i] = reinterpret_cast<const uint8_t*>(  // NOLINT: may be no address
        base + static_cast<uintptr_t>(id) * table.row_bytes);
  }
  return good;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_ROW_ADDRESSES_REF_H_
