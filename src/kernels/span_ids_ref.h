#ifndef ROWSPLIT_SRC_KERNELS_SPAN_IDS_REF_H_
#define ROWSPLIT_SRC_KERNELS_SPAN_IDS_REF_H_

#include <cstddef>
#include <cstdint>

#include "kernels/token_table.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::reference {

// One token after the other.
inline void FindIds(const kernels::TokenTableView& table, const char* bytes,
                    const TokenSpan* spans, size_t count, int64_t first_id,
                    int64_t unknown_id, int64_t* ids) {
  for (size_t i = 0; i < count; ++i) {
    const int64_t id =
        kernels::FindId(table, {bytes + spans[i].begin, spans[i].size});
    ids[i] = id < 0 ? unknown_id : first_id + id;
  }
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_SPAN_IDS_REF_H_
