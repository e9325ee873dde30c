#include "ops/dense_slice.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/gather_rows.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit::internal {

namespace {

// What a key takes of each input axis, and the result's shape.
struct DensePlan {
  std::vector<AxisRange> axes;
  std::vector<int64_t> shape;

  bool is_empty() const {
    return std::find(shape.begin(), shape.end(), 0) != shape.end();
  }
};

absl::StatusOr<AxisRange> OnePlace(int64_t place, int64_t size, size_t axis) {
  const int64_t found = place < 0 ? place + size : place;
  if (found < 0 || found >= size) {
    return absl::InvalidArgumentError(
        absl::StrFormat("slice: index must be in [%d, %d) on axis %d: %d",
                        -size, size, axis, place));
  }
  return AxisRange{found, 1, 1};
}

absl::Status CheckKey(std::span<const SliceItem> key, size_t rank) {
  size_t num_axes = 0;
  size_t num_ellipses = 0;
  for (const SliceItem& item : key) {
    num_axes += std::holds_alternative<int64_t>(item) ||
                std::holds_alternative<SliceRange>(item);
    num_ellipses += std::holds_alternative<SliceEllipsis>(item);
  }
  if (num_ellipses > 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "slice: a key must have one ellipsis at most, got %d", num_ellipses));
  }
  if (num_axes > rank) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "slice: too many indices: the key takes %d axes, the input has %d",
        num_axes, rank));
  }
  return absl::OkStatus();
}

absl::StatusOr<DensePlan> MakePlan(const std::vector<int64_t>& shape,
                                   std::span<const SliceItem> key) {
  ROWSPLIT_RETURN_IF_ERROR(CheckKey(key, shape.size()));
  DensePlan plan;
  const auto add_whole = [&] {
    const int64_t size = shape[plan.axes.size()];
    plan.axes.push_back({0, size, 1});
    plan.shape.push_back(size);
  };
  size_t axes_left = 0;  // that the items after this one take
  for (const SliceItem& item : key) {
    axes_left += std::holds_alternative<int64_t>(item) ||
                 std::holds_alternative<SliceRange>(item);
  }
  for (const SliceItem& item : key) {
    if (const auto* place = std::get_if<int64_t>(&item)) {
      const size_t axis = plan.axes.size();
      ROWSPLIT_ASSIGN_OR_RETURN(plan.axes.emplace_back(),
                                OnePlace(*place, shape[axis], axis));
      --axes_left;
    } else if (const auto* range = std::get_if<SliceRange>(&item)) {
      ROWSPLIT_RETURN_IF_ERROR(CheckStep(*range));
      plan.axes.push_back(ClampRange(*range, shape[plan.axes.size()]));
      plan.shape.push_back(plan.axes.back().count);
      --axes_left;
    } else if (std::holds_alternative<SliceEllipsis>(item)) {
      while (plan.axes.size() + axes_left < shape.size()) add_whole();
    } else {
      plan.shape.push_back(1);
    }
  }
  while (plan.axes.size() < shape.size()) add_whole();
  return plan;
}

// Runs of items that lie next to each other: the places of `outer` axes, each
// with its stride in items, and `size` items from there on.
struct RunPlan {
  struct Outer {
    int64_t count;
    int64_t stride;
  };
  std::vector<Outer> outer;
  int64_t first = 0;
  int64_t size = 1;
  int64_t count = 1;  // of runs
};

// Requires that no axis is empty.
RunPlan MakeRuns(const std::vector<int64_t>& shape,
                 std::span<const AxisRange> axes) {
  RunPlan runs;
  int64_t items = 1;       // of one place of the axis
  bool contiguous = true;  // all axes after this one are whole
  for (size_t axis = shape.size(); axis-- > 0;) {
    const AxisRange& range = axes[axis];
    runs.first += range.begin * items;
    if (contiguous && (range.step == 1 || range.count == 1)) {
      runs.size *= range.count;
    } else if (range.count > 1) {
      runs.outer.insert(runs.outer.begin(), {range.count, range.step * items});
      runs.count *= range.count;
    }
    contiguous &= range.count == shape[axis] && range.step == 1;
    items *= shape[axis];
  }
  return runs;
}

// Calls `visit` with the first item of each run, in order.
template <typename Visit>
void ForEachRun(const RunPlan& runs, const Visit& visit) {
  std::vector<int64_t> place(runs.outer.size(), 0);
  int64_t item = runs.first;
  for (int64_t run = 0; run < runs.count; ++run) {
    visit(item);
    for (size_t axis = place.size(); axis-- > 0;) {
      item += runs.outer[axis].stride;
      if (++place[axis] < runs.outer[axis].count) break;
      item -= runs.outer[axis].stride * runs.outer[axis].count;
      place[axis] = 0;
    }
  }
}

