#include "ops/broadcast_plan.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"

namespace rowsplit::internal {

namespace {

using Kind = ValueMap::Kind;

// One axis after the outermost: a partition, or a size that all rows have.
struct Axis {
  const RowPartition* partition;  // null: uniform
  int64_t size;
};

// A tensor's shape, all axes spelled out, with axes of size 1 in front.
struct Axes {
  int64_t num_rows;
  std::vector<Axis> axes;
};

Axes MakeAxes(const Tensor& tensor, int rank) {
  std::vector<Axis> axes;
  for (int i = tensor.rank(); i < rank; ++i) axes.push_back({nullptr, 1});
  if (tensor.rank() > 0) {
    axes.push_back({nullptr, tensor.num_rows()});
    for (const RowPartition& partition : tensor.partitions())
      axes.push_back({&partition, 0});
    for (const int64_t size : std::span(tensor.flat_shape()).subspan(1))
      axes.push_back({nullptr, size});
  }
  const int64_t num_rows = axes.front().size;
  axes.erase(axes.begin());
  return {num_rows, std::move(axes)};
}

// The number of axes of the result that are partitions.
int NumPartitions(const Tensor& x, const Tensor& y) {
  const int rank = std::max(x.rank(), y.rank());
  const auto count = [&](const Tensor& tensor) {
    return tensor.is_ragged() ? tensor.ragged_rank() + rank - tensor.rank() : 0;
  };
  return std::max(count(x), count(y));
}

// The rows of the result where they are those of an operand's partition.
absl::StatusOr<RowPartition> Expand(const ValueMap& map,
                                    const RowPartition& rows,
                                    int64_t num_rows) {
  if (map.kind == Kind::kSame) return rows;
  if (map.kind == Kind::kFirst) {
    const int64_t length = num_rows == 0 ? 0 : rows.row_length(0);
    ROWSPLIT_RETURN_IF_ERROR(CheckedMul(length, num_rows).status());
    return RowPartition::FromUniformRowLength(length, num_rows);
  }
  BufferBuilder<Offset> splits(num_rows + 1);
  ValueMap::Cursor cursor(map, 0);
  splits[0] = 0;
  for (int64_t row = 0; row < num_rows; ++row, cursor.Advance(1)) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        splits[row + 1],
        CheckedAdd(splits[row], rows.row_length(cursor.source())));
  }
  return RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
}

// The map of the next axis where the operand has the result's row lengths.
ValueMap Follow(const ValueMap& map, const Axis& axis,
                const RowPartition& result) {
  const bool single = axis.partition == nullptr && axis.size == 1;
  if (map.kind == Kind::kSame || single) return map;
  BufferBuilder<int64_t> table(result.num_values());
  ValueMap::Cursor cursor(map, 0);
  int64_t* out = table.data();
  for (int64_t row = 0; row < result.num_rows(); ++row, cursor.Advance(1)) {
    const int64_t source = cursor.source();
    const int64_t first = axis.partition == nullptr
                              ? source * axis.size
                              : axis.partition->row_splits()[source];
    const int64_t length = result.row_length(row);
    std::iota(out, out + length, first);
    out += length;
  }
  return {Kind::kTable, {}, std::move(table).Build()};
}

// The map of the next axis where the operand's size of 1 takes the result's.
ValueMap Stretch(const ValueMap& map, const RowPartition& result) {
  switch (map.kind) {
    case Kind::kSame:
      return {Kind::kRows, result.row_splits_buffer(), {}};
    case Kind::kFirst:
      return map;
    case Kind::kRows: {
      BufferBuilder<Offset> splits(map.splits.size());
      for (size_t i = 0; i < map.splits.size(); ++i)
        splits[i] = result.row_splits()[map.splits[i]];
      return {Kind::kRows, std::move(splits).Build(), {}};
    }
    default: {
      BufferBuilder<int64_t> table(result.num_values());
      for (int64_t row = 0; row < result.num_rows(); ++row) {
        std::fill(table.data() + result.row_splits()[row],
                  table.data() + result.row_splits()[row + 1], map.table[row]);
      }
      return {Kind::kTable, {}, std::move(table).Build()};
    }
  }
}

