#include "rowsplit/ops/slice.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "ops/dense_slice.h"
#include "ops/gather_rows.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::AxisRange;
using internal::ClampRange;
using internal::RowRange;

using Key = std::span<const SliceItem>;

// Longer keys are no use for tensors that fit a machine, and each item may take
// a call inside of a call.
constexpr size_t kMaxKeySize = 255;

bool IsWhole(const SliceRange& range) {
  return !range.begin.has_value() && !range.end.has_value() &&
         !range.step.has_value();
}

// The key without its leading ellipsis if that stands for no axis, else with a
// whole axis in front.
absl::StatusOr<std::vector<SliceItem>> ExpandEllipsis(Key key, int rank) {
  size_t num_items = 0;  // with the ellipsis
  for (const SliceItem& item : key)
    num_items += !std::holds_alternative<SliceNewAxis>(item);
  const size_t most = static_cast<size_t>(rank) + 1;
  if (num_items > most) {
    return absl::OutOfRangeError(absl::StrFormat(
        "slice: too many indices: the key takes %d axes, the input has %d",
        num_items - 1, rank));
  }
  std::vector<SliceItem> expanded;
  if (num_items == most) {
    key = key.subspan(1);
  } else {
    expanded.emplace_back(SliceRange{});
  }
  expanded.insert(expanded.end(), key.begin(), key.end());
  return expanded;
}

absl::Status PastTheEnd(int64_t num_rows, int64_t row) {
  return absl::OutOfRangeError(absl::StrFormat(
      "slice: row must be in [%d, %d): %d", -num_rows, num_rows, row));
}

class Slicer {
 public:
  explicit Slicer(const ExecOptions& exec) : exec_(exec) {}

  // The key's first item is for the outermost axis.
  absl::StatusOr<Tensor> Outer(const Tensor& input, Key key) const;

 private:
  // The key's first item is for the axis after the outermost one.
  absl::StatusOr<Tensor> Inner(const Tensor& input, Key key) const;

  absl::StatusOr<Tensor> Row(const Tensor& input, int64_t row, Key rest) const;
  absl::StatusOr<Tensor> Rows(const Tensor& input,
                              const SliceRange& range) const;
  absl::StatusOr<Tensor> Columns(const Tensor& input,
                                 const SliceRange& range) const;

  const ExecOptions& exec_;
};

absl::StatusOr<Tensor> Slicer::Outer(const Tensor& input, Key key) const {
  if (!input.is_ragged()) return internal::SliceDense(input, key, exec_);
  if (key.empty()) return input;
  const SliceItem& item = key[0];
  const Key rest = key.subspan(1);
  if (const auto* row = std::get_if<int64_t>(&item))
    return Row(input, *row, rest);
  if (const auto* range = std::get_if<SliceRange>(&item)) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows, Rows(input, *range));
    return Inner(rows, rest);
  }
  if (std::holds_alternative<SliceEllipsis>(item)) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<SliceItem> expanded,
                              ExpandEllipsis(key, input.rank()));
    return Outer(input, expanded);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor inner, Outer(input, rest));
  if (!inner.is_ragged()) {
    std::vector<int64_t> shape = inner.flat_shape();
    shape.insert(shape.begin(), 1);
    return internal::Reshaped(inner, std::move(shape));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      RowPartition one,
      RowPartition::FromUniformRowLength(inner.num_rows(), 1));
  return Tensor::FromPartition(std::move(one), std::move(inner));
}

absl::StatusOr<Tensor> Slicer::Inner(const Tensor& input, Key key) const {
  if (key.empty()) return input;
  if (!input.is_ragged()) {
    std::vector<SliceItem> whole = {SliceRange{}};
    whole.insert(whole.end(), key.begin(), key.end());
    return internal::SliceDense(input, whole, exec_);
  }
  const SliceItem& item = key[0];
  const Key rest = key.subspan(1);
  if (const auto* place = std::get_if<int64_t>(&item)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "slice: cannot take one place of an inner ragged dimension, which a "
        "row may lack: index %d",
        *place));
  }
  if (const auto* range = std::get_if<SliceRange>(&item)) {
    ROWSPLIT_ASSIGN_OR_RETURN(Tensor columns, Columns(input, *range));
    if (rest.empty()) return columns;
    ROWSPLIT_ASSIGN_OR_RETURN(Tensor values, Inner(columns.values(), rest));
    return Tensor::FromPartition(columns.partition(0), std::move(values));
  }
  if (std::holds_alternative<SliceEllipsis>(item)) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<SliceItem> expanded,
                              ExpandEllipsis(key, input.rank() - 1));
    return Inner(input, expanded);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor inner, Inner(input, rest));
  ROWSPLIT_ASSIGN_OR_RETURN(
      RowPartition ones,
      RowPartition::FromUniformRowLength(1, inner.num_rows()));
  return Tensor::FromPartition(std::move(ones), std::move(inner));
}

