#ifndef ROWSPLIT_SRC_CORE_CHECKED_MATH_H_
#define ROWSPLIT_SRC_CORE_CHECKED_MATH_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"

namespace rowsplit::internal {

// Sums and products of sizes, done before an allocation.
inline absl::StatusOr<int64_t> CheckedAdd(int64_t a, int64_t b) {
  int64_t sum;
  if (__builtin_add_overflow(a, b, &sum)) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("size does not fit 64 bits: %d + %d", a, b));
  }
  return sum;
}

inline absl::StatusOr<int64_t> CheckedMul(int64_t a, int64_t b) {
  int64_t product;
  if (__builtin_mul_overflow(a, b, &product)) {
    return absl::ResourceExhaustedError(
        absl::StrFormat("size does not fit 64 bits: %d * %d", a, b));
  }
  return product;
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_CHECKED_MATH_H_
