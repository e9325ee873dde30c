#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>

#include "core/visit_dtype.h"
#include "ops/elementwise_kernels.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit::internal {

namespace {

template <typename F>
BinaryKernel OfNumbers(DType dtype) {
  if (!IsNumber(dtype)) return {};
  return VisitNumber(dtype, [&]<typename T>(TypeTag<T>) -> BinaryKernel {
    return {&RunBinary<T, bool, F>, DType::kBool};
  });
}

template <typename F>
BinaryKernel OfBools(DType dtype) {
  if (dtype != DType::kBool) return {};
  return {&RunBinary<bool, bool, F>, DType::kBool};
}

struct And {
  bool operator()(bool x, bool y) const { return x & y; }
};
struct Or {
  bool operator()(bool x, bool y) const { return x | y; }
};
struct Xor {
  bool operator()(bool x, bool y) const { return x != y; }
};

// TensorFlow's clamp.
template <typename T>
int ShiftOf(T y) {
  constexpr int kMost = static_cast<int>(sizeof(T)) * 8 - 1;
  if constexpr (std::is_signed_v<T>)
    if (y < 0) return 0;
  return static_cast<int>(std::min<uint64_t>(static_cast<uint64_t>(y), kMost));
}
struct LeftShift {
  template <typename T>
  T operator()(T x, T y) const {
    return static_cast<T>(ToWide(x) << ShiftOf(y));
  }
};
struct RightShift {
  template <typename T>
  T operator()(T x, T y) const {
    return static_cast<T>(x >> ShiftOf(y));
  }
};

template <typename F>
BinaryKernel OfIntegers(DType dtype) {
  return VisitNumber(dtype, [&]<typename T>(TypeTag<T>) -> BinaryKernel {
    if constexpr (std::is_integral_v<T>) {
      return {&RunBinary<T, T, F>, dtype};
    } else {
      return {};
    }
  });
}

}  // namespace

BinaryKernel FindComparison(BinaryOp op, DType dtype) {
  switch (op) {
    case BinaryOp::kEqual:
      return dtype == DType::kBool ? OfBools<std::equal_to<>>(dtype)
                                   : OfNumbers<std::equal_to<>>(dtype);
    case BinaryOp::kNotEqual:
      return dtype == DType::kBool ? OfBools<std::not_equal_to<>>(dtype)
                                   : OfNumbers<std::not_equal_to<>>(dtype);
    case BinaryOp::kLess:
      return OfNumbers<std::less<>>(dtype);
    case BinaryOp::kLessEqual:
      return OfNumbers<std::less_equal<>>(dtype);
    case BinaryOp::kGreater:
      return OfNumbers<std::greater<>>(dtype);
    case BinaryOp::kGreaterEqual:
      return OfNumbers<std::greater_equal<>>(dtype);
    case BinaryOp::kLogicalAnd:
      return OfBools<And>(dtype);
    case BinaryOp::kLogicalOr:
      return OfBools<Or>(dtype);
    case BinaryOp::kLogicalXor:
      return OfBools<Xor>(dtype);
    default:
      return {};
  }
}

BinaryKernel FindBitwise(BinaryOp op, DType dtype) {
  if (!IsInteger(dtype)) return {};
  switch (op) {
    case BinaryOp::kBitwiseAnd:
      return OfIntegers<std::bit_and<>>(dtype);
    case BinaryOp::kBitwiseOr:
      return OfIntegers<std::bit_or<>>(dtype);
    case BinaryOp::kBitwiseXor:
      return OfIntegers<std::bit_xor<>>(dtype);
    case BinaryOp::kLeftShift:
      return OfIntegers<LeftShift>(dtype);
    case BinaryOp::kRightShift:
      return OfIntegers<RightShift>(dtype);
    default:
      return {};
  }
}

}  // namespace rowsplit::internal
