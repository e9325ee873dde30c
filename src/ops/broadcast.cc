#include "rowsplit/ops/broadcast.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/broadcast_plan.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace {

// Items that a thread takes at a time.
constexpr int64_t kGrain = 1 << 15;

template <typename T>
absl::StatusOr<Buffer<std::byte>> BroadcastItems(
    const internal::BroadcastOperand& operand, const std::byte* items,
    int64_t num_items, const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t size, internal::CheckedMul(num_items, int64_t{sizeof(T)}));
  BufferBuilder<std::byte> output(size);
  const auto fetch = [&](int64_t begin, int64_t end) -> absl::Status {
    operand.Fetch(reinterpret_cast<const T*>(items), begin, end,
                  reinterpret_cast<T*>(output.data()) + begin);
    return absl::OkStatus();
  };
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(exec, num_items, kGrain, fetch));
  return std::move(output).Build();
}

}  // namespace

absl::StatusOr<StringTensor> internal::BroadcastStrings(
    const BroadcastOperand& operand, const StringTensor& strings,
    int64_t num_items) {
  if (operand.is_direct()) return strings;
  std::vector<int64_t> items(strings.size());
  std::iota(items.begin(), items.end(), 0);
  BufferBuilder<int64_t> sources(num_items);
  operand.Fetch(items.data(), 0, num_items, sources.data());
  int64_t num_bytes = 0;
  for (const int64_t source : sources.span()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        num_bytes, CheckedAdd(num_bytes, strings.offsets().row_length(source)));
  }
  StringTensorBuilder builder;
  builder.Reserve(num_items, num_bytes);
  for (const int64_t source : sources.span()) builder.Append(strings[source]);
  return std::move(builder).Build();
}

absl::StatusOr<Tensor> BroadcastTo(const Tensor& input, const Tensor& like,
                                   const BroadcastOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const internal::BroadcastPlan plan,
      internal::PlanBroadcastTo("broadcast_to", input, like));
  const auto with_shape = [&](Tensor flat) {
    return Tensor::FromPartitionsUnchecked(
        {like.partitions().begin(), like.partitions().end()}, std::move(flat));
  };
  if (input.is_string()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        StringTensor strings,
        internal::BroadcastStrings(plan.x, input.strings(), plan.num_items));
    return with_shape(
        Tensor::DenseUnchecked(std::move(strings), like.flat_shape()));
  }
  Buffer<std::byte> bytes = input.bytes();
  if (!plan.x.is_direct()) {
    const auto broadcast = [&]<typename T>(T) {
      return BroadcastItems<T>(plan.x, input.bytes().data(), plan.num_items,
                               options.exec);
    };
    const int size = DTypeSize(input.dtype());
    ROWSPLIT_ASSIGN_OR_RETURN(bytes, size == 1   ? broadcast(uint8_t{})
                                     : size == 2 ? broadcast(uint16_t{})
                                     : size == 4 ? broadcast(uint32_t{})
                                                 : broadcast(uint64_t{}));
  }
  return with_shape(Tensor::DenseBytesUnchecked(input.dtype(), std::move(bytes),
                                                like.flat_shape()));
}

absl::StatusOr<Tensor> BroadcastTo(const Tensor& input,
                                   std::span<const int64_t> shape,
                                   const BroadcastOptions& options) {
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] < 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "broadcast_to: shape must not be negative: shape[%d]=%d", axis,
          shape[axis]));
    }
  }
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  // Nothing but the shape of it is read.
  const Tensor like = Tensor::DenseBytesUnchecked(
      DType::kBool, Buffer<std::byte>(), {shape.begin(), shape.end()});
  return BroadcastTo(input, like, options);
}

}  // namespace rowsplit
