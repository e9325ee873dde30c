#include "rowsplit/ops/sparse.h"

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
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/check_sparse.h"
#include "ops/gather_rows.h"
#include "ops/select_rows.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

bool operator==(const SparseTensor& a, const SparseTensor& b) {
  return std::ranges::equal(a.indices, b.indices) && a.values == b.values &&
         a.dense_shape == b.dense_shape;
}

namespace {

// The size of the longest row of each axis.
std::vector<int64_t> BoundingShape(const Tensor& input) {
  std::vector<int64_t> shape = {input.num_rows()};
  for (const RowPartition& partition : input.partitions()) {
    int64_t longest = 0;
    for (int64_t row = 0; row < partition.num_rows(); ++row)
      longest = std::max(longest, partition.row_length(row));
    shape.push_back(longest);
  }
  const std::vector<int64_t> inner = input.inner_shape();
  shape.insert(shape.end(), inner.begin(), inner.end());
  return shape;
}

// Writes the position of every item, row by row.
class IndexWriter {
 public:
  IndexWriter(const Tensor& input, int64_t* output)
      : input_(input),
        inner_shape_(input.inner_shape()),
        value_items_(input.value_items()),
        position_(static_cast<size_t>(input.rank()), 0),
        output_(output) {}

  void Write() { Rows(0, 0, input_.num_rows(), /*first_index=*/0); }

 private:
  // Entries [begin, end) of the axis; the first has the index `first_index`.
  void Rows(int axis, int64_t begin, int64_t end, int64_t first_index) {
    int64_t& index = position_[static_cast<size_t>(axis)];
    index = first_index;
    if (axis == input_.ragged_rank()) {
      if (inner_shape_.empty()) return Numbers(end - begin, first_index);
      for (int64_t value = begin; value < end; ++value, ++index) Value();
      return;
    }
    const std::span<const Offset> splits = input_.partition(axis).row_splits();
    for (int64_t row = begin; row < end; ++row, ++index)
      Rows(axis + 1, splits[row], splits[row + 1], 0);
  }

  // The items of a row of single items, the first at index `first`.
  void Numbers(int64_t count, int64_t first) {
    const size_t last = position_.size() - 1;
    int64_t* out = output_;
    for (int64_t index = first; index < first + count; ++index) {
      for (size_t axis = 0; axis < last; ++axis) *out++ = position_[axis];
      *out++ = index;
    }
    output_ = out;
  }

  // All items of the flat value at the position.
  void Value() {
    const size_t ragged_axes = position_.size() - inner_shape_.size();
    for (int64_t item = 0; item < value_items_; ++item) {
      int64_t left = item;
      for (size_t axis = inner_shape_.size(); axis-- > 0;) {
        position_[ragged_axes + axis] = left % inner_shape_[axis];
        left /= inner_shape_[axis];
      }
      output_ = std::ranges::copy(position_, output_).out;
    }
  }

  const Tensor& input_;
  std::vector<int64_t> inner_shape_;
  int64_t value_items_;
  std::vector<int64_t> position_;
  int64_t* output_;
};

// Fails unless each row's columns are 0, 1, 2, … where the row's positions
// follow each other, and each row lies in the shape.
absl::Status CheckPositions(std::span<const int64_t> indices,
                            int64_t num_rows) {
  for (size_t i = 0; i < indices.size() / 2; ++i) {
    const int64_t row = indices[2 * i];
    const int64_t column = indices[2 * i + 1];
    if (row < 0 || row >= num_rows) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "from_sparse: indices[%d] has row %d, the dense shape has %d rows", i,
          row, num_rows));
    }
    const bool same_row = i > 0 && indices[2 * i - 2] == row;
    // At most the number of values, so it does not overflow.
    const int64_t expected = same_row ? indices[2 * i - 1] + 1 : 0;
    if (column == expected) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "from_sparse: the sparse tensor is not right-ragged: indices[%d] has "
        "column %d of row %d, expected %d",
        i, column, row, expected));
  }
  return absl::OkStatus();
}

// The row of each value, checked.
absl::StatusOr<std::vector<int64_t>> RowsOfValues(const SparseTensor& input) {
  const size_t rank = input.dense_shape.size();
  std::vector<int64_t> rows;
  rows.reserve(input.indices.size() / rank);
  for (size_t i = 0; i < input.indices.size(); i += rank) {
    const int64_t row = input.indices[i];
    if (row < 0 || row >= input.dense_shape[0]) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "fill_empty_rows: indices[%d] has row %d, the dense shape has %d "
          "rows",
          i / rank, row, input.dense_shape[0]));
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

absl::Status internal::CheckSparse(std::string_view op,
                                   const SparseTensor& input) {
  const size_t rank = input.dense_shape.size();
  for (size_t axis = 0; axis < rank; ++axis) {
    if (input.dense_shape[axis] >= 0) continue;
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: a size must not be negative: dense_shape[%d]=%d",
                        op, axis, input.dense_shape[axis]));
  }
  const Tensor& values = input.values;
  if (values.is_ragged() || values.rank() != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: values must be a dense vector, got rank %d", op, values.rank()));
  }
  // A value takes an index of 8 bytes, so the product does not overflow.
  const auto num_values = static_cast<size_t>(values.num_values());
  if (rank == 0 || input.indices.size() % rank != 0 ||
      input.indices.size() / rank != num_values) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: indices must have %d numbers a value: got %d for %d values", op,
        rank, input.indices.size(), num_values));
  }
  return absl::OkStatus();
}

