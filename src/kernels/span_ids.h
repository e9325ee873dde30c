#ifndef ROWSPLIT_SRC_KERNELS_SPAN_IDS_H_
#define ROWSPLIT_SRC_KERNELS_SPAN_IDS_H_

#include <cstddef>
#include <cstdint>

#include "kernels/token_table.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::kernels {

// ids[i] becomes first_id + the id of the token spans[i] of bytes[0, size), or
// unknown_id. Allocates nothing and reads nothing outside the bytes, whatever
// is in the table. Requires spans inside.
void FindIds(const TokenTableView& table, const char* bytes, size_t size,
             const TokenSpan* spans, size_t count, int64_t first_id,
             int64_t unknown_id, int64_t* ids);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_SPAN_IDS_H_
