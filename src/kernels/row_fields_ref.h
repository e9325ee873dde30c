#ifndef ROWSPLIT_SRC_KERNELS_ROW_FIELDS_REF_H_
#define ROWSPLIT_SRC_KERNELS_ROW_FIELDS_REF_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/row_fields.h"
#include "rowsplit/core/offset.h"

// The meaning of the kernels of row_fields.h.
namespace rowsplit::reference {

// Calls `add(begin, end)` for each field of a row.
template <class Add>
void VisitFields(const uint8_t* bytes, Offset begin, Offset end,
                 const kernels::Separator& separator, const Add& add) {
  const auto size = static_cast<Offset>(separator.size);
  uint64_t left = separator.limit;
  for (Offset i = begin; left > 0 && i + size <= end;) {
    if (std::memcmp(bytes + i, separator.bytes, separator.size) != 0) {
      ++i;
      continue;
    }
    add(begin, i);
    begin = i += size;
    --left;
  }
  add(begin, end);
}

inline void CountRowFields(const uint8_t* bytes, const Offset* offsets,
                           size_t num_rows, const kernels::Separator& separator,
                           Offset* row_ends) {
  Offset num_fields = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    VisitFields(bytes, offsets[row], offsets[row + 1], separator,
                [&](Offset, Offset) { ++num_fields; });
    row_ends[row] = num_fields;
  }
}

inline size_t FindRowFields(const uint8_t* bytes, const Offset* offsets,
                            size_t num_rows,
                            const kernels::Separator& separator,
                            TokenSpan* out) {
  size_t num_fields = 0;
  for (size_t row = 0; row < num_rows; ++row) {
    VisitFields(bytes, offsets[row], offsets[row + 1], separator,
                [&](Offset begin, Offset end) {
                  out[num_fields++] = {static_cast<uint32_t>(begin),
                                       static_cast<uint32_t>(end - begin)};
                });
  }
  return num_fields;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_ROW_FIELDS_REF_H_
