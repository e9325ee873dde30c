#include "rowsplit/ops/elementwise.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/broadcast_plan.h"
#include "ops/elementwise_kernels.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace {

using internal::BinaryKernel;
using internal::BroadcastOperand;
using internal::BroadcastPlan;
using internal::UnaryKernel;

// Items that a thread takes at a time.
constexpr int64_t kGrain = 1 << 15;
// Items that a kernel sees at a time, where an operand is not an array yet: it
// is made one in a buffer that stays in the first cache.
constexpr int64_t kChunk = 1024;

constexpr std::string_view kBinaryNames[] = {
    "add",         "subtract",           "multiply",    "truediv",
    "floordiv",    "floormod",           "pow",         "maximum",
    "minimum",     "squared_difference", "equal",       "not_equal",
    "less",        "less_equal",         "greater",     "greater_equal",
    "logical_and", "logical_or",         "logical_xor", "bitwise_and",
    "bitwise_or",  "bitwise_xor",        "left_shift",  "right_shift"};

constexpr std::string_view kUnaryNames[] = {
    "abs",        "negative", "sign",      "square",      "relu",
    "round",      "floor",    "ceil",      "sqrt",        "rsqrt",
    "reciprocal", "exp",      "expm1",     "log",         "log1p",
    "sin",        "cos",      "tanh",      "sigmoid",     "softplus",
    "is_nan",     "is_inf",   "is_finite", "logical_not", "invert"};

absl::Status NotDefined(std::string_view name, DType dtype) {
  return absl::InvalidArgumentError(
      absl::StrFormat("%s is not defined for %s", name, DTypeName(dtype)));
}

BinaryKernel FindBinary(BinaryOp op, DType dtype) {
  for (const auto find : {&internal::FindArithmetic, &internal::FindDivision,
                          &internal::FindComparison, &internal::FindBitwise}) {
    if (const BinaryKernel kernel = find(op, dtype); kernel.run != nullptr)
      return kernel;
  }
  return {};
}

// An operand as an array of items, a piece at a time.
class PieceReader {
 public:
  PieceReader(const BroadcastOperand& operand, const Tensor& tensor)
      : operand_(operand),
        items_(tensor.bytes().data()),
        item_size_(DTypeSize(tensor.dtype())) {
    if (operand.is_direct()) return;
    if (operand.is_constant()) Fill(0, kChunk);
  }

  const std::byte* Read(int64_t begin, int64_t end) {
    if (operand_.is_direct()) return items_ + begin * item_size_;
    if (!operand_.is_constant()) Fill(begin, end);
    return piece_;
  }

 private:
  template <typename T>
  void FillItems(int64_t begin, int64_t end) {
    const T* items = reinterpret_cast<const T*>(items_);
    T* out = reinterpret_cast<T*>(piece_);
    if (operand_.is_constant()) {
      std::fill_n(out, end - begin, *items);
    } else {
      operand_.Fetch(items, begin, end, out);
    }
  }

  void Fill(int64_t begin, int64_t end) {
    switch (item_size_) {
      case 1:
        return FillItems<uint8_t>(begin, end);
      case 2:
        return FillItems<uint16_t>(begin, end);
      case 4:
        return FillItems<uint32_t>(begin, end);
      default:
        return FillItems<uint64_t>(begin, end);
    }
  }

  const BroadcastOperand& operand_;
  const std::byte* items_;
  int64_t item_size_;
  alignas(64) std::byte piece_[kChunk * 8];
};

Tensor WithShape(BroadcastPlan& plan, Tensor flat) {
  return Tensor::FromPartitionsUnchecked(std::move(plan.partitions),
                                         std::move(flat));
}

