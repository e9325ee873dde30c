#include "rowsplit/ops/cumulative.h"

#include <algorithm>
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
#include "kernels/reduce_rows.h"
#include "ops/reduce_steps.h"
#include "ops/reduce_value.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"

namespace rowsplit {

namespace {

using internal::ReduceStep;
using internal::TypeTag;
using kernels::ReduceKind;

constexpr int64_t kRowsGrain = 1024;

ReduceKind KindOf(CumulativeOp op) {
  switch (op) {
    case CumulativeOp::kSum:
      return ReduceKind::kSum;
    case CumulativeOp::kProd:
      return ReduceKind::kProd;
    case CumulativeOp::kMax:
      return ReduceKind::kMax;
    case CumulativeOp::kMin:
      return ReduceKind::kMin;
  }
  return ReduceKind::kSum;
}

// Takes one item: the result goes out, the running value on.
template <ReduceKind kKind, typename T>
T Advance(bool exclusive, T value, T& running) {
  const T before = running;
  running = internal::FoldPair(kKind, running, value);
  return exclusive ? before : running;
}

// Rows [begin, end), each with `width` running values.
template <ReduceKind kKind, typename T>
void RunRows(const ReduceStep& step, const CumulativeOptions& options, T start,
             const T* items, int64_t begin, int64_t end, T* output) {
  const int64_t width = step.width;
  std::vector<T> running(static_cast<size_t>(width));
  for (int64_t row = begin; row < end; ++row) {
    std::fill(running.begin(), running.end(), start);
    const Offset first = step.splits[row];
    const int64_t size = step.splits[row + 1] - first;
    for (int64_t i = 0; i < size; ++i) {
      const int64_t value =
          (first + (options.reverse ? size - 1 - i : i)) * width;
      for (int64_t item = 0; item < width; ++item) {
        output[value + item] = Advance<kKind>(
            options.exclusive, items[value + item], running[item]);
      }
    }
  }
}

// Any items, each to the running value of its group.
template <ReduceKind kKind, typename T>
void RunGroups(std::span<const int64_t> groups,
               const CumulativeOptions& options, std::vector<T> running,
               const T* items, T* output) {
  const size_t size = groups.size();
  for (size_t i = 0; i < size; ++i) {
    const size_t item = options.reverse ? size - 1 - i : i;
    output[item] =
        Advance<kKind>(options.exclusive, items[item], running[groups[item]]);
  }
}

template <ReduceKind kKind, typename T>
absl::StatusOr<Tensor> Run(const ReduceStep& step, const Tensor& input,
                           const CumulativeOptions& options, T start) {
  BufferBuilder<T> output(static_cast<size_t>(input.num_items()));
  const T* items = input.items<T>().data();
  if (output.empty()) {
    // Rows may have any number of values without items.
  } else if (step.scatter) {
    const std::vector<int64_t> groups = internal::ItemGroups(
        std::span<const ReduceStep>(&step, 1), input.num_items());
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                              internal::NumItems(step.result));
    ROWSPLIT_RETURN_IF_ERROR(
        internal::ParallelFor(options.exec, 1, 1, [&](int64_t, int64_t) {
          RunGroups<kKind>(groups, options,
                           std::vector<T>(static_cast<size_t>(size), start),
                           items, output.data());
          return absl::OkStatus();
        }));
  } else {
    ROWSPLIT_RETURN_IF_ERROR(
        internal::ParallelFor(options.exec, step.num_groups, kRowsGrain,
                              [&](int64_t begin, int64_t end) {
                                RunRows<kKind>(step, options, start, items,
                                               begin, end, output.data());
                                return absl::OkStatus();
                              }));
  }
  const Buffer<T> built = std::move(output).Build();
  return internal::WithItems(
      internal::LayoutOf(input), kDTypeOf<T>,
      Buffer<std::byte>(std::as_bytes(built.span()), built.owner()));
}

}  // namespace

std::string_view CumulativeOpName(CumulativeOp op) {
  switch (op) {
    case CumulativeOp::kSum:
      return "cumsum";
    case CumulativeOp::kProd:
      return "cumprod";
    case CumulativeOp::kMax:
      return "cummax";
    case CumulativeOp::kMin:
      return "cummin";
  }
  return "cumulative";
}

absl::StatusOr<Tensor> Cumulative(const Tensor& input, CumulativeOp op,
                                  int axis, const CumulativeOptions& options) {
  const std::string_view name = CumulativeOpName(op);
  if (!internal::IsNumber(input.dtype())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s is not defined for %s", name, DTypeName(input.dtype())));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const int from_front,
                            internal::CheckAxis(name, axis, input.rank()));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const ReduceStep step,
      internal::PlanAxis(internal::LayoutOf(input), from_front, false));
  return internal::VisitNumber(
      input.dtype(), [&]<typename T>(TypeTag<T>) -> absl::StatusOr<Tensor> {
        const ReduceKind kind = KindOf(op);
        T start = internal::StartOf<T>(kind);
        if (options.initial.has_value()) {
          ROWSPLIT_ASSIGN_OR_RETURN(
              start, internal::ValueOf<T>(name, "initial", *options.initial));
        }
        switch (kind) {
          case ReduceKind::kSum:
            return Run<ReduceKind::kSum, T>(step, input, options, start);
          case ReduceKind::kProd:
            return Run<ReduceKind::kProd, T>(step, input, options, start);
          case ReduceKind::kMax:
            return Run<ReduceKind::kMax, T>(step, input, options, start);
          case ReduceKind::kMin:
            return Run<ReduceKind::kMin, T>(step, input, options, start);
        }
        return input;
      });
}

}  // namespace rowsplit