absl::StatusOr<SparseTensor> ToSparse(const Tensor& input,
                                      const SparseOptions& options) {
  if (!input.is_ragged()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "to_sparse: the input must be ragged, got a dense tensor of rank %d",
        input.rank()));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t num_indices,
      internal::CheckedMul(input.num_items(), input.rank()));
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckedMul(num_indices, sizeof(int64_t)).status());
  BufferBuilder<int64_t> indices(static_cast<size_t>(num_indices));
  // One piece, which is not begun if the call is cancelled.
  ROWSPLIT_RETURN_IF_ERROR(
      internal::ParallelFor(options.exec, 1, 1, [&](int64_t, int64_t) {
        if (num_indices > 0) IndexWriter(input, indices.data()).Write();
        return absl::OkStatus();
      }));
  Tensor values = input.is_string()
                      ? Tensor::Vector(input.strings())
                      : Tensor::DenseBytesUnchecked(
                            input.dtype(), input.bytes(), {input.num_items()});
  return SparseTensor{.indices = std::move(indices).Build(),
                      .values = std::move(values),
                      .dense_shape = BoundingShape(input)};
}

absl::StatusOr<Tensor> FromSparse(const SparseTensor& input,
                                  const SparseOptions& options) {
  if (input.dense_shape.size() != 2) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "from_sparse: the sparse tensor must have rank 2, got rank %d",
        input.dense_shape.size()));
  }
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckSparse("from_sparse", input));
  const Tensor& values = input.values;
  const std::span<const int64_t> indices = input.indices.span();
  const int64_t num_rows = input.dense_shape[0];
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, 1, 1,
      [&](int64_t, int64_t) { return CheckPositions(indices, num_rows); }));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_splits,
                            internal::CheckedAdd(num_rows, 1));
  BufferBuilder<Offset> splits(static_cast<size_t>(num_splits));
  std::fill(splits.data(), splits.data() + num_splits, Offset{0});
  for (size_t i = 0; i < indices.size(); i += 2) ++splits[indices[i] + 1];
  for (int64_t row = 0; row < num_rows; ++row) splits[row + 1] += splits[row];
  return Tensor::FromPartitionsUnchecked(
      {RowPartition::FromRowSplitsUnchecked(std::move(splits).Build())},
      values);
}

absl::StatusOr<FilledRows> FillEmptyRows(const SparseTensor& input,
                                         const Tensor& default_value,
                                         const SparseOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckSparse("fill_empty_rows", input));
  if (default_value.is_ragged() || default_value.rank() != 0 ||
      default_value.dtype() != input.values.dtype()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "fill_empty_rows: default_value must be a scalar of the values' dtype "
        "%s, got rank %d of %s",
        DTypeName(input.values.dtype()), default_value.rank(),
        DTypeName(default_value.dtype())));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> rows,
                            RowsOfValues(input));
  const int64_t num_rows = input.dense_shape[0];
  const size_t rank = input.dense_shape.size();
  // Where the values of each row go, after a place for each empty row.
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_splits,
                            internal::CheckedAdd(num_rows, 1));
  std::vector<int64_t> next(static_cast<size_t>(num_splits), 0);
  for (const int64_t row : rows) ++next[row + 1];
  BufferBuilder<bool> was_empty(static_cast<size_t>(num_rows));
  for (int64_t row = 0; row < num_rows; ++row) {
    was_empty[row] = next[row + 1] == 0;
    next[row + 1] = next[row] + std::max<int64_t>(next[row + 1], 1);
  }
  const auto num_values = static_cast<size_t>(next.back());
  BufferBuilder<int64_t> indices(num_values * rank);
  std::vector<internal::RowRange> ranges(num_values, {0, 1, /*source=*/1});
  for (int64_t row = 0; row < num_rows; ++row) {
    if (!was_empty[row]) continue;
    int64_t* index = indices.data() + next[row] * static_cast<int64_t>(rank);
    std::fill(index, index + rank, 0);
    index[0] = row;
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t place = next[rows[i]]++;
    std::copy_n(input.indices.data() + i * rank, rank,
                indices.data() + place * static_cast<int64_t>(rank));
    ranges[place] = {static_cast<int64_t>(i), 1, /*source=*/0};
  }
  const Tensor defaults = internal::Reshaped(default_value, {1});
  const std::vector<Tensor> sources = {input.values, defaults};
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      internal::SelectRows(sources, std::move(ranges), options.exec));
  return FilledRows{.tensor = {.indices = std::move(indices).Build(),
                               .values = std::move(values),
                               .dense_shape = input.dense_shape},
                    .was_empty = Tensor::Vector(std::move(was_empty).Build())};
}

}  // namespace rowsplit
