#ifndef ROWSPLIT_SRC_OPS_REDUCE_VALUE_H_
#define ROWSPLIT_SRC_OPS_REDUCE_VALUE_H_

#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "kernels/reduce_rows.h"
#include "rowsplit/core/dtype.h"

// One value at a time of what the row kernels do to many.
namespace rowsplit::internal {

// What changes no value: 0, 1, and the infinities (of integers the ends of the
// type).
template <typename T>
constexpr T StartOf(kernels::ReduceKind kind) {
  using Limits = std::numeric_limits<T>;
  switch (kind) {
    case kernels::ReduceKind::kSum:
      return T{0};
    case kernels::ReduceKind::kProd:
      return T{1};
    case kernels::ReduceKind::kMax:
      return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
    case kernels::ReduceKind::kMin:
      return Limits::has_infinity ? Limits::infinity() : Limits::max();
  }
  return T{0};
}

// Integers wrap; of max and min the later value replaces one that is not
// greater (less).
template <typename T>
T FoldPair(kernels::ReduceKind kind, T before, T later) {
  switch (kind) {
    case kernels::ReduceKind::kMax:
      return before > later ? before : later;
    case kernels::ReduceKind::kMin:
      return before < later ? before : later;
    default:
      break;
  }
  const bool sum = kind == kernels::ReduceKind::kSum;
  if constexpr (std::is_integral_v<T>) {
    // Wraps: as unsigned, whose low bits are the result's.
    const auto x = static_cast<uint64_t>(static_cast<int64_t>(before));
    const auto y = static_cast<uint64_t>(static_cast<int64_t>(later));
    return static_cast<T>(sum ? x + y : x * y);
  } else {
    return sum ? before + later : before * later;
  }
}

// `value` as a T. InvalidArgument, naming op and argument, if an integer type
// does not hold it.
template <typename T>
absl::StatusOr<T> ValueOf(std::string_view op, std::string_view argument,
                          double value) {
  if constexpr (std::is_integral_v<T>) {
    // The first number above the type; as a double it is exact.
    constexpr T kHalf = std::numeric_limits<T>::max() / 2 + 1;
    constexpr double kEnd = static_cast<double>(kHalf) * 2;
    const bool fits =
        value >= static_cast<double>(std::numeric_limits<T>::lowest()) &&
        value < kEnd && value == std::trunc(value);
    if (!fits) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: %s must be a value of %s, got %g", op, argument,
                          DTypeName(kDTypeOf<T>), value));
    }
  }
  return static_cast<T>(value);
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_OPS_REDUCE_VALUE_H_
