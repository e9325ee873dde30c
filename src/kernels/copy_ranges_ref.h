#ifndef ROWSPLIT_SRC_KERNELS_COPY_RANGES_REF_H_
#define ROWSPLIT_SRC_KERNELS_COPY_RANGES_REF_H_

#include <cstddef>
#include <cstdint>

#include "kernels/copy_ranges.h"

namespace rowsplit::reference {

inline uint8_t* CopyRanges(const kernels::CopyRange* ranges, size_t num_ranges,
                           uint8_t* output) {
  for (size_t i = 0; i < num_ranges; ++i) {
    for (size_t byte = 0; byte < ranges[i].size; ++byte)
      *output++ = ranges[i].begin[byte];
  }
  return output;
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_COPY_RANGES_REF_H_