absl::StatusOr<Tensor> RunNumbers(std::string_view name,
                                  const BinaryKernel& kernel, const Tensor& x,
                                  const Tensor& y,
                                  const ElementwiseOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(BroadcastPlan plan,
                            internal::PlanBroadcast(name, x, y));
  const int64_t item_size = DTypeSize(kernel.result);
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedMul(plan.num_items, item_size));
  BufferBuilder<std::byte> output(size);
  const bool direct = plan.x.is_direct() && plan.y.is_direct();
  const auto run = [&](int64_t begin, int64_t end) -> absl::Status {
    PieceReader x_items(plan.x, x);
    PieceReader y_items(plan.y, y);
    const int64_t step = direct ? end - begin : kChunk;
    for (int64_t i = begin; i < end; i += step) {
      const int64_t limit = std::min(i + step, end);
      const int64_t done =
          kernel.run(x_items.Read(i, limit), y_items.Read(i, limit), limit - i,
                     output.data() + i * item_size);
      if (done == limit - i) continue;
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: %s, at item %d of the result", name, kernel.error, i + done));
    }
    return absl::OkStatus();
  };
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(options.exec, plan.num_items, kGrain, run));
  Tensor flat = Tensor::DenseBytesUnchecked(
      kernel.result, std::move(output).Build(), std::move(plan.flat_shape));
  return WithShape(plan, std::move(flat));
}

absl::StatusOr<StringTensor> Concatenate(const StringTensor& x,
                                         const StringTensor& y) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t size,
      internal::CheckedAdd(x.offsets().num_values(), y.offsets().num_values()));
  StringTensorBuilder builder;
  builder.Reserve(x.size(), size);
  for (int64_t i = 0; i < x.size(); ++i) {
    builder.AppendPart(x[i]);
    builder.Append(y[i]);
  }
  return std::move(builder).Build();
}

absl::StatusOr<Tensor> RunStrings(BinaryOp op, const Tensor& x,
                                  const Tensor& y) {
  const std::string_view name = BinaryOpName(op);
  ROWSPLIT_ASSIGN_OR_RETURN(BroadcastPlan plan,
                            internal::PlanBroadcast(name, x, y));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const StringTensor a,
      internal::BroadcastStrings(plan.x, x.strings(), plan.num_items));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const StringTensor b,
      internal::BroadcastStrings(plan.y, y.strings(), plan.num_items));
  if (op == BinaryOp::kAdd) {
    ROWSPLIT_ASSIGN_OR_RETURN(StringTensor joined, Concatenate(a, b));
    return WithShape(plan, Tensor::DenseUnchecked(std::move(joined),
                                                  std::move(plan.flat_shape)));
  }
  BufferBuilder<bool> output(plan.num_items);
  const bool if_equal = op == BinaryOp::kEqual;
  for (int64_t i = 0; i < plan.num_items; ++i)
    output[i] = (a[i] == b[i]) == if_equal;
  Buffer<bool> bools = std::move(output).Build();
  Tensor flat = Tensor::DenseBytesUnchecked(
      DType::kBool,
      Buffer<std::byte>(std::as_bytes(bools.span()), bools.owner()),
      std::move(plan.flat_shape));
  return WithShape(plan, std::move(flat));
}

// The shape of x over other items.
Tensor WithItems(const Tensor& x, DType dtype, Buffer<std::byte> items) {
  return Tensor::FromPartitionsUnchecked(
      {x.partitions().begin(), x.partitions().end()},
      Tensor::DenseBytesUnchecked(dtype, std::move(items), x.flat_shape()));
}

absl::StatusOr<Tensor> RunUnary(const UnaryKernel& kernel, const Tensor& x,
                                const ExecOptions& exec) {
  const int64_t x_size = DTypeSize(x.dtype());
  const int64_t item_size = DTypeSize(kernel.result);
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedMul(x.num_items(), item_size));
  BufferBuilder<std::byte> output(size);
  const auto run = [&](int64_t begin, int64_t end) -> absl::Status {
    kernel.run(x.bytes().data() + begin * x_size, end - begin,
               output.data() + begin * item_size);
    return absl::OkStatus();
  };
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(exec, x.num_items(), kGrain, run));
  return WithItems(x, kernel.result, std::move(output).Build());
}

}  // namespace

