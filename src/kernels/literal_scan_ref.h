#ifndef ROWSPLIT_SRC_KERNELS_LITERAL_SCAN_REF_H_
#define ROWSPLIT_SRC_KERNELS_LITERAL_SCAN_REF_H_

#include <cstddef>
#include <cstdint>

#include "kernels/literal_scan.h"

// The meaning of the kernel of literal_scan.h.
namespace rowsplit::reference {

// Whether `text`, of at least width() bytes, may begin with a literal.
inline bool IsCandidate(const kernels::LiteralFilter& filter,
                        const uint8_t* text) {
  unsigned buckets = 0xFF;
  for (size_t i = 0; i < filter.width(); ++i) {
    buckets &= filter.low_rows(i)[text[i] & 15];
    buckets &= filter.high_rows(i)[text[i] >> 4];
  }
  return buckets != 0;
}

inline kernels::CandidateBlock FindCandidates(
    const kernels::LiteralFilter& filter, const uint8_t* text, size_t begin,
    size_t size) {
  for (; begin < size; begin += 64) {
    uint64_t candidates = 0;
    for (size_t i = 0; i < 64 && begin + i + filter.width() <= size; ++i) {
      if (IsCandidate(filter, text + begin + i)) candidates |= uint64_t{1} << i;
    }
    if (candidates != 0) return {begin, candidates};
  }
  return {size, 0};
}

}  // namespace rowsplit::reference

#endif  // ROWSPLIT_SRC_KERNELS_LITERAL_SCAN_REF_H_
