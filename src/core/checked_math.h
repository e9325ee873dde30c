#ifndef ROWSPLIT_SRC_CORE_CHECKED_MATH_H_
#define ROWSPLIT_SRC_CORE_CHECKED_MATH_H_

#include <algorithm>
#include <cstdint>
#include <span>

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

// Fails unless the product of the sizes and of the largest item's bytes fits 64
// bits, also where a size of 0 hides it: what every dense shape keeps, so that
// products of some of its sizes need no check. Requires sizes of 0 or more.
inline absl::Status CheckShapeFits(std::span<const int64_t> shape) {
  absl::StatusOr<int64_t> reach = 8;
  for (const int64_t size : shape) {
    reach = CheckedMul(*reach, std::max<int64_t>(size, 1));
    if (!reach.ok()) return reach.status();
  }
  return absl::OkStatus();
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORE_CHECKED_MATH_H_