template <int64_t kBytes>
void CopyRuns(const RunPlan& runs, const std::byte* from, std::byte* to) {
  ForEachRun(runs, [&](int64_t item) {
    std::memcpy(to, from + item * kBytes, kBytes);
    to += kBytes;
  });
}

Buffer<std::byte> CopyBytes(const RunPlan& runs, const std::byte* from,
                            int64_t item_bytes) {
  const int64_t run_bytes = runs.size * item_bytes;
  BufferBuilder<std::byte> builder(static_cast<size_t>(runs.count * run_bytes));
  std::byte* to = builder.data();
  if (runs.size == 1 && item_bytes == 4) {
    CopyRuns<4>(runs, from, to);
  } else if (runs.size == 1 && item_bytes == 8) {
    CopyRuns<8>(runs, from, to);
  } else {
    ForEachRun(runs, [&](int64_t item) {
      std::memcpy(to, from + item * item_bytes, static_cast<size_t>(run_bytes));
      to += run_bytes;
    });
  }
  return std::move(builder).Build();
}

// All axes but the first are whole, and that has a step of 1.
bool IsRowRange(const Tensor& input, std::span<const AxisRange> axes) {
  if (axes.empty()) return false;
  for (size_t axis = 1; axis < axes.size(); ++axis) {
    if (axes[axis].count != input.flat_shape()[axis] || axes[axis].step != 1)
      return false;
  }
  return axes[0].step == 1 || axes[0].count == 1;
}

}  // namespace

absl::Status CheckStep(const SliceRange& range) {
  if (range.step != 0) return absl::OkStatus();
  return absl::InvalidArgumentError("slice: step must not be 0");
}

AxisRange ClampRange(const SliceRange& range, int64_t size) {
  const int64_t step = range.step.value_or(1);
  // Places before the first and after the last that a bound may have.
  const int64_t low = step > 0 ? 0 : -1;
  const int64_t high = step > 0 ? size : size - 1;
  const auto clamp = [&](std::optional<int64_t> bound, int64_t otherwise) {
    if (!bound.has_value()) return otherwise;
    if (*bound >= 0) return std::min(*bound, high);
    return std::max(*bound + size, low);
  };
  const int64_t begin = clamp(range.begin, step > 0 ? low : high);
  const int64_t end = clamp(range.end, step > 0 ? high : low);
  const int64_t reach = step > 0 ? end - begin : begin - end;
  if (reach <= 0) return {0, 0, 1};
  // The magnitude of the least step does not fit 64 bits, but it passes any
  // axis just as the next one does.
  const int64_t stride = std::max<int64_t>(
      1,
      step > 0 ? step : -std::max(step, -std::numeric_limits<int64_t>::max()));
  const int64_t count = (reach - 1) / stride + 1;
  return {begin, count, count == 1 ? 1 : step};
}

absl::StatusOr<Tensor> SliceDense(const Tensor& input,
                                  std::span<const SliceItem> key,
                                  const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(DensePlan plan, MakePlan(input.flat_shape(), key));
  if (plan.is_empty()) return EmptyDense(input.dtype(), std::move(plan.shape));
  if (plan.axes.empty()) return Reshaped(input, std::move(plan.shape));
  if (IsRowRange(input, plan.axes)) {
    const AxisRange& rows = plan.axes[0];
    return Reshaped(SliceRows(input, rows.begin, rows.begin + rows.count),
                    std::move(plan.shape));
  }
  const RunPlan runs = MakeRuns(input.flat_shape(), plan.axes);
  if (!input.is_string()) {
    Buffer<std::byte> bytes;
    // One piece, which is not begun if the call is cancelled.
    ROWSPLIT_RETURN_IF_ERROR(ParallelFor(exec, 1, 1, [&](int64_t, int64_t) {
      bytes = CopyBytes(runs, input.bytes().data(), DTypeSize(input.dtype()));
      return absl::OkStatus();
    }));
    return Tensor::DenseBytesUnchecked(input.dtype(), std::move(bytes),
                                       std::move(plan.shape));
  }
  std::vector<RowRange> ranges;
  ranges.reserve(static_cast<size_t>(runs.count));
  ForEachRun(runs, [&](int64_t item) { ranges.push_back({item, runs.size}); });
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor items,
                            SelectRows(Reshaped(input, {input.num_items()}),
                                       std::move(ranges), exec));
  return Reshaped(items, std::move(plan.shape));
}

}  // namespace rowsplit::internal