bool AllRowsHave(const RowPartition& partition, int64_t size) {
  for (int64_t row = 0; row < partition.num_rows(); ++row)
    if (partition.row_length(row) != size) return false;
  return true;
}

absl::Status SizeError(std::string_view op, size_t axis, int64_t x, int64_t y) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: the shapes do not broadcast: axis %d has size %d in one and %d in "
      "the other",
      op, axis, x, y));
}

// The first row of another length, for the message.
absl::Status RowError(std::string_view op, size_t axis, const RowPartition& x,
                      const RowPartition& y) {
  int64_t row = 0;
  while (x.row_length(row) == y.row_length(row)) ++row;
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: ragged rows do not broadcast to other lengths: row %d of axis %d "
      "has %d values in one and %d in the other",
      op, row, axis, x.row_length(row), y.row_length(row)));
}

// Walks down the axes of two shapes.
class Walk {
 public:
  Walk(std::string_view op, Axes x, Axes y, bool to_y)
      : op_(op), x_axes_(std::move(x)), y_axes_(std::move(y)), to_y_(to_y) {}

  absl::Status First() {
    const int64_t x = x_axes_.num_rows;
    const int64_t y = y_axes_.num_rows;
    num_rows_ = x == 1 ? y : x;
    if (x != num_rows_) x_map_.kind = Kind::kFirst;
    if (y != num_rows_) y_map_.kind = Kind::kFirst;
    if ((x != num_rows_ && x != 1) || (y != num_rows_ && y != 1) ||
        (to_y_ && y != num_rows_)) {
      return SizeError(op_, 0, x, y);
    }
    return absl::OkStatus();
  }

  // Takes the axes `index + 1` of both to a partition of the result.
  absl::StatusOr<RowPartition> Next(size_t index) {
    const Axis& x = x_axes_.axes[index];
    const Axis& y = y_axes_.axes[index];
    const size_t axis = index + 1;
    RowPartition result;
    if (x.partition != nullptr && y.partition != nullptr) {
      ROWSPLIT_ASSIGN_OR_RETURN(result,
                                Expand(x_map_, *x.partition, num_rows_));
      ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition other,
                                Expand(y_map_, *y.partition, num_rows_));
      if (!(result == other)) return RowError(op_, axis, result, other);
    } else if (x.partition == nullptr && y.partition == nullptr) {
      const int64_t size = x.size == 1 ? y.size : x.size;
      if ((y.size != size && y.size != 1) || (to_y_ && y.size != size))
        return SizeError(op_, axis, x.size, y.size);
      ROWSPLIT_RETURN_IF_ERROR(CheckedMul(size, num_rows_).status());
      ROWSPLIT_ASSIGN_OR_RETURN(
          result, RowPartition::FromUniformRowLength(size, num_rows_));
    } else {
      ROWSPLIT_ASSIGN_OR_RETURN(result, HalfRagged(x, y, axis));
    }
    Step(x_map_, x, result);
    Step(y_map_, y, result);
    num_rows_ = result.num_values();
    return result;
  }

  int64_t num_rows() const { return num_rows_; }
  const Axes& x_axes() const { return x_axes_; }
  const Axes& y_axes() const { return y_axes_; }
  ValueMap TakeX() { return std::move(x_map_); }
  ValueMap TakeY() { return std::move(y_map_); }

 private:
  absl::StatusOr<RowPartition> HalfRagged(const Axis& x, const Axis& y,
                                          size_t axis) {
    const bool x_ragged = x.partition != nullptr;
    const ValueMap& ragged = x_ragged ? x_map_ : y_map_;
    const ValueMap& uniform = x_ragged ? y_map_ : x_map_;
    const int64_t size = x_ragged ? y.size : x.size;
    ROWSPLIT_ASSIGN_OR_RETURN(
        RowPartition result,
        Expand(ragged, x_ragged ? *x.partition : *y.partition, num_rows_));
    const bool stretched = uniform.kind != Kind::kSame;
    const bool fits = AllRowsHave(result, size);
    if (to_y_ ? (fits || (size == 1 && !x_ragged))
              : (size == 1 || (fits && !stretched))) {
      return result;
    }
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: the shapes do not broadcast: axis %d has the uniform size %d in "
        "one and is ragged in the other",
        op_, axis, size));
  }

  static void Step(ValueMap& map, const Axis& axis,
                   const RowPartition& result) {
    const bool stretch =
        axis.partition == nullptr && axis.size == 1 && !AllRowsHave(result, 1);
    map = stretch ? Stretch(map, result) : Follow(map, axis, result);
  }

  std::string_view op_;
  Axes x_axes_;
  Axes y_axes_;
  bool to_y_;
  int64_t num_rows_ = 0;
  // Of the rows of the axis that comes next.
  ValueMap x_map_;
  ValueMap y_map_;
};

