#include "rowsplit/ops/range.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
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
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

// Rows that a thread takes at a time.
constexpr int64_t kGrain = 1 << 12;

// An argument, row by row.
template <typename T>
class Argument {
 public:
  explicit Argument(const Tensor& tensor)
      : items_(tensor.items<T>().data()), step_(tensor.rank() == 0 ? 0 : 1) {}
  T operator[](int64_t row) const { return items_[row * step_]; }

 private:
  const T* items_;
  int64_t step_;
};

// How many values row `row` has.
template <typename T>
absl::StatusOr<int64_t> RangeSize(T start, T limit, T delta, int64_t row) {
  if (delta == T{0}) {
    return absl::InvalidArgumentError(
        absl::StrFormat("range: deltas[%d] must not be 0", row));
  }
  const bool up = delta > T{0};
  // Neither way for NaN, which fails below.
  if ((up && limit < start) || (delta < T{0} && limit > start)) return 0;
  if constexpr (std::is_integral_v<T>) {
    // Distances fit the unsigned type, also from the least to the greatest.
    using Unsigned = std::make_unsigned_t<T>;
    const auto a = static_cast<uint64_t>(
        up ? static_cast<Unsigned>(static_cast<Unsigned>(limit) -
                                   static_cast<Unsigned>(start))
           : static_cast<Unsigned>(static_cast<Unsigned>(start) -
                                   static_cast<Unsigned>(limit)));
    const auto step = static_cast<uint64_t>(
        up ? static_cast<Unsigned>(delta)
           : static_cast<Unsigned>(Unsigned{0} - static_cast<Unsigned>(delta)));
    const uint64_t size = a / step + (a % step != 0 ? 1 : 0);
    if (size < uint64_t{1} << 63) return static_cast<int64_t>(size);
  } else {
    const T size = std::ceil(std::abs((limit - start) / delta));
    // False for NaN.
    if (size < static_cast<T>(0x1.0p63)) return static_cast<int64_t>(size);
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "range: (limit - start) / delta must be a number below 2^63: row %d",
      row));
}

// The sum of a value and the step; integers wrap, which only the value after
// the last one can do.
template <typename T>
T Next(T value, T delta) {
  if constexpr (std::is_integral_v<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(static_cast<Unsigned>(value) +
                                                static_cast<Unsigned>(delta)));
  } else {
    return value + delta;
  }
}

template <typename T>
absl::StatusOr<Tensor> MakeRanges(const std::vector<Tensor>& arguments,
                                  int64_t num_rows, const ExecOptions& exec) {
  const Argument<T> starts(arguments[0]);
  const Argument<T> limits(arguments[1]);
  const Argument<T> deltas(arguments[2]);
  BufferBuilder<Offset> splits(static_cast<size_t>(num_rows) + 1);
  splits[0] = 0;
  for (int64_t row = 0; row < num_rows; ++row) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const int64_t size,
        RangeSize(starts[row], limits[row], deltas[row], row));
    if (__builtin_add_overflow(splits[row], size, &splits[row + 1])) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "range: the size of the rows does not fit 64 bits, at row %d", row));
    }
  }
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckedMul(splits[num_rows], sizeof(T)).status());
  BufferBuilder<T> values(static_cast<size_t>(splits[num_rows]));
  const auto fill = [&](int64_t begin, int64_t end) -> absl::Status {
    for (int64_t row = begin; row < end; ++row) {
      const T delta = deltas[row];
      T value = starts[row];
      for (Offset i = splits[row]; i < splits[row + 1]; ++i) {
        values[i] = value;
        value = Next(value, delta);
      }
    }
    return absl::OkStatus();
  };
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(exec, num_rows, kGrain, fill));
  return Tensor::FromPartitionsUnchecked(
      {RowPartition::FromRowSplitsUnchecked(std::move(splits).Build())},
      Tensor::Vector(std::move(values).Build()));
}

// The common dtype of the arguments.
absl::StatusOr<DType> CommonDType(std::span<const Tensor> arguments,
                                  const RangeOptions& options) {
  constexpr DType kOrder[] = {DType::kInt32, DType::kInt64, DType::kFloat32,
                              DType::kFloat64};
  const auto place = [&](DType dtype) {
    return std::ranges::find(kOrder, dtype) - std::begin(kOrder);
  };
  const DType wanted = options.dtype.value_or(arguments[0].dtype());
  const bool all_equal = std::ranges::all_of(
      arguments, [&](const Tensor& t) { return t.dtype() == wanted; });
  if (all_equal && internal::IsNumber(wanted)) return wanted;
  DType widest = DType::kInt32;
  for (const Tensor& argument : arguments) {
    const DType dtype = argument.dtype();
    if (options.dtype.has_value() && dtype != wanted) {
      return absl::InvalidArgumentError(
          absl::StrFormat("range: expected arguments of %s, got %s",
                          DTypeName(wanted), DTypeName(dtype)));
    }
    if (place(dtype) == std::ssize(kOrder)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "range: starts, limits and deltas must have one dtype that is a "
          "number, or dtypes out of int32, int64, float32 and float64; got %s",
          DTypeName(dtype)));
    }
    if (place(dtype) > place(widest)) widest = dtype;
  }
  return widest;
}

absl::StatusOr<int64_t> CommonSize(std::span<const Tensor> arguments) {
  constexpr std::string_view kNames[] = {"starts", "limits", "deltas"};
  int64_t size = -1;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Tensor& argument = arguments[i];
    if (argument.is_ragged() || argument.rank() > 1) {
      return absl::InvalidArgumentError(
          absl::StrFormat("range: %s must be a scalar or a vector, got rank %d",
                          kNames[i], argument.rank()));
    }
    if (argument.rank() == 0) continue;
    if (size < 0) size = argument.num_rows();
    if (argument.num_rows() != size) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "range: starts, limits and deltas must have the same size: %s has "
          "%d, one before it %d",
          kNames[i], argument.num_rows(), size));
    }
  }
  return size < 0 ? 1 : size;
}

}  // namespace

absl::StatusOr<Tensor> Range(const Tensor& starts, const Tensor& limits,
                             const Tensor& deltas,
                             const RangeOptions& options) {
  std::vector<Tensor> arguments = {starts, limits, deltas};
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_rows, CommonSize(arguments));
  ROWSPLIT_ASSIGN_OR_RETURN(const DType dtype, CommonDType(arguments, options));
  for (Tensor& argument : arguments) {
    if (argument.dtype() == dtype) continue;
    ROWSPLIT_ASSIGN_OR_RETURN(argument,
                              Cast(argument, dtype, {.exec = options.exec}));
  }
  return internal::VisitNumber(dtype, [&]<typename T>(internal::TypeTag<T>) {
    return MakeRanges<T>(arguments, num_rows, options.exec);
  });
}

absl::StatusOr<Tensor> Range(const Tensor& limits,
                             const RangeOptions& options) {
  if (!internal::IsNumber(limits.dtype())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "range: limits must be numbers, got %s", DTypeName(limits.dtype())));
  }
  return internal::VisitNumber(limits.dtype(), [&]<typename T>(
                                                   internal::TypeTag<T>) {
    return Range(Tensor::Scalar(T{0}), limits, Tensor::Scalar(T{1}), options);
  });
}

}  // namespace rowsplit
