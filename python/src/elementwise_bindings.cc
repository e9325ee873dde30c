// Arithmetic value by value, broadcasting, and the functions beside them.

#include <nanobind/nanobind.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings.h"
#include "convert.h"
#include "numpy_array.h"
#include "rowsplit/ops/broadcast.h"
#include "rowsplit/ops/cross.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ops/matmul.h"
#include "rowsplit/ops/softmax.h"

namespace rowsplit::python {

using namespace nb::literals;

namespace {

void BindBinary(nb::module_& m) {
  for (const auto& [op, doc] :
       std::initializer_list<std::pair<BinaryOp, const char*>>{
           {BinaryOp::kAdd, "x + y of numbers; strings are joined."},
           {BinaryOp::kSubtract, "x - y of numbers."},
           {BinaryOp::kMultiply, "x * y of numbers."},
           {BinaryOp::kTrueDiv,
            "x / y of numbers; integers give float32 (of up to 16 bits) or "
            "float64."},
           {BinaryOp::kFloorDiv,
            "x / y of numbers, rounded down. ValueError for an integer 0."},
           {BinaryOp::kFloorMod,
            "The rest of floordiv; its sign is that of y. ValueError for an "
            "integer 0."},
           {BinaryOp::kPow,
            "x to the power of y. ValueError for a negative power of an "
            "integer."},
           {BinaryOp::kMaximum, "The greater one; NaN if either is NaN."},
           {BinaryOp::kMinimum, "The lesser one; NaN if either is NaN."},
           {BinaryOp::kSquaredDifference, "(x - y) squared."},
           {BinaryOp::kEqual, "x == y as bool, of any dtype."},
           {BinaryOp::kNotEqual, "x != y as bool, of any dtype."},
           {BinaryOp::kLess, "x < y of numbers, as bool."},
           {BinaryOp::kLessEqual, "x <= y of numbers, as bool."},
           {BinaryOp::kGreater, "x > y of numbers, as bool."},
           {BinaryOp::kGreaterEqual, "x >= y of numbers, as bool."},
           {BinaryOp::kLogicalAnd, "x and y of bools."},
           {BinaryOp::kLogicalOr, "x or y of bools."},
           {BinaryOp::kLogicalXor, "Whether one of two bools is true."},
           {BinaryOp::kBitwiseAnd, "The bits that both integers have."},
           {BinaryOp::kBitwiseOr, "The bits that either integer has."},
           {BinaryOp::kBitwiseXor, "The bits that one of two integers has."},
           {BinaryOp::kLeftShift, "The bits of x, y places to the left."},
           {BinaryOp::kRightShift,
            "The bits of x, y places to the right; the sign stays."},
       }) {
    m.def(
        std::string(BinaryOpName(op)).c_str(),
        [op = op](nb::handle x, nb::handle y) {
          Call call;
          const auto [first, second] = call.TakePair(x, y);
          return call.Return([&, &first = first, &second = second] {
            return Binary(op, first, second);
          });
        },
        "x"_a, "y"_a,
        (std::string(doc) +
         " The shapes broadcast as TensorFlow's do; ragged rows are never "
         "stretched.")
            .c_str());
  }
}

void BindUnary(nb::module_& m) {
  for (const auto& [op, doc] :
       std::initializer_list<std::pair<UnaryOp, const char*>>{
           {UnaryOp::kAbs, "The magnitude of each number."},
           {UnaryOp::kNegative, "The opposite of each number."},
           {UnaryOp::kSign, "-1, 0 or 1 for each number; NaN stays."},
           {UnaryOp::kSquare, "The square of each number."},
           {UnaryOp::kRelu, "Each number, or 0 if it is negative."},
           {UnaryOp::kRound, "The nearest integer, half to even."},
           {UnaryOp::kFloor, "The greatest integer not above each float."},
           {UnaryOp::kCeil, "The least integer not below each float."},
           {UnaryOp::kSqrt, "The square root of each float."},
           {UnaryOp::kRsqrt, "1 / sqrt(x) of each float."},
           {UnaryOp::kReciprocal, "1 / x of each float."},
           {UnaryOp::kExp, "e to the power of each float."},
           {UnaryOp::kExpm1, "exp(x) - 1 of each float, exact near 0."},
           {UnaryOp::kLog, "The natural logarithm of each float."},
           {UnaryOp::kLog1p, "log(1 + x) of each float, exact near 0."},
           {UnaryOp::kSin, "The sine of each float."},
           {UnaryOp::kCos, "The cosine of each float."},
           {UnaryOp::kTanh, "The hyperbolic tangent of each float."},
           {UnaryOp::kSigmoid, "1 / (1 + exp(-x)) of each float."},
           {UnaryOp::kSoftplus, "log(1 + exp(x)) of each float."},
           {UnaryOp::kIsNan, "Whether each float is NaN."},
           {UnaryOp::kIsInf, "Whether each float is an infinity."},
           {UnaryOp::kIsFinite, "Whether each float is a finite number."},
           {UnaryOp::kLogicalNot, "The opposite of each bool."},
           {UnaryOp::kInvert, "Each integer with all bits turned."},
       }) {
    m.def(
        std::string(UnaryOpName(op)).c_str(),
        [op = op](nb::handle x) {
          Call call;
          const Tensor taken = call.Take(x);
          return call.Return([&] { return Unary(op, taken); });
        },
        "x"_a, doc);
  }
}

std::optional<DType> TakeOptionalDType(nb::handle dtype) {
  if (dtype.is_none()) return std::nullopt;
  return TakeDType(dtype);
}

nb::object BindingOfCast(nb::handle x, nb::handle dtype) {
  Call call;
  const Tensor taken = call.Take(x);
  const DType to = TakeDType(dtype);
  return call.Return([&] { return Cast(taken, to); });
}

nb::object BindingOfOnesLike(nb::handle input, nb::handle dtype) {
  Call call;
  const Tensor taken = call.Take(input);
  const DType to = TakeOptionalDType(dtype).value_or(taken.dtype());
  return call.Return([&] { return OnesLike(taken, to); });
}

nb::object BindingOfZerosLike(nb::handle input, nb::handle dtype) {
  Call call;
  const Tensor taken = call.Take(input);
  const DType to = TakeOptionalDType(dtype).value_or(taken.dtype());
  return call.Return([&] { return ZerosLike(taken, to); });
}

nb::object BindingOfBroadcastTo(nb::handle input, nb::handle shape) {
  Call call;
  const Tensor taken = call.Take(input);
  if (nb::isinstance<PyRaggedTensor>(shape) ||
      nb::isinstance<PyStringTensor>(shape)) {
    const Tensor like = call.Take(shape);
    return call.Return([&] { return BroadcastTo(taken, like); });
  }
  const std::vector<int64_t> sizes = call.TakeInts(shape, "shape");
  return call.Return([&] { return BroadcastTo(taken, sizes); });
}

nb::object BindingOfSoftmax(nb::handle logits, nb::handle axis) {
  Call call;
  const Tensor taken = call.Take(logits);
  const int at = call.TakeOptionalInt(axis, "axis").value_or(-1);
  return call.Return([&] { return Softmax(taken, at); });
}

nb::object BindingOfMatmul(nb::handle a, nb::handle b, bool transpose_a,
                           bool transpose_b) {
  Call call;
  const auto [first, second] = call.TakePair(a, b);
  return call.Return([&, &first = first, &second = second] {
    return Matmul(first, second,
                  {.transpose_a = transpose_a, .transpose_b = transpose_b});
  });
}

// Each input has a dtype of its own.
std::vector<Tensor> TakeFeatures(Call& call, nb::handle inputs) {
  std::vector<Tensor> features;
  for (nb::handle input : nb::iter(inputs))
    features.push_back(call.Take(input));
  return features;
}

nb::object BindingOfCross(nb::handle inputs) {
  Call call;
  const std::vector<Tensor> features = TakeFeatures(call, inputs);
  return call.Return([&] { return Cross(features); });
}

nb::object BindingOfCrossHashed(nb::handle inputs, nb::handle num_buckets,
                                nb::handle hash_key) {
  Call call;
  const std::vector<Tensor> features = TakeFeatures(call, inputs);
  CrossHashedOptions options;
  options.num_buckets = call.TakeInt64(num_buckets, "num_buckets");
  if (!hash_key.is_none()) {
    options.hash_key =
        static_cast<uint64_t>(call.TakeInt64(hash_key, "hash_key"));
  }
  return call.Return([&] { return CrossHashed(features, options); });
}

}  // namespace

void BindElementwise(nb::module_& m, Classes&) {
  BindBinary(m);
  BindUnary(m);
  m.def("cast", &BindingOfCast, "x"_a, "dtype"_a,
        "The same values as another dtype. Floats become integers by rounding "
        "towards zero.");
  m.def("ones_like", &BindingOfOnesLike, "input"_a,
        "dtype"_a.none() = nb::none(), "The same shape with all values 1.");
  m.def("zeros_like", &BindingOfZerosLike, "input"_a,
        "dtype"_a.none() = nb::none(),
        "The same shape with all values 0, or the empty string.");
  m.def("broadcast_to", &BindingOfBroadcastTo, "input"_a, "shape"_a,
        "The input's values, repeated until they have the shape: sizes, or a "
        "tensor whose shape is taken.");
  m.def("softmax", &BindingOfSoftmax, "logits"_a, "axis"_a.none() = -1,
        "Positive weights that add up to 1 along the axis, the innermost "
        "ragged or an inner one. Empty rows stay empty.");
  m.def("matmul", &BindingOfMatmul, "a"_a, "b"_a, "transpose_a"_a = false,
        "transpose_b"_a = false,
        "Products of the matrices in the last two axes; they may differ in "
        "size.");
  m.def("cross", &BindingOfCross, "inputs"_a,
        "For each row all ways to take one value of each input, joined by "
        "'_X_'; the last input varies fastest.");
  m.def("cross_hashed", &BindingOfCrossHashed, "inputs"_a, "num_buckets"_a = 0,
        "hash_key"_a.none() = nb::none(),
        "The same as numbers in [0, num_buckets), those of TensorFlow.");
}

}  // namespace rowsplit::python
