#include "rowsplit/ops/one_hot.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit {

namespace {

using internal::CheckedAdd;
using internal::CheckedMul;

// Indices that a thread takes at a time.
constexpr int64_t kGrain = 4096;

// 0 or 1 of a dtype that is not string.
Tensor SmallNumber(DType dtype, int value) {
  if (dtype == DType::kFloat16 || dtype == DType::kBFloat16) {
    const auto one =
        static_cast<uint16_t>(dtype == DType::kFloat16 ? 0x3C00 : 0x3F80);
    const Buffer<uint16_t> bits{value == 0 ? uint16_t{0} : one};
    return Tensor::DenseBytesUnchecked(
        dtype, Buffer<std::byte>(std::as_bytes(bits.span()), bits.owner()), {});
  }
  if (dtype == DType::kBool) return Tensor::Scalar(value != 0);
  return internal::VisitNumber(dtype, [&]<typename T>(internal::TypeTag<T>) {
    return Tensor::Scalar(static_cast<T>(value));
  });
}

struct OnOff {
  Tensor on, off;
};

absl::StatusOr<OnOff> TakeValues(const OneHotOptions& options) {
  DType dtype = options.dtype.value_or(DType::kFloat32);
  if (options.on_value.has_value()) {
    dtype = options.on_value->dtype();
  } else if (options.off_value.has_value()) {
    dtype = options.off_value->dtype();
  }
  if (dtype == DType::kString &&
      !(options.on_value.has_value() && options.off_value.has_value())) {
    return absl::InvalidArgumentError(
        "one_hot: strings need both on_value and off_value");
  }
  OnOff values;
  values.on =
      options.on_value.has_value() ? *options.on_value : SmallNumber(dtype, 1);
  values.off = options.off_value.has_value() ? *options.off_value
                                             : SmallNumber(dtype, 0);
  if (values.on.rank() != 0 || values.off.rank() != 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("one_hot: on_value and off_value must be scalars, got "
                        "ranks %d and %d",
                        values.on.rank(), values.off.rank()));
  }
  if (values.on.dtype() != values.off.dtype()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "one_hot: on_value and off_value must have one dtype, got %s and %s",
        DTypeName(values.on.dtype()), DTypeName(values.off.dtype())));
  }
  return values;
}

// The items of the indices as `outer` arrays of `inner`, with the new axis
// between the two.
struct Layout {
  std::vector<int64_t> shape;
  int64_t outer = 1;
  int64_t inner = 1;
  int64_t depth = 0;
  int64_t size = 0;  // of the result
};

absl::StatusOr<Layout> MakeLayout(const Tensor& indices, int64_t depth,
                                  int axis) {
  const int rank = indices.rank();
  if (axis != -1 && (axis < 0 || axis > rank)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "one_hot: axis must be -1 or in [0, %d]: %d", rank, axis));
  }
  if (axis != -1 && indices.is_ragged() && axis <= indices.ragged_rank()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "one_hot: axis must be greater than the ragged rank of indices, %d: %d",
        indices.ragged_rank(), axis));
  }
  if (depth < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("one_hot: depth must not be negative: %d", depth));
  }
  Layout layout{indices.flat_shape()};
  layout.depth = depth;
  const size_t at = axis == -1
                        ? layout.shape.size()
                        : static_cast<size_t>(axis - indices.ragged_rank());
  layout.shape.insert(layout.shape.begin() + at, depth);
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(layout.shape));
  layout.size = indices.num_items() * depth;
  if (layout.size == 0) return layout;
  for (size_t i = at + 1; i < layout.shape.size(); ++i)
    layout.inner *= layout.shape[i];
  layout.outer = indices.num_items() / layout.inner;
  return layout;
}

