#ifndef ROWSPLIT_SRC_VOCAB_INTEGER_VALUES_H_
#define ROWSPLIT_SRC_VOCAB_INTEGER_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/half_float.h"
#include "core/visit_dtype.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit::internal {

// A number as TensorFlow casts it to int64: cut towards 0; what does not fit,
// NaN too, is the smallest.
template <typename T>
int64_t ToInt64(T value) {
  if constexpr (std::is_floating_point_v<T>) {
    constexpr T kEnd = static_cast<T>(9223372036854775808.0);
    if (!(value >= -kEnd && value < kEnd))
      return std::numeric_limits<int64_t>::min();
  }
  return static_cast<int64_t>(value);
}

// A tensor of `input`'s shape over other items.
template <typename T>
Tensor WithItems(const Tensor& input, const Buffer<T>& items) {
  return Tensor::FromPartitionsUnchecked(
      {input.partitions().begin(), input.partitions().end()},
      Tensor::DenseBytesUnchecked(
          kDTypeOf<T>,
          Buffer<std::byte>(std::as_bytes(items.span()), items.owner()),
          input.flat_shape()));
}

// 16-bit floats as float32; any other tensor as it is.
inline Tensor WidenHalf(const Tensor& input) {
  BufferBuilder<float> wide;
  const auto widen = [&]<typename T>(TypeTag<T>) {
    wide = BufferBuilder<float>(static_cast<size_t>(input.num_items()));
    const std::span<const T> from = input.items<T>();
    for (size_t i = 0; i < from.size(); ++i) wide[i] = ToFloat(from[i]);
  };
  if (input.dtype() == DType::kFloat16) {
    widen(TypeTag<Float16>());
  } else if (input.dtype() == DType::kBFloat16) {
    widen(TypeTag<BFloat16>());
  } else {
    return input;
  }
  return WithItems(input, std::move(wide).Build());
}

// The items of any numbers or booleans as int64, shared if they are. Fails with
// InvalidArgument, naming `op`, for strings.
inline absl::StatusOr<Buffer<int64_t>> IntegerItems(const Tensor& given,
                                                    const char* op) {
  if (given.dtype() == DType::kInt64) return given.buffer<int64_t>();
  const Tensor input = WidenHalf(given);
  BufferBuilder<int64_t> items(static_cast<size_t>(input.num_items()));
  const auto copy = [&]<typename T>(TypeTag<T>) {
    const std::span<const T> from = input.items<T>();
    for (size_t i = 0; i < from.size(); ++i) items[i] = ToInt64(from[i]);
  };
  if (input.dtype() == DType::kBool) {
    copy(TypeTag<bool>());
  } else if (IsNumber(input.dtype())) {
    VisitNumber(input.dtype(), copy);
  } else {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: expected integers or floats, got %s", op,
                        DTypeName(input.dtype())));
  }
  return std::move(items).Build();
}

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_INTEGER_VALUES_H_
