#include "rowsplit/ops/arg_reduce.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "ops/reduce_steps.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::ReduceStep;
using internal::TypeTag;

constexpr int64_t kRowsGrain = 1024;
// The place of a group without a value.
constexpr int64_t kNowhere = -1;

// Whether `later` takes the place of `best`.
template <typename T>
bool IsBetter(bool max, T later, T best) {
  if (max ? later > best : later < best) return true;
  // A number is better than NaN.
  return std::isnan(best) && !std::isnan(later);
}

// The place along `axis` of each flat value. Requires an axis outside the
// innermost ragged one.
std::vector<int64_t> PlacesAlong(std::span<const RowPartition> partitions,
                                 int axis) {
  std::vector<int64_t> places;
  const auto count_up = [&](int64_t size) {
    for (int64_t i = 0; i < size; ++i) places.push_back(i);
  };
  if (axis == 0) {
    count_up(partitions[0].num_rows());
  } else {
    const RowPartition& rows = partitions[axis - 1];
    for (int64_t row = 0; row < rows.num_rows(); ++row)
      count_up(rows.row_length(row));
  }
  for (const RowPartition& rows : partitions.subspan(axis)) {
    std::vector<int64_t> below;
    for (int64_t row = 0; row < rows.num_rows(); ++row)
      below.insert(below.end(), static_cast<size_t>(rows.row_length(row)),
                   places[row]);
    places = std::move(below);
  }
  return places;
}

template <typename T>
void RunRows(const ReduceStep& step, bool max, const T* items, int64_t begin,
             int64_t end, int64_t* output) {
  const int64_t width = step.width;
  for (int64_t row = begin; row < end; ++row) {
    const Offset first = step.splits[row];
    for (int64_t item = 0; item < width; ++item) {
      int64_t place = first == step.splits[row + 1] ? kNowhere : 0;
      for (Offset i = first + 1; i < step.splits[row + 1]; ++i) {
        if (IsBetter(max, items[i * width + item],
                     items[(first + place) * width + item])) {
          place = i - first;
        }
      }
      output[row * width + item] = place;
    }
  }
}

template <typename T>
void RunGroups(const ReduceStep& step, std::span<const int64_t> places,
               bool max, const T* items, std::span<int64_t> output) {
  std::vector<T> best(output.size());
  const auto width = static_cast<size_t>(step.width);
  for (int64_t& place : output) place = kNowhere;
  for (size_t value = 0; value < places.size(); ++value) {
    const auto group = static_cast<size_t>(step.ids[value]) * width;
    for (size_t item = 0; item < width; ++item) {
      const T later = items[value * width + item];
      int64_t& place = output[group + item];
      if (place != kNowhere && !IsBetter<T>(max, later, best[group + item]))
        continue;
      best[group + item] = later;
      place = places[value];
    }
  }
}

absl::Status FillEmpty(std::string_view name, const ReduceStep& step,
                       std::optional<int64_t> empty,
                       std::span<int64_t> output) {
  for (size_t i = 0; i < output.size(); ++i) {
    if (output[i] != kNowhere) continue;
    if (!empty.has_value()) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: row %d is empty, and no value for empty rows is given", name,
          static_cast<int64_t>(i) / step.width));
    }
    output[i] = *empty;
  }
  return absl::OkStatus();
}

absl::StatusOr<Tensor> ArgReduce(std::string_view name, const Tensor& input,
                                 bool max, int axis,
                                 const ArgReduceOptions& options) {
  const DType dtype = input.dtype();
  if (!internal::IsNumber(dtype) && dtype != DType::kBool) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s is not defined for %s", name, DTypeName(dtype)));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const int from_front,
                            internal::CheckAxis(name, axis, input.rank()));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const ReduceStep step,
      internal::PlanAxis(internal::LayoutOf(input), from_front, false));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::NumItems(step.result));
  BufferBuilder<int64_t> output(static_cast<size_t>(size));
  const auto run = [&]<typename T>(TypeTag<T>) -> absl::Status {
    const T* items = input.items<T>().data();
    if (!step.scatter) {
      return internal::ParallelFor(options.exec, step.num_groups, kRowsGrain,
                                   [&](int64_t begin, int64_t end) {
                                     RunRows<T>(step, max, items, begin, end,
                                                output.data());
                                     return absl::OkStatus();
                                   });
    }
    return internal::ParallelFor(options.exec, 1, 1, [&](int64_t, int64_t) {
      RunGroups<T>(step, PlacesAlong(input.partitions(), from_front), max,
                   items, output.span());
      return absl::OkStatus();
    });
  };
  // A bool is the byte 0 or 1.
  ROWSPLIT_RETURN_IF_ERROR(dtype == DType::kBool
                               ? run(TypeTag<uint8_t>())
                               : internal::VisitNumber(dtype, run));
  ROWSPLIT_RETURN_IF_ERROR(FillEmpty(name, step, options.empty, output.span()));
  const Buffer<int64_t> built = std::move(output).Build();
  return internal::WithItems(
      step.result, DType::kInt64,
      Buffer<std::byte>(std::as_bytes(built.span()), built.owner()));
}

}  // namespace

absl::StatusOr<Tensor> ArgMax(const Tensor& input, int axis,
                              const ArgReduceOptions& options) {
  return ArgReduce("argmax", input, true, axis, options);
}

absl::StatusOr<Tensor> ArgMin(const Tensor& input, int axis,
                              const ArgReduceOptions& options) {
  return ArgReduce("argmin", input, false, axis, options);
}

}  // namespace rowsplit
