#include "rowsplit/ops/where.h"

#include <cstddef>
#include <cstdint>
#include <span>
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
#include "ops/broadcast_plan.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/broadcast.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

// Items that a thread chooses at a time.
constexpr int64_t kGrain = 1 << 15;

// A tensor that has a shape and no items.
Tensor ShapeOnly(const internal::BroadcastPlan& plan) {
  return Tensor::FromPartitionsUnchecked(
      plan.partitions,
      Tensor::DenseBytesUnchecked(DType::kBool, {}, plan.flat_shape));
}

template <typename T>
absl::Status Choose(std::span<const uint8_t> condition, const std::byte* x,
                    const std::byte* y, const ExecOptions& exec,
                    std::byte* output) {
  const T* const if_true = reinterpret_cast<const T*>(x);
  const T* const if_false = reinterpret_cast<const T*>(y);
  T* const out = reinterpret_cast<T*>(output);
  return internal::ParallelFor(exec, static_cast<int64_t>(condition.size()),
                               kGrain, [&](int64_t begin, int64_t end) {
                                 for (int64_t i = begin; i < end; ++i)
                                   out[i] = condition[i] != 0 ? if_true[i]
                                                              : if_false[i];
                                 return absl::OkStatus();
                               });
}

absl::StatusOr<Tensor> ChooseItems(std::span<const uint8_t> condition,
                                   const Tensor& x, const Tensor& y,
                                   const ExecOptions& exec) {
  BufferBuilder<std::byte> output(x.bytes().size());
  const std::byte* const if_true = x.bytes().data();
  const std::byte* const if_false = y.bytes().data();
  const auto choose = [&]<typename T>(T) {
    return Choose<T>(condition, if_true, if_false, exec, output.data());
  };
  const int size = DTypeSize(x.dtype());
  ROWSPLIT_RETURN_IF_ERROR(size == 1   ? choose(uint8_t{})
                           : size == 2 ? choose(uint16_t{})
                           : size == 4 ? choose(uint32_t{})
                                       : choose(uint64_t{}));
  return Tensor::DenseBytesUnchecked(x.dtype(), std::move(output).Build(),
                                     x.flat_shape());
}

// Runs of strings from one side are copied together.
absl::StatusOr<Tensor> ChooseStrings(std::span<const uint8_t> condition,
                                     const Tensor& x, const Tensor& y,
                                     const ExecOptions& exec) {
  const auto size = static_cast<int64_t>(condition.size());
  const Tensor sides[] = {Tensor::Vector(y.strings()),
                          Tensor::Vector(x.strings())};
  std::vector<internal::RowRange> ranges;
  for (int64_t begin = 0; begin < size;) {
    int64_t end = begin + 1;
    const bool is_true = condition[begin] != 0;
    while (end < size && (condition[end] != 0) == is_true) ++end;
    ranges.push_back({begin, end - begin, is_true ? 1 : 0});
    begin = end;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor chosen,
      internal::SelectRows(sides, std::move(ranges), exec));
  return Tensor::DenseUnchecked(chosen.strings(), x.flat_shape());
}

// The places of the items that are not 0.
template <typename T>
std::vector<int64_t> NonZero(std::span<const T> items) {
  std::vector<int64_t> places;
  for (size_t i = 0; i < items.size(); ++i) {
    bool is_zero;
    if constexpr (std::is_same_v<T, Float16> || std::is_same_v<T, BFloat16>) {
      is_zero = (items[i].bits & 0x7FFF) == 0;  // both zeros
    } else {
      is_zero = items[i] == T{};
    }
    if (!is_zero) places.push_back(static_cast<int64_t>(i));
  }
  return places;
}

// Turns flat items, which grow, into lines of places.
void FillPlaces(const Tensor& condition, std::span<const int64_t> items,
                int64_t* out) {
  const std::vector<int64_t>& shape = condition.flat_shape();
  const int rank = condition.rank();
  const int ragged_rank = condition.ragged_rank();
  // The row of each partition that holds the current value.
  std::vector<int64_t> rows(static_cast<size_t>(ragged_rank), 0);
  for (const int64_t item : items) {
    int64_t place = item;
    for (size_t axis = shape.size(); axis-- > 1;) {
      out[ragged_rank + axis] = place % shape[axis];
      place /= shape[axis];
    }
    for (int axis = ragged_rank; axis-- > 0;) {
      const std::span<const Offset> splits =
          condition.partition(axis).row_splits();
      int64_t& row = rows[axis];
      while (splits[row + 1] <= place) ++row;
      out[axis + 1] = place - splits[row];
      place = row;
    }
    out[0] = place;
    out += rank;
  }
}

}  // namespace

absl::StatusOr<Tensor> Where(const Tensor& condition, const Tensor& x,
                             const Tensor& y, const WhereOptions& options) {
  if (condition.dtype() != DType::kBool) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "where: condition must be bool, got %s", DTypeName(condition.dtype())));
  }
  if (x.dtype() != y.dtype()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("where: x and y must have one dtype, got %s and %s",
                        DTypeName(x.dtype()), DTypeName(y.dtype())));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::BroadcastPlan sides,
                            internal::PlanBroadcast("where", x, y));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const internal::BroadcastPlan plan,
      internal::PlanBroadcast("where", condition, ShapeOnly(sides)));
  const Tensor like = ShapeOnly(plan);
  const BroadcastOptions broadcast{.exec = options.exec};
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor choice,
                            BroadcastTo(condition, like, broadcast));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor if_true,
                            BroadcastTo(x, like, broadcast));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor if_false,
                            BroadcastTo(y, like, broadcast));
  // Borrowed memory may hold other bytes than 0 and 1.
  const std::span<const uint8_t> items = choice.items<uint8_t>();
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor chosen, x.is_string()
                         ? ChooseStrings(items, if_true, if_false, options.exec)
                         : ChooseItems(items, if_true, if_false, options.exec));
  return Tensor::FromPartitionsUnchecked(plan.partitions, std::move(chosen));
}

absl::StatusOr<Tensor> Where(const Tensor& condition,
                             const WhereOptions& options) {
  if (condition.rank() == 0) {
    return absl::InvalidArgumentError(
        "where: condition must have a rank of 1 or more");
  }
  if (condition.is_string()) {
    return absl::InvalidArgumentError(
        "where: condition must be bool or a number, got string");
  }
  std::vector<int64_t> items;
  // One piece, which is not begun if the call is cancelled.
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(options.exec, 1, 1, [&](int64_t, int64_t) {
        items = internal::VisitItem(condition.dtype(),
                                    [&]<typename T>(internal::TypeTag<T>) {
                                      return NonZero(condition.items<T>());
                                    });
        return absl::OkStatus();
      }));
  const auto num_lines = static_cast<int64_t>(items.size());
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::CheckedMul(num_lines, condition.rank()));
  BufferBuilder<int64_t> places(static_cast<size_t>(size));
  FillPlaces(condition, items, places.data());
  return Tensor::Dense(std::move(places).Build(),
                       {num_lines, condition.rank()});
}

}  // namespace rowsplit
