#ifndef ROWSPLIT_OPS_ELEMENTWISE_H_
#define ROWSPLIT_OPS_ELEMENTWISE_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

// Functions of two values. Numbers are the integers, float32 and float64.
enum class BinaryOp : uint8_t {
  // Numbers; integers wrap. kAdd joins strings as well.
  kAdd,
  kSubtract,
  kMultiply,
  // Numbers. Integers of up to 16 bits give float32, others float64.
  kTrueDiv,
  // Numbers, rounded down. An integer 0 as divisor is an error.
  kFloorDiv,
  // x - FloorDiv(x, y) * y: the sign is the divisor's.
  kFloorMod,
  // Numbers. A negative exponent of an integer is an error.
  kPow,
  // Numbers; NaN if either is NaN.
  kMaximum,
  kMinimum,
  // (x - y)^2 of numbers.
  kSquaredDifference,
  // Every dtype, to bool; 16-bit floats are not compared.
  kEqual,
  kNotEqual,
  // Numbers, to bool.
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  // bool.
  kLogicalAnd,
  kLogicalOr,
  kLogicalXor,
  // Integers. A shift by less than 0 is by 0, by more than the width less one
  // by that; kRightShift keeps the sign.
  kBitwiseAnd,
  kBitwiseOr,
  kBitwiseXor,
  kLeftShift,
  kRightShift,
};

// Functions of one value.
enum class UnaryOp : uint8_t {
  // Numbers; integers wrap.
  kAbs,
  kNegative,
  kSign,
  kSquare,
  kRelu,
  kRound,  // half to even
  // float32 and float64.
  kFloor,
  kCeil,
  kSqrt,
  kRsqrt,
  kReciprocal,
  kExp,
  kExpm1,
  kLog,
  kLog1p,
  kSin,
  kCos,
  kTanh,
  kSigmoid,
  kSoftplus,
  // float32 and float64, to bool.
  kIsNan,
  kIsInf,
  kIsFinite,
  // bool.
  kLogicalNot,
  // Integers.
  kInvert,
};

// "floordiv", "is_nan", …: TensorFlow's names.
std::string_view BinaryOpName(BinaryOp op);
std::string_view UnaryOpName(UnaryOp op);

struct ElementwiseOptions {
  ExecOptions exec = {};
};

// `op` of the values of x and y, which have one dtype, after their shapes were
// broadcast as TensorFlow does: axes of size 1 are put in front of the lower
// rank, and a uniform axis of size 1 takes the sizes of the other. Ragged rows
// are never stretched.
//
//   Binary(BinaryOp::kAdd, {{1, 2}, {}, {3}}, 10)    // {{11, 12}, {}, {13}}
//   Binary(BinaryOp::kMultiply, {{1, 2}, {}, {3}},
//          dense {{5}, {6}, {7}})                    // {{5, 10}, {}, {21}}
//   Binary(BinaryOp::kEqual, {{1, 2}, {3}}, {{1, 0}, {3}})
//                                             // {{true, false}, {true}}
//
// Fails with InvalidArgument if the dtypes differ, the op is not defined for
// the dtype, the shapes do not broadcast, or a value has no answer (the message
// names its position); with ResourceExhausted if the result's size does not fit
// 64 bits; with Cancelled. The result shares the partitions of its operand.
// O(result), and nothing for the broadcast of a scalar or a column.
absl::StatusOr<Tensor> Binary(BinaryOp op, const Tensor& x, const Tensor& y,
                              const ElementwiseOptions& options = {});

// `op` of each value. Fails with InvalidArgument if it is not defined for the
// dtype; with Cancelled.
//
//   Unary(UnaryOp::kSquare, {{1, 2}, {}, {3}})  // {{1, 4}, {}, {9}}
absl::StatusOr<Tensor> Unary(UnaryOp op, const Tensor& x,
                             const ElementwiseOptions& options = {});

// The same values as another dtype; of any dtypes but strings. To bool: whether
// a value is not 0. Integers keep their low bits. Floats to integers round
// towards zero; where the number does not fit (or is NaN), int32 and int64 get
// their lowest value, and the shorter and unsigned ones the low bits of that.
// To float16 and bfloat16 by way of float32, rounding half to even.
//
//   Cast(float32 {{1.9, -1.9}, {}}, DType::kInt32)  // {{1, -1}, {}}
absl::StatusOr<Tensor> Cast(const Tensor& x, DType dtype,
                            const ElementwiseOptions& options = {});

// The shape of x with all values 1 (or true). Fails with InvalidArgument for
// strings. The dtype is that of x unless given.
absl::StatusOr<Tensor> OnesLike(const Tensor& x, DType dtype);
inline absl::StatusOr<Tensor> OnesLike(const Tensor& x) {
  return OnesLike(x, x.dtype());
}
// The same with 0 (false, the empty string).
absl::StatusOr<Tensor> ZerosLike(const Tensor& x, DType dtype);
inline absl::StatusOr<Tensor> ZerosLike(const Tensor& x) {
  return ZerosLike(x, x.dtype());
}

}  // namespace rowsplit

#endif  // ROWSPLIT_OPS_ELEMENTWISE_H_