// Calls `set` with the places of the result that are on, in the order of the
// indices, from array `begin` to `end`.
template <typename Set>
void ForEachOn(const Tensor& indices, const Layout& layout, int64_t begin,
               int64_t end, const Set& set) {
  // An axis is shorter than 2^63, so what does not fit is out of it.
  const auto depth = static_cast<uint64_t>(layout.depth);
  internal::VisitNumber(indices.dtype(), [&]<typename T>(internal::TypeTag<T>) {
    const std::span<const T> items = indices.items<T>();
    for (int64_t outer = begin; outer < end; ++outer) {
      for (int64_t inner = 0; inner < layout.inner; ++inner) {
        // A negative index is a huge one.
        const auto index = static_cast<uint64_t>(
            static_cast<int64_t>(items[outer * layout.inner + inner]));
        if (index >= depth) continue;
        set((outer * layout.depth + static_cast<int64_t>(index)) *
                layout.inner +
            inner);
      }
    }
  });
}

template <typename T>
absl::StatusOr<Buffer<std::byte>> Fill(const Tensor& indices,
                                       const Layout& layout,
                                       const OnOff& values,
                                       const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t bytes,
                            CheckedMul(layout.size, int64_t{sizeof(T)}));
  BufferBuilder<std::byte> output(static_cast<size_t>(bytes));
  T* const out = reinterpret_cast<T*>(output.data());
  T on, off;
  std::memcpy(&on, values.on.bytes().data(), sizeof(T));
  std::memcpy(&off, values.off.bytes().data(), sizeof(T));
  const int64_t row = layout.depth * layout.inner;
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, layout.outer, kGrain, [&](int64_t begin, int64_t end) {
        std::fill(out + begin * row, out + end * row, off);
        ForEachOn(indices, layout, begin, end,
                  [&](int64_t place) { out[place] = on; });
        return absl::OkStatus();
      }));
  return std::move(output).Build();
}

absl::StatusOr<StringTensor> FillStrings(const Tensor& indices,
                                         const Layout& layout,
                                         const OnOff& values) {
  std::vector<bool> is_on(static_cast<size_t>(layout.size), false);
  ForEachOn(indices, layout, 0, layout.outer,
            [&](int64_t place) { is_on[place] = true; });
  const std::string_view on = values.on.strings()[0];
  const std::string_view off = values.off.strings()[0];
  int64_t size = 0;
  for (const bool set : is_on) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        size, CheckedAdd(size, static_cast<int64_t>((set ? on : off).size())));
  }
  StringTensorBuilder builder;
  builder.Reserve(layout.size, size);
  for (const bool set : is_on) builder.Append(set ? on : off);
  return std::move(builder).Build();
}

absl::StatusOr<Tensor> FillTensor(const Tensor& indices, const Layout& layout,
                                  const OnOff& values,
                                  const ExecOptions& exec) {
  const DType dtype = values.on.dtype();
  if (dtype == DType::kString) {
    StringTensor strings;
    if (layout.size > 0) {
      ROWSPLIT_ASSIGN_OR_RETURN(strings, FillStrings(indices, layout, values));
    }
    return Tensor::DenseUnchecked(std::move(strings), layout.shape);
  }
  Buffer<std::byte> bytes;
  if (layout.size > 0) {
    const auto fill = [&]<typename T>(T) {
      return Fill<T>(indices, layout, values, exec);
    };
    const int size = DTypeSize(dtype);
    ROWSPLIT_ASSIGN_OR_RETURN(bytes, size == 1   ? fill(uint8_t{})
                                     : size == 2 ? fill(uint16_t{})
                                     : size == 4 ? fill(uint32_t{})
                                                 : fill(uint64_t{}));
  }
  return Tensor::DenseBytesUnchecked(dtype, std::move(bytes), layout.shape);
}

}  // namespace

absl::StatusOr<Tensor> OneHot(const Tensor& indices, int64_t depth,
                              const OneHotOptions& options) {
  if (!IsInteger(indices.dtype())) {
    return absl::InvalidArgumentError(
        absl::StrFormat("one_hot: indices must be integers, got %s",
                        DTypeName(indices.dtype())));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Layout layout,
                            MakeLayout(indices, depth, options.axis));
  ROWSPLIT_ASSIGN_OR_RETURN(const OnOff values, TakeValues(options));
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor filled,
                            FillTensor(indices, layout, values, options.exec));
  return Tensor::FromPartitionsUnchecked(
      {indices.partitions().begin(), indices.partitions().end()},
      std::move(filled));
}

}  // namespace rowsplit
