#include "ops/reduce_steps.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/reduce_value.h"

namespace rowsplit::internal {

namespace {

// Items of the result that a thread makes at a time.
constexpr int64_t kItemsGrain = int64_t{16} * 1024;

absl::StatusOr<int64_t> Product(std::span<const int64_t> sizes) {
  for (const int64_t size : sizes)
    if (size == 0) return 0;
  int64_t product = 1;
  for (const int64_t size : sizes) {
    ROWSPLIT_ASSIGN_OR_RETURN(product, CheckedMul(product, size));
  }
  return product;
}

// {0, length, 2 * length, …}
Buffer<Offset> UniformSplits(int64_t length, int64_t num_rows) {
  BufferBuilder<Offset> splits(static_cast<size_t>(num_rows) + 1);
  for (int64_t row = 0; row <= num_rows; ++row) splits[row] = row * length;
  return std::move(splits).Build();
}

// The position of each value in its row.
Buffer<int64_t> PositionsInRows(const RowPartition& partition) {
  BufferBuilder<int64_t> positions(partition.num_values());
  for (int64_t row = 0; row < partition.num_rows(); ++row) {
    const Offset begin = partition.row_splits()[row];
    for (int64_t i = 0; i < partition.row_length(row); ++i)
      positions[begin + i] = i;
  }
  return std::move(positions).Build();
}

int64_t LongestRow(const RowPartition& partition) {
  int64_t longest = 0;
  for (int64_t row = 0; row < partition.num_rows(); ++row)
    longest = std::max(longest, partition.row_length(row));
  return longest;
}

// One axis of dense values.
absl::StatusOr<ReduceStep> PlanDenseAxis(const Layout& layout, size_t dim,
                                         bool keepdims) {
  const std::span<const int64_t> shape = layout.flat_shape;
  ReduceStep step;
  step.extremes = Extremes::kNaNStays;
  ROWSPLIT_ASSIGN_OR_RETURN(step.num_groups, Product(shape.first(dim)));
  ROWSPLIT_ASSIGN_OR_RETURN(step.width, Product(shape.subspan(dim + 1)));
  ROWSPLIT_RETURN_IF_ERROR(CheckedMul(step.num_groups, shape[dim]).status());
  // Groups without items may be any number.
  if (step.width == 0) step.num_groups = 0;
  step.splits = UniformSplits(shape[dim], step.num_groups);
  step.result = layout;
  if (keepdims) {
    step.result.flat_shape[dim] = 1;
  } else {
    step.result.flat_shape.erase(step.result.flat_shape.begin() +
                                 static_cast<ptrdiff_t>(dim));
  }
  return step;
}

// The innermost ragged axis: a row is a group.
absl::StatusOr<ReduceStep> PlanInnermostAxis(const Layout& layout,
                                             bool keepdims) {
  const RowPartition& rows = layout.partitions.back();
  ReduceStep step;
  step.num_groups = rows.num_rows();
  step.splits = rows.row_splits_buffer();
  ROWSPLIT_ASSIGN_OR_RETURN(
      step.width,
      Product(std::span<const int64_t>(layout.flat_shape).subspan(1)));
  step.result = layout;
  step.result.partitions.pop_back();
  step.result.flat_shape[0] = step.num_groups;
  if (keepdims) {
    step.result.flat_shape.insert(step.result.flat_shape.begin() + 1, 1);
  }
  return step;
}

// Max and min of the rows [begin, end), starting at the infinity.
template <typename T>
void FoldExtremes(kernels::ReduceKind kind, const ReduceStep& step,
                  const T* items, int64_t begin, int64_t end, T* output) {
  const int64_t width = step.width;
  const bool nan_stays = step.extremes == Extremes::kNaNStays;
  const bool max = kind == kernels::ReduceKind::kMax;
  std::fill(output + begin * width, output + end * width, StartOf<T>(kind));
  for (int64_t row = begin; row < end; ++row) {
    T* result = output + row * width;
    for (Offset i = step.splits[row]; i < step.splits[row + 1]; ++i) {
      const T* value = items + i * width;
      for (int64_t item = 0; item < width; ++item) {
        const T old = result[item];
        const bool keep = (max ? old > value[item] : old < value[item]) ||
                          (nan_stays && old != old);
        result[item] = keep ? old : value[item];
      }
    }
  }
}

// The same by the row kernel. Where that differs (a NaN came, or it stopped at
// the finite end) the row is done again.
template <typename T>
void FoldFloatExtremes(kernels::ReduceKind kind, const ReduceStep& step,
                       const T* items, int64_t begin, int64_t end, T* output) {
  kernels::ReduceRows<T>(kind, step.splits.data() + begin,
                         static_cast<size_t>(end - begin), items, 1,
                         output + begin);
  for (int64_t row = begin; row < end; ++row) {
    bool again = std::abs(output[row]) == std::numeric_limits<T>::max();
    if (step.extremes == Extremes::kNaNStays) {
      for (Offset i = step.splits[row]; i < step.splits[row + 1]; ++i)
        again |= items[i] != items[i];
    }
    if (again) FoldExtremes(kind, step, items, row, row + 1, output);
  }
}

template <typename T>
void ScatterItems(kernels::ReduceKind kind, const ReduceStep& step,
                  const T* items, T* output) {
  const int64_t width = step.width;
  T start = StartOf<T>(kind);
  if (step.extremes == Extremes::kFinite) {
    // The infinities are no finite values.
    start = std::clamp(start, std::numeric_limits<T>::lowest(),
                       std::numeric_limits<T>::max());
  }
  std::fill(output, output + step.num_groups * width, start);
  const auto run = [&]<kernels::ReduceKind kKind>() {
    for (size_t value = 0; value < step.ids.size(); ++value) {
      if (step.ids[value] < 0) continue;
      T* group = output + step.ids[value] * width;
      const T* from = items + static_cast<int64_t>(value) * width;
      for (int64_t item = 0; item < width; ++item)
        group[item] = FoldPair(kKind, group[item], from[item]);
    }
  };
  using Kind = kernels::ReduceKind;
  switch (kind) {
    case Kind::kSum:
      return run.template operator()<Kind::kSum>();
    case Kind::kProd:
      return run.template operator()<Kind::kProd>();
    case Kind::kMax:
      return run.template operator()<Kind::kMax>();
    case Kind::kMin:
      return run.template operator()<Kind::kMin>();
  }
}

// Where each item of a step's input goes.
template <typename Visit>
void VisitItems(const ReduceStep& step, Visit visit) {
  if (step.width == 0) return;  // rows may have any number of values
  int64_t index = 0;
  const auto visit_value = [&](int64_t group) {
    for (int64_t item = 0; item < step.width; ++item)
      visit(index++, group < 0 ? -1 : group * step.width + item);
  };
  if (step.scatter) {
    for (const int64_t group : step.ids) visit_value(group);
    return;
  }
  for (int64_t group = 0; group < step.num_groups; ++group) {
    for (Offset i = step.splits[group]; i < step.splits[group + 1]; ++i)
      visit_value(group);
  }
}

}  // namespace

Layout LayoutOf(const Tensor& tensor) {
  return {{tensor.partitions().begin(), tensor.partitions().end()},
          tensor.flat_shape()};
}

absl::StatusOr<int64_t> NumItems(const Layout& layout) {
  return Product(layout.flat_shape);
}

Tensor WithItems(const Layout& layout, DType dtype, Buffer<std::byte> items) {
  return Tensor::FromPartitionsUnchecked(
      layout.partitions,
      Tensor::DenseBytesUnchecked(dtype, std::move(items), layout.flat_shape));
}

absl::StatusOr<ReduceStep> PlanAxis(const Layout& layout, int axis,
                                    bool keepdims) {
  const auto& partitions = layout.partitions;
  const int ragged_rank = static_cast<int>(partitions.size());
  if (axis > ragged_rank || ragged_rank == 0) {
    return PlanDenseAxis(layout, static_cast<size_t>(axis - ragged_rank),
                         keepdims);
  }
  if (axis == ragged_rank) return PlanInnermostAxis(layout, keepdims);
  // The values of the partition `axis` (of axis 0), or the rows below it, are
  // aligned by position.
  const int outer = std::max(axis, 1);
  Layout rows{{partitions.begin() + outer, partitions.end()},
              layout.flat_shape};
  const RowPartition& groups = partitions[outer - 1];
  const int64_t num_groups = axis == 0 ? LongestRow(groups) : groups.num_rows();
  ROWSPLIT_ASSIGN_OR_RETURN(
      ReduceStep step,
      PlanSegments(rows,
                   axis == 0 ? PositionsInRows(groups) : groups.MakeRowIds(),
                   num_groups));
  std::vector<RowPartition> kept(partitions.begin(),
                                 partitions.begin() + outer - 1);
  if (axis == 0 && keepdims && step.result.partitions.empty()) {
    step.result.flat_shape.insert(step.result.flat_shape.begin(), 1);
  } else if (keepdims) {
    kept.push_back(RowPartition::FromRowSplitsUnchecked(
        axis == 0 ? UniformSplits(num_groups, 1)
                  : UniformSplits(1, num_groups)));
  }
  step.result.partitions.insert(step.result.partitions.begin(), kept.begin(),
                                kept.end());
  return step;
}

absl::StatusOr<ReduceStep> PlanAll(const Layout& layout, int kept_rank) {
  ReduceStep step;
  step.num_groups = 1;
  step.extremes = Extremes::kNaNStays;
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t items, NumItems(layout));
  step.splits = UniformSplits(items, 1);
  step.result.flat_shape.assign(static_cast<size_t>(kept_rank), 1);
  return step;
}

