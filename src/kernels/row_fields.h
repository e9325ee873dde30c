#ifndef ROWSPLIT_SRC_KERNELS_ROW_FIELDS_H_
#define ROWSPLIT_SRC_KERNELS_ROW_FIELDS_H_

#include <cstddef>
#include <cstdint>

#include "rowsplit/core/offset.h"

// Rows cut at a separator: a row has one field more than it has separators,
// which are found from left to right and do not overlap.
namespace rowsplit::kernels {

// The longest separator of these kernels.
inline constexpr size_t kMaxSeparator = 16;

struct Separator {
  const uint8_t* bytes;
  size_t size;  // 1 to kMaxSeparator
  // At most so many separators of a row count.
  uint64_t limit = ~uint64_t{0};
};

// row_ends[r] is the number of fields in rows 0 to r; row r is
// bytes[offsets[r], offsets[r + 1]).
void CountRowFields(const uint8_t* bytes, const Offset* offsets,
                    size_t num_rows, const Separator& separator,
                    Offset* row_ends);

// Writes the fields, with `begin` counted from `bytes`, and returns their
// number. Requires room for them and offsets[num_rows] <= kMaxBatchBytes.
size_t FindRowFields(const uint8_t* bytes, const Offset* offsets,
                     size_t num_rows, const Separator& separator,
                     TokenSpan* out);

}  // namespace rowsplit::kernels

#endif  // ROWSPLIT_SRC_KERNELS_ROW_FIELDS_H_