absl::StatusOr<Tensor> Slicer::Row(const Tensor& input, int64_t row,
                                   Key rest) const {
  const int64_t num_rows = input.num_rows();
  if (row >= num_rows) return PastTheEnd(num_rows, row);
  if (row < -num_rows) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "slice: row must be in [%d, %d): %d", -num_rows, num_rows, row));
  }
  if (row < 0) row += num_rows;
  const std::span<const Offset> splits = input.partition(0).row_splits();
  return Outer(
      internal::SliceRows(input.values(), splits[row], splits[row + 1]), rest);
}

absl::StatusOr<Tensor> Slicer::Rows(const Tensor& input,
                                    const SliceRange& range) const {
  if (IsWhole(range)) return input;
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckStep(range));
  const AxisRange rows = ClampRange(range, input.num_rows());
  if (rows.step == 1)
    return internal::SliceRows(input, rows.begin, rows.begin + rows.count);
  std::vector<RowRange> ranges;
  ranges.reserve(static_cast<size_t>(rows.count));
  for (int64_t i = 0; i < rows.count; ++i)
    ranges.push_back({rows.begin + i * rows.step, 1});
  return internal::SelectRows(input, std::move(ranges), exec_);
}

absl::StatusOr<Tensor> Slicer::Columns(const Tensor& input,
                                       const SliceRange& range) const {
  if (IsWhole(range)) return input;
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckStep(range));
  const std::span<const Offset> splits = input.partition(0).row_splits();
  const int64_t num_rows = input.num_rows();
  BufferBuilder<Offset> new_splits(splits.size());
  new_splits[0] = 0;
  std::vector<RowRange> ranges;
  std::vector<int64_t> places;  // where they make no ranges
  // Values without items may be any number, and are all alike.
  const Tensor values_of = input.values();
  const bool hollow = !values_of.is_ragged() && values_of.value_items() == 0;
  const bool in_ranges = hollow || range.step.value_or(1) == 1;
  for (int64_t row = 0; row < num_rows; ++row) {
    const AxisRange taken = ClampRange(range, splits[row + 1] - splits[row]);
    new_splits[row + 1] = new_splits[row] + taken.count;
    const int64_t begin = splits[row] + taken.begin;
    if (in_ranges) {
      if (taken.count > 0)
        ranges.push_back({hollow ? splits[row] : begin, taken.count});
      continue;
    }
    for (int64_t i = 0; i < taken.count; ++i)
      places.push_back(begin + i * taken.step);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      in_ranges ? internal::SelectRows(values_of, std::move(ranges), exec_)
                : internal::GatherRows(values_of, places, exec_));
  return Tensor::FromPartition(
      RowPartition::FromRowSplitsUnchecked(std::move(new_splits).Build()),
      std::move(values));
}

}  // namespace

absl::StatusOr<Tensor> Slice(const Tensor& input,
                             std::span<const SliceItem> key,
                             const SliceOptions& options) {
  if (key.size() > kMaxKeySize) {
    return absl::InvalidArgumentError(
        absl::StrFormat("slice: a key must have at most %d items, got %d",
                        kMaxKeySize, key.size()));
  }
  const auto* row = key.empty() ? nullptr : std::get_if<int64_t>(&key[0]);
  if (row != nullptr && input.rank() > 0 && *row >= input.num_rows())
    return PastTheEnd(input.num_rows(), *row);
  return Slicer(options.exec).Outer(input, key);
}

}  // namespace rowsplit