absl::StatusOr<ReduceStep> PlanSegments(const Layout& layout,
                                        Buffer<int64_t> ids,
                                        int64_t num_segments) {
  ReduceStep step;
  step.scatter = true;
  step.num_groups = num_segments;
  ROWSPLIT_ASSIGN_OR_RETURN(
      step.width,
      Product(std::span<const int64_t>(layout.flat_shape).subspan(1)));
  ROWSPLIT_RETURN_IF_ERROR(CheckShapeFits(std::span(&num_segments, 1)));
  for (const RowPartition& rows : layout.partitions) {
    std::vector<int64_t> lengths(static_cast<size_t>(step.num_groups));
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      ROWSPLIT_DCHECK(ids[row] >= 0);
      int64_t& length = lengths[static_cast<size_t>(ids[row])];
      length = std::max(length, rows.row_length(row));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(RowPartition grouped,
                              RowPartition::FromRowLengths(lengths));
    BufferBuilder<int64_t> value_ids(static_cast<size_t>(rows.num_values()));
    for (int64_t row = 0; row < rows.num_rows(); ++row) {
      const Offset to = grouped.row_splits()[ids[row]];
      for (int64_t i = 0; i < rows.row_length(row); ++i)
        value_ids[rows.row_splits()[row] + i] = to + i;
    }
    ids = std::move(value_ids).Build();
    step.num_groups = grouped.num_values();
    step.result.partitions.push_back(std::move(grouped));
  }
  step.ids = std::move(ids);
  step.result.flat_shape = layout.flat_shape;
  step.result.flat_shape[0] = step.num_groups;
  ROWSPLIT_RETURN_IF_ERROR(CheckShapeFits(step.result.flat_shape));
  return step;
}

