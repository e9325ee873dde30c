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

struct Negative {
  template <typename T>
  T operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>) {
      return -x;
    } else {
      return static_cast<T>(Wide<T>{0} - ToWide(x));
    }
  }
};
struct Abs {
  template <typename T>
  T operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>) return std::fabs(x);
    return x < T{0} ? Negative()(x) : x;
  }
};
// The sign of a zero is +0, of a NaN NaN.
struct Sign {
  template <typename T>
  T operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>)
      if (std::isnan(x)) return x;
    return static_cast<T>((x > T{0}) - (x < T{0}));
  }
};
struct Square {
  template <typename T>
  T operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>) {
      return x * x;
    } else {
      return static_cast<T>(ToWide(x) * ToWide(x));
    }
  }
};
struct Relu {
  template <typename T>
  T operator()(T x) const {
    return x <= T{0} ? T{0} : x;  // a NaN stays
  }
};
struct Round {
  template <typename T>
  T operator()(T x) const {
    if constexpr (std::is_floating_point_v<T>) return std::nearbyint(x);
    return x;
  }
};
struct Floor {
  template <typename T>
  T operator()(T x) const {
    return std::floor(x);
  }
};
struct Ceil {
  template <typename T>
  T operator()(T x) const {
    return std::ceil(x);
  }
};
struct Sqrt {
  template <typename T>
  T operator()(T x) const {
    return std::sqrt(x);
  }
};
struct Rsqrt {
  template <typename T>
  T operator()(T x) const {
    return T{1} / std::sqrt(x);
  }
};
struct Reciprocal {
  template <typename T>
  T operator()(T x) const {
    return T{1} / x;
  }
};
struct Exp {
  template <typename T>
  T operator()(T x) const {
    return std::exp(x);
  }
};
struct Expm1 {
  template <typename T>
  T operator()(T x) const {
    return std::expm1(x);
  }
};
struct Log {
  template <typename T>
  T operator()(T x) const {
    return std::log(x);
  }
};
struct Log1p {
  template <typename T>
  T operator()(T x) const {
    return std::log1p(x);
  }
};
struct Sin {
  template <typename T>
  T operator()(T x) const {
    return std::sin(x);
  }
};
struct Cos {
  template <typename T>
  T operator()(T x) const {
    return std::cos(x);
  }
};
struct Tanh {
  template <typename T>
  T operator()(T x) const {
    return std::tanh(x);
  }
};
// exp of a negative number only, so that nothing overflows.
struct Sigmoid {
  template <typename T>
  T operator()(T x) const {
    const T e = std::exp(-std::fabs(x));
    return (x < 0 ? e : T{1}) / (T{1} + e);
  }
};
struct Softplus {
  template <typename T>
  T operator()(T x) const {
    const T rest = std::log1p(std::exp(-std::fabs(x)));
    return x < 0 ? rest : x + rest;
  }
};
struct IsNan {
  template <typename T>
  bool operator()(T x) const {
    return std::isnan(x);
  }
};
struct IsInf {
  template <typename T>
  bool operator()(T x) const {
    return std::fabs(x) == std::numeric_limits<T>::infinity();
  }
};
struct IsFinite {
  template <typename T>
  bool operator()(T x) const {
    return std::fabs(x) < std::numeric_limits<T>::infinity();
  }
};
struct LogicalNot {
  bool operator()(bool x) const { return !x; }
};
struct Invert {
  template <typename T>
  T operator()(T x) const {
    return static_cast<T>(~x);
  }
};

template <typename F>
UnaryKernel OfNumbers(DType dtype) {
  if (!IsNumber(dtype)) return {};
  return VisitNumber(dtype, [&]<typename T>(TypeTag<T>) -> UnaryKernel {
    return {&RunUnary<T, T, F>, dtype};
  });
}

template <typename F>
UnaryKernel OfFloats(DType dtype) {
  if (!IsNumber(dtype) || IsInteger(dtype)) return {};
  return VisitFloat(dtype, [&]<typename T>(TypeTag<T>) -> UnaryKernel {
    return {&RunUnary<T, T, F>, dtype};
  });
}

template <typename F>
UnaryKernel OfFloatsToBool(DType dtype) {
  if (!IsNumber(dtype) || IsInteger(dtype)) return {};
  return VisitFloat(dtype, [&]<typename T>(TypeTag<T>) -> UnaryKernel {
    return {&RunUnary<T, bool, F>, DType::kBool};
  });
}

UnaryKernel FindInvert(DType dtype) {
  if (!IsInteger(dtype)) return {};
  return VisitNumber(dtype, [&]<typename T>(TypeTag<T>) -> UnaryKernel {
    if constexpr (std::is_integral_v<T>) {
      return {&RunUnary<T, T, Invert>, dtype};
    } else {
      return {};
    }
  });
}

UnaryKernel FindOfFloats(UnaryOp op, DType dtype) {
  switch (op) {
    case UnaryOp::kFloor:
      return OfFloats<Floor>(dtype);
    case UnaryOp::kCeil:
      return OfFloats<Ceil>(dtype);
    case UnaryOp::kSqrt:
      return OfFloats<Sqrt>(dtype);
    case UnaryOp::kRsqrt:
      return OfFloats<Rsqrt>(dtype);
    case UnaryOp::kReciprocal:
      return OfFloats<Reciprocal>(dtype);
    case UnaryOp::kExp:
      return OfFloats<Exp>(dtype);
    case UnaryOp::kExpm1:
      return OfFloats<Expm1>(dtype);
    case UnaryOp::kLog:
      return OfFloats<Log>(dtype);
    case UnaryOp::kLog1p:
      return OfFloats<Log1p>(dtype);
    case UnaryOp::kSin:
      return OfFloats<Sin>(dtype);
    case UnaryOp::kCos:
      return OfFloats<Cos>(dtype);
    case UnaryOp::kTanh:
      return OfFloats<Tanh>(dtype);
    case UnaryOp::kSigmoid:
      return OfFloats<Sigmoid>(dtype);
    case UnaryOp::kSoftplus:
      return OfFloats<Softplus>(dtype);
    default:
      return {};
  }
}

}  // namespace

UnaryKernel FindUnary(UnaryOp op, DType dtype) {
  switch (op) {
    case UnaryOp::kAbs:
      return OfNumbers<Abs>(dtype);
    case UnaryOp::kNegative:
      return OfNumbers<Negative>(dtype);
    case UnaryOp::kSign:
      return OfNumbers<Sign>(dtype);
    case UnaryOp::kSquare:
      return OfNumbers<Square>(dtype);
    case UnaryOp::kRelu:
      return OfNumbers<Relu>(dtype);
    case UnaryOp::kRound:
      return OfNumbers<Round>(dtype);
    case UnaryOp::kIsNan:
      return OfFloatsToBool<IsNan>(dtype);
    case UnaryOp::kIsInf:
      return OfFloatsToBool<IsInf>(dtype);
    case UnaryOp::kIsFinite:
      return OfFloatsToBool<IsFinite>(dtype);
    case UnaryOp::kLogicalNot:
      if (dtype != DType::kBool) return {};
      return {&RunUnary<bool, bool, LogicalNot>, DType::kBool};
    case UnaryOp::kInvert:
      return FindInvert(dtype);
    default:
      return FindOfFloats(op, dtype);
  }
}

}  // namespace rowsplit::internal