int64_t Product(std::span<const int64_t> sizes) {
  int64_t product = 1;
  for (const int64_t size : sizes) product *= size;
  return product;
}

// How the inner axes of one operand become the result's, of `num_items`.
void SetInner(std::span<const int64_t> sizes, std::span<const int64_t> result,
              int64_t num_items, BroadcastOperand& operand) {
  operand.value_items = Product(sizes);
  operand.result_items = Product(result);
  if (std::equal(sizes.begin(), sizes.end(), result.begin())) return;
  if (operand.value_items == 1) {
    operand.inner = BroadcastOperand::Inner::kFirst;
    return;
  }
  operand.inner = BroadcastOperand::Inner::kTable;
  if (num_items == 0) return;  // no item looks it up
  operand.inner_table = {0};
  // From the outermost axis on: each adds its digit.
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    std::vector<int64_t> table;
    table.reserve(operand.inner_table.size() * result[axis]);
    for (const int64_t base : operand.inner_table)
      for (int64_t i = 0; i < result[axis]; ++i)
        table.push_back(sizes[axis] == 1 ? base : base * sizes[axis] + i);
    operand.inner_table = std::move(table);
  }
}

absl::StatusOr<BroadcastPlan> Plan(std::string_view op, const Tensor& x,
                                   const Tensor& y, bool to_y) {
  const int rank = std::max(x.rank(), y.rank());
  if (to_y && x.rank() > y.rank()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: the rank must not shrink: the input has rank %d, "
                        "the shape has rank %d",
                        op, x.rank(), y.rank()));
  }
  BroadcastPlan plan;
  plan.num_items = 1;
  if (rank == 0) return plan;
  Walk walk(op, MakeAxes(x, rank), MakeAxes(y, rank), to_y);
  ROWSPLIT_RETURN_IF_ERROR(walk.First());
  const size_t num_partitions = NumPartitions(x, y);
  for (size_t i = 0; i < num_partitions; ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(RowPartition partition, walk.Next(i));
    plan.partitions.push_back(std::move(partition));
  }
  std::vector<int64_t> x_inner, y_inner, inner;
  for (size_t i = num_partitions; i + 1 < static_cast<size_t>(rank); ++i) {
    x_inner.push_back(walk.x_axes().axes[i].size);
    y_inner.push_back(walk.y_axes().axes[i].size);
    inner.push_back(x_inner.back() == 1 ? y_inner.back() : x_inner.back());
    if ((y_inner.back() != inner.back() && y_inner.back() != 1) ||
        (to_y && y_inner.back() != inner.back()))
      return SizeError(op, i + 1, x_inner.back(), y_inner.back());
  }
  plan.flat_shape = {walk.num_rows()};
  plan.flat_shape.insert(plan.flat_shape.end(), inner.begin(), inner.end());
  ROWSPLIT_RETURN_IF_ERROR(CheckShapeFits(plan.flat_shape));
  plan.num_items = Product(plan.flat_shape);
  plan.x.values = walk.TakeX();
  plan.y.values = walk.TakeY();
  SetInner(x_inner, inner, plan.num_items, plan.x);
  SetInner(y_inner, inner, plan.num_items, plan.y);
  return plan;
}

}  // namespace

absl::StatusOr<BroadcastPlan> PlanBroadcast(std::string_view op,
                                            const Tensor& x, const Tensor& y) {
  return Plan(op, x, y, false);
}

absl::StatusOr<BroadcastPlan> PlanBroadcastTo(std::string_view op,
                                              const Tensor& x,
                                              const Tensor& like) {
  return Plan(op, x, like, true);
}

}  // namespace rowsplit::internal