std::vector<int64_t> ItemGroups(std::span<const ReduceStep> steps,
                                int64_t num_items) {
  std::vector<int64_t> groups;
  groups.reserve(static_cast<size_t>(num_items));
  if (steps.empty()) {
    for (int64_t item = 0; item < num_items; ++item) groups.push_back(item);
    return groups;
  }
  VisitItems(steps[0],
             [&](int64_t, int64_t group) { groups.push_back(group); });
  std::vector<int64_t> next;
  for (const ReduceStep& step : steps.subspan(1)) {
    next.clear();
    VisitItems(step, [&](int64_t, int64_t group) { next.push_back(group); });
    for (int64_t& group : groups) group = group < 0 ? -1 : next[group];
  }
  return groups;
}

template <typename T>
absl::Status FoldItems(kernels::ReduceKind kind, const ReduceStep& step,
                       const T* items, const ExecOptions& exec, T* output) {
  if (step.scatter) {
    // One piece: rows anywhere may go to the same group.
    return ParallelFor(exec, 1, 1, [&](int64_t, int64_t) {
      ScatterItems(kind, step, items, output);
      return absl::OkStatus();
    });
  }
  const bool extreme =
      kind == kernels::ReduceKind::kMax || kind == kernels::ReduceKind::kMin;
  const int64_t width = step.width;
  if (width == 0) return absl::OkStatus();  // and any number of values
  const int64_t grain =
      std::max<int64_t>(1, kItemsGrain / std::max<int64_t>(1, width));
  return ParallelFor(
      exec, step.num_groups, grain, [&](int64_t begin, int64_t end) {
        if (std::is_floating_point_v<T> && extreme &&
            step.extremes != Extremes::kFinite) {
          if constexpr (std::is_floating_point_v<T>) {
            if (width == 1) {
              FoldFloatExtremes(kind, step, items, begin, end, output);
            } else {
              FoldExtremes(kind, step, items, begin, end, output);
            }
          }
        } else {
          kernels::ReduceRows<T>(kind, step.splits.data() + begin,
                                 static_cast<size_t>(end - begin), items,
                                 static_cast<size_t>(width),
                                 output + begin * width);
        }
        return absl::OkStatus();
      });
}

absl::StatusOr<int> CheckAxis(std::string_view op, int axis, int rank) {
  if (axis < -rank || axis >= rank) {
    return absl::InvalidArgumentError(
        rank == 0 ? absl::StrFormat("%s: axis=%d out of bounds: a scalar has "
                                    "no axis",
                                    op, axis)
                  : absl::StrFormat("%s: axis=%d out of bounds: expected "
                                    "%d<=axis<%d for rank %d",
                                    op, axis, -rank, rank, rank));
  }
  return axis < 0 ? axis + rank : axis;
}

#define ROWSPLIT_FOLD_FOR(T)                                                 \
  template absl::Status FoldItems<T>(kernels::ReduceKind, const ReduceStep&, \
                                     const T*, const ExecOptions&, T*);
ROWSPLIT_FOLD_FOR(int8_t)
ROWSPLIT_FOLD_FOR(int16_t)
ROWSPLIT_FOLD_FOR(int32_t)
ROWSPLIT_FOLD_FOR(int64_t)
ROWSPLIT_FOLD_FOR(uint8_t)
ROWSPLIT_FOLD_FOR(uint16_t)
ROWSPLIT_FOLD_FOR(uint32_t)
ROWSPLIT_FOLD_FOR(uint64_t)
ROWSPLIT_FOLD_FOR(float)
ROWSPLIT_FOLD_FOR(double)
#undef ROWSPLIT_FOLD_FOR

}  // namespace rowsplit::internal