std::string_view BinaryOpName(BinaryOp op) {
  return kBinaryNames[static_cast<int>(op)];
}

std::string_view UnaryOpName(UnaryOp op) {
  return kUnaryNames[static_cast<int>(op)];
}

absl::StatusOr<Tensor> Binary(BinaryOp op, const Tensor& x, const Tensor& y,
                              const ElementwiseOptions& options) {
  const std::string_view name = BinaryOpName(op);
  const DType dtype = x.dtype();
  if (dtype != y.dtype()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: x and y must have one dtype: got %s and %s", name,
                        DTypeName(dtype), DTypeName(y.dtype())));
  }
  if (dtype == DType::kString) {
    if (op != BinaryOp::kAdd && op != BinaryOp::kEqual &&
        op != BinaryOp::kNotEqual) {
      return NotDefined(name, dtype);
    }
    return RunStrings(op, x, y);
  }
  if (op == BinaryOp::kTrueDiv && IsInteger(dtype)) {
    const DType real =
        DTypeSize(dtype) <= 2 ? DType::kFloat32 : DType::kFloat64;
    ROWSPLIT_ASSIGN_OR_RETURN(const Tensor real_x, Cast(x, real, options));
    ROWSPLIT_ASSIGN_OR_RETURN(const Tensor real_y, Cast(y, real, options));
    return Binary(op, real_x, real_y, options);
  }
  const BinaryKernel kernel = FindBinary(op, dtype);
  if (kernel.run == nullptr) return NotDefined(name, dtype);
  return RunNumbers(name, kernel, x, y, options);
}

absl::StatusOr<Tensor> Unary(UnaryOp op, const Tensor& x,
                             const ElementwiseOptions& options) {
  const UnaryKernel kernel = internal::FindUnary(op, x.dtype());
  if (kernel.run == nullptr) return NotDefined(UnaryOpName(op), x.dtype());
  return RunUnary(kernel, x, options.exec);
}

absl::StatusOr<Tensor> Cast(const Tensor& x, DType dtype,
                            const ElementwiseOptions& options) {
  if (x.dtype() == dtype) return x;
  if (x.is_string() || dtype == DType::kString) {
    return absl::InvalidArgumentError(
        absl::StrFormat("cast from %s to %s is not defined",
                        DTypeName(x.dtype()), DTypeName(dtype)));
  }
  return RunUnary(internal::FindCast(x.dtype(), dtype), x, options.exec);
}

absl::StatusOr<Tensor> OnesLike(const Tensor& x, DType dtype) {
  if (dtype == DType::kString) return NotDefined("ones_like", dtype);
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor one,
                            Cast(Tensor::Scalar(true), dtype));
  const size_t item_size = one.bytes().size();
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t size,
      internal::CheckedMul(x.num_items(), static_cast<int64_t>(item_size)));
  BufferBuilder<std::byte> output(size);
  for (size_t i = 0; i < output.size(); i += item_size)
    std::memcpy(output.data() + i, one.bytes().data(), item_size);
  return WithItems(x, dtype, std::move(output).Build());
}

absl::StatusOr<Tensor> ZerosLike(const Tensor& x, DType dtype) {
  if (dtype == DType::kString) {
    BufferBuilder<Offset> offsets(x.num_items() + 1);
    std::fill_n(offsets.data(), offsets.size(), 0);
    ROWSPLIT_ASSIGN_OR_RETURN(
        StringTensor strings,
        StringTensor::FromBytes(
            RowPartition::FromRowSplitsUnchecked(std::move(offsets).Build()),
            Buffer<char>()));
    return Tensor::FromPartitionsUnchecked(
        {x.partitions().begin(), x.partitions().end()},
        Tensor::DenseUnchecked(std::move(strings), x.flat_shape()));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t size,
      internal::CheckedMul(x.num_items(), DTypeSize(dtype)));
  BufferBuilder<std::byte> output(size);
  if (!output.empty()) std::memset(output.data(), 0, output.size());
  return WithItems(x, dtype, std::move(output).Build());
}

}  // namespace rowsplit
