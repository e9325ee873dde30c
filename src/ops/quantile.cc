#include "rowsplit/ops/quantile.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
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

namespace rowsplit {

namespace {

using internal::ReduceStep;
using internal::TypeTag;

constexpr int64_t kRowsGrain = 256;

template <typename T>
using ResultOf = std::conditional_t<std::is_floating_point_v<T>, T, double>;

// The items of each group, next to each other.
template <typename T>
struct Grouped {
  std::vector<Offset> splits;
  std::vector<T> items;
};

template <typename T>
Grouped<T> GroupItems(const ReduceStep& step, std::span<const T> items,
                      size_t num_groups) {
  const std::vector<int64_t> groups =
      internal::ItemGroups(std::span<const ReduceStep>(&step, 1),
                           static_cast<int64_t>(items.size()));
  Grouped<T> grouped{.splits = std::vector<Offset>(num_groups + 1),
                     .items = std::vector<T>(items.size())};
  for (const int64_t group : groups) ++grouped.splits[group + 1];
  for (size_t i = 0; i < num_groups; ++i)
    grouped.splits[i + 1] += grouped.splits[i];
  std::vector<Offset> next(grouped.splits.begin(), grouped.splits.end() - 1);
  for (size_t i = 0; i < items.size(); ++i)
    grouped.items[next[groups[i]]++] = items[i];
  return grouped;
}

// The quantile of one group, whose order is lost.
template <typename T>
ResultOf<T> QuantileOf(std::span<T> group, double q, double empty) {
  using Result = ResultOf<T>;
  if (group.empty()) return static_cast<Result>(empty);
  for (const T value : group)
    if (std::isnan(value)) return std::numeric_limits<Result>::quiet_NaN();
  const double place = q * static_cast<double>(group.size() - 1);
  const auto below = std::min(static_cast<size_t>(place), group.size() - 1);
  const auto nth = group.begin() + static_cast<ptrdiff_t>(below);
  std::nth_element(group.begin(), nth, group.end());
  const auto low = static_cast<double>(*nth);
  const double share = place - static_cast<double>(below);
  if (share == 0) return static_cast<Result>(low);
  const auto high =
      static_cast<double>(*std::min_element(nth + 1, group.end()));
  // Equal infinities have no difference.
  if (low == high) return static_cast<Result>(low);
  return static_cast<Result>(std::lerp(low, high, share));
}

template <typename T>
absl::StatusOr<Tensor> Run(const ReduceStep& step, const Tensor& input,
                           double q, const QuantileOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            internal::NumItems(step.result));
  Grouped<T> grouped =
      GroupItems<T>(step, input.items<T>(), static_cast<size_t>(size));
  BufferBuilder<ResultOf<T>> output(static_cast<size_t>(size));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, size, kRowsGrain, [&](int64_t begin, int64_t end) {
        for (int64_t group = begin; group < end; ++group) {
          const Offset first = grouped.splits[group];
          output[group] = QuantileOf<T>(
              {grouped.items.data() + first,
               static_cast<size_t>(grouped.splits[group + 1] - first)},
              q, options.empty);
        }
        return absl::OkStatus();
      }));
  const auto built = std::move(output).Build();
  return internal::WithItems(
      step.result, kDTypeOf<ResultOf<T>>,
      Buffer<std::byte>(std::as_bytes(built.span()), built.owner()));
}

}  // namespace

absl::StatusOr<Tensor> Quantile(const Tensor& input, double q, int axis,
                                const QuantileOptions& options) {
  if (!internal::IsNumber(input.dtype())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "quantile is not defined for %s", DTypeName(input.dtype())));
  }
  if (!(q >= 0 && q <= 1)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("quantile: q must be in [0, 1], got %g", q));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int from_front,
      internal::CheckAxis("quantile", axis, input.rank()));
  ROWSPLIT_ASSIGN_OR_RETURN(const ReduceStep step,
                            internal::PlanAxis(internal::LayoutOf(input),
                                               from_front, options.keepdims));
  return internal::VisitNumber(input.dtype(), [&]<typename T>(TypeTag<T>) {
    return Run<T>(step, input, q, options);
  });
}

absl::StatusOr<Tensor> Median(const Tensor& input, int axis,
                              const QuantileOptions& options) {
  return Quantile(input, 0.5, axis, options);
}

}  // namespace rowsplit
