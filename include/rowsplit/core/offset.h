#ifndef ROWSPLIT_CORE_OFFSET_H_
#define ROWSPLIT_CORE_OFFSET_H_

#include <cstdint>

// Marks a class that refers to memory of somebody else: what it gives outlives
// it, so GCC need not warn that a reference dangles.
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(gnu::no_dangling)
#define ROWSPLIT_VIEW [[gnu::no_dangling]]
#endif
#endif
#ifndef ROWSPLIT_VIEW
#define ROWSPLIT_VIEW
#endif

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
