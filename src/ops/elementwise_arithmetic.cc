#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/visit_dtype.h"
#include "ops/elementwise_kernels.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit::internal {

namespace {

// Integers wrap: they are computed without a sign.
struct Add {
  template <typename T>
  T operator()(T x, T y) const {
    if constexpr (std::is_floating_point_v<T>) {
      return x + y;
    } else {
      return static_cast<T>(ToWide(x) + ToWide(y));
    }
  }
};
struct Subtract {
  template <typename T>
  T operator()(T x, T y) const {
    if constexpr (std::is_floating_point_v<T>) {
      return x - y;
    } else {
      return static_cast<T>(ToWide(x) - ToWide(y));
    }
  }
};
struct Multiply {
  template <typename T>
  T operator()(T x, T y) const {
    if constexpr (std::is_floating_point_v<T>) {
      return x * y;
    } else {
      return static_cast<T>(ToWide(x) * ToWide(y));
    }
  }
};
struct SquaredDifference {
  template <typename T>
  T operator()(T x, T y) const {
    const T difference = Subtract()(x, y);
    return Multiply()(difference, difference);
  }
};
// x + y of a NaN and anything is NaN.
struct Maximum {
  template <typename T>
  T operator()(T x, T y) const {
    if constexpr (std::is_floating_point_v<T>)
      if (std::isnan(x) || std::isnan(y)) return x + y;
    return x < y ? y : x;
  }
};
struct Minimum {
  template <typename T>
  T operator()(T x, T y) const {
    if constexpr (std::is_floating_point_v<T>)
      if (std::isnan(x) || std::isnan(y)) return x + y;
    return y < x ? y : x;
  }
};

template <typename T>
T FloorDivide(T x, T y) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::floor(x / y);
  } else {
    if constexpr (std::is_signed_v<T>) {
      // The lowest value has no opposite, and wraps.
      if (y == -1) return Subtract()(T{0}, x);
      const T quotient = static_cast<T>(x / y);
      return static_cast<T>(quotient - ((x % y != 0) && ((x < 0) != (y < 0))));
    }
    return static_cast<T>(x / y);
  }
}

template <typename T>
T FloorModulo(T x, T y) {
  if constexpr (std::is_floating_point_v<T>) {
    const T rest = std::fmod(x, y);
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
  } else {
    if constexpr (std::is_signed_v<T>) {
      if (y == -1) return 0;
      const T rest = static_cast<T>(x % y);
      return static_cast<T>(rest != 0 && (rest < 0) != (y < 0) ? rest + y
                                                               : rest);
    }
    return static_cast<T>(x % y);
  }
}

template <typename T>
T Power(T x, T y) {
  if constexpr (std::is_floating_point_v<T>) {
    return std::pow(x, y);
  } else {
    T result = 1;
    for (auto exponent = ToWide(y); exponent != 0; exponent >>= 1) {
      if (exponent & 1) result = Multiply()(result, x);
      x = Multiply()(x, x);
    }
    return result;
  }
}

// Whether x op y of integers has no answer.
template <typename T>
bool IsZero(T y) {
  return y == 0;
}
template <typename T>
bool IsNegative(T y) {
  return y < T{0};
}
template <typename T>
bool Never(T) {
  return false;
}

template <typename T, T function(T, T), bool is_bad(T)>
int64_t RunChecked(const std::byte* x, const std::byte* y, int64_t size,
                   std::byte* output) {
  const T* a = reinterpret_cast<const T*>(x);
  const T* b = reinterpret_cast<const T*>(y);
  T* out = reinterpret_cast<T*>(output);
  for (int64_t i = 0; i < size; ++i) {
    if (is_bad(b[i])) return i;
    out[i] = function(a[i], b[i]);
  }
  return size;
}

template <typename F>
BinaryKernel OfNumbers(DType dtype) {
  return VisitNumber(dtype, [&]<typename T>(TypeTag<T>) -> BinaryKernel {
    return {&RunBinary<T, T, F>, dtype};
  });
}

}  // namespace

BinaryKernel FindArithmetic(BinaryOp op, DType dtype) {
  if (!IsNumber(dtype)) return {};
  switch (op) {
    case BinaryOp::kAdd:
      return OfNumbers<Add>(dtype);
    case BinaryOp::kSubtract:
      return OfNumbers<Subtract>(dtype);
    case BinaryOp::kMultiply:
      return OfNumbers<Multiply>(dtype);
    case BinaryOp::kSquaredDifference:
      return OfNumbers<SquaredDifference>(dtype);
    case BinaryOp::kMaximum:
      return OfNumbers<Maximum>(dtype);
    case BinaryOp::kMinimum:
      return OfNumbers<Minimum>(dtype);
    default:
      return {};
  }
}

BinaryKernel FindDivision(BinaryOp op, DType dtype) {
  if (!IsNumber(dtype)) return {};
  return VisitNumber(dtype, [&]<typename T>(TypeTag<T>) -> BinaryKernel {
    constexpr bool kFloat = std::is_floating_point_v<T>;
    constexpr auto kZero = kFloat ? &Never<T> : &IsZero<T>;
    constexpr auto kNegative =
        kFloat || std::is_unsigned_v<T> ? &Never<T> : &IsNegative<T>;
    const char* by_zero = "integer division by zero";
    switch (op) {
      case BinaryOp::kFloorDiv:
        return {&RunChecked<T, &FloorDivide<T>, kZero>, dtype, by_zero};
      case BinaryOp::kFloorMod:
        return {&RunChecked<T, &FloorModulo<T>, kZero>, dtype, by_zero};
      case BinaryOp::kPow:
        return {&RunChecked<T, &Power<T>, kNegative>, dtype,
                "an integer has no power of a negative integer"};
      case BinaryOp::kTrueDiv:
        if constexpr (kFloat) {
          struct Divide {
            T operator()(T x, T y) const { return x / y; }
          };
          return {&RunBinary<T, T, Divide>, dtype};
        }
        return {};
      default:
        return {};
    }
  });
}

}  // namespace rowsplit::internal
