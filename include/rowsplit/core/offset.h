#ifndef ROWSPLIT_CORE_OFFSET_H_
#define ROWSPLIT_CORE_OFFSET_H_

#include <cstdint>

namespace rowsplit {

// A position in flat values: the element of every row_splits array. Always 64
// bits wide, so nothing changes at 2 GiB.
using Offset = int64_t;

// A piece of a batch's bytes: what splitting makes. A batch is smaller than
// 4 GiB, so 8 bytes a token are enough and no text is copied.
struct TokenSpan {
  uint32_t begin;
  uint32_t size;

  uint32_t end() const { return begin + size; }
  friend bool operator==(const TokenSpan&, const TokenSpan&) = default;
};

// The most bytes that a batch addressed by TokenSpan may have.
inline constexpr int64_t kMaxBatchBytes = 0xFFFFFFFF;

}  // namespace rowsplit

#endif  // ROWSPLIT_CORE_OFFSET_H_
