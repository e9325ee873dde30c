#include "rowsplit/ops/from_dense.h"

#include <algorithm>
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
#include "kernels/pad_rows.h"
#include "ops/select_rows.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

// Rows that a thread takes at a time.
constexpr int64_t kGrain = 1 << 12;

absl::Status CheckArguments(const Tensor& input,
                            const FromDenseOptions& options) {
  const int given = (options.lengths.has_value() ? 1 : 0) +
                    (options.nested_lengths.empty() ? 0 : 1) +
                    (options.padding.has_value() ? 1 : 0);
  if (given > 1) {
    return absl::InvalidArgumentError(
        "from_tensor: give lengths or padding, not both");
  }
  if (options.ragged_rank < 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("from_tensor: ragged_rank must be 1 or more, got %d",
                        options.ragged_rank));
  }
  if (input.is_ragged()) {
    return absl::InvalidArgumentError(
        "from_tensor: the input must be dense, got a ragged tensor");
  }
  const auto num_lengths = static_cast<int>(options.nested_lengths.size());
  if (num_lengths > 0 && options.ragged_rank != 1 &&
      options.ragged_rank != num_lengths) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "from_tensor: ragged_rank must be the number of nested lengths, %d, "
        "got %d",
        num_lengths, options.ragged_rank));
  }
  const int ragged_rank = std::max(options.ragged_rank, num_lengths);
  if (input.rank() > ragged_rank) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "from_tensor: the input must have a rank above ragged_rank, %d, got "
      "rank %d",
      ragged_rank, input.rank()));
}

// The same items in another shape of as many.
Tensor WithShape(const Tensor& input, std::vector<int64_t> shape) {
  return input.is_string()
             ? Tensor::DenseUnchecked(input.strings(), std::move(shape))
             : Tensor::DenseBytesUnchecked(input.dtype(), input.bytes(),
                                           std::move(shape));
}

// `count` axes from the front become one.
absl::StatusOr<Tensor> MergeFront(const Tensor& input, int count) {
  const std::vector<int64_t>& shape = input.flat_shape();
  int64_t merged = 1;
  for (int axis = 0; axis < count; ++axis) {
    ROWSPLIT_ASSIGN_OR_RETURN(merged,
                              internal::CheckedMul(merged, shape[axis]));
  }
  std::vector<int64_t> flat_shape = {merged};
  flat_shape.insert(flat_shape.end(), shape.begin() + count, shape.end());
  return WithShape(input, std::move(flat_shape));
}

// ---- Row lengths by padding.

template <typename T>
bool Equal(T a, T b) {
  return a == b;
}
// NaN equals nothing and the zeros each other, as for other floats.
bool EqualBits(uint16_t a, uint16_t b, uint16_t infinity) {
  if (((a | b) & 0x7fff) == 0) return true;
  return a == b && (a & 0x7fff) <= infinity;
}
template <>
bool Equal(Float16 a, Float16 b) {
  return EqualBits(a.bits, b.bits, 0x7c00);
}
template <>
bool Equal(BFloat16 a, BFloat16 b) {
  return EqualBits(a.bits, b.bits, 0x7f80);
}

// `width` less the values at the row's end whose items all equal the padding's.
// `equal(i, j)`: item i of the input equals item j of the padding.
template <typename IsEqual>
int64_t LengthWithout(int64_t row, int64_t width, int64_t items,
                      const IsEqual& equal) {
  if (items == 0) return 0;
  for (int64_t length = width; length > 0; --length) {
    const int64_t first = (row * width + length - 1) * items;
    for (int64_t item = 0; item < items; ++item) {
      if (!equal(first + item, item)) return length;
    }
  }
  return 0;
}

// `rows` has the shape [rows, width, inner…].
absl::StatusOr<Buffer<int64_t>> LengthsByPadding(const Tensor& rows,
                                                 const Tensor& padding,
                                                 const ExecOptions& exec) {
  if (padding.dtype() != rows.dtype()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "from_tensor: padding must have the dtype of the input, %s, got %s",
        DTypeName(rows.dtype()), DTypeName(padding.dtype())));
  }
  const std::vector<int64_t>& shape = rows.flat_shape();
  if (padding.is_ragged() ||
      !std::equal(shape.begin() + 2, shape.end(), padding.flat_shape().begin(),
                  padding.flat_shape().end())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "from_tensor: padding must be dense and have the shape of one value, "
        "of rank %d, got rank %d or another size",
        shape.size() - 2, padding.rank()));
  }
  const int64_t width = shape[1];
  const int64_t items = padding.num_items();
  BufferBuilder<int64_t> lengths(static_cast<size_t>(shape[0]));
  const auto run = [&](const auto& equal) {
    return internal::ParallelFor(
        exec, shape[0], kGrain, [&](int64_t begin, int64_t end) {
          for (int64_t row = begin; row < end; ++row)
            lengths[row] = LengthWithout(row, width, items, equal);
          return absl::OkStatus();
        });
  };
  if (rows.is_string()) {
    ROWSPLIT_RETURN_IF_ERROR(run([&](int64_t i, int64_t j) {
      return rows.strings()[i] == padding.strings()[j];
    }));
    return std::move(lengths).Build();
  }
  ROWSPLIT_RETURN_IF_ERROR(
      internal::VisitItem(rows.dtype(), [&]<typename T>(internal::TypeTag<T>) {
        const T* values = rows.items<T>().data();
        const T* pad = padding.items<T>().data();
        return run([values, pad](int64_t i, int64_t j) {
          return Equal<T>(values[i], pad[j]);
        });
      }));
  return std::move(lengths).Build();
}

// ---- Values.

// The first values of each row of `rows` [rows, width, inner…], as many as the
// partition has.
absl::StatusOr<Tensor> KeepFirst(const Tensor& rows,
                                 const RowPartition& partition,
                                 const ExecOptions& exec) {
  const std::vector<int64_t>& shape = rows.flat_shape();
  const std::span<const Offset> splits = partition.row_splits();
  if (rows.is_string()) {
    std::vector<internal::RowRange> ranges;
    ranges.reserve(static_cast<size_t>(shape[0]));
    for (int64_t row = 0; row < shape[0]; ++row)
      ranges.push_back({row * shape[1], partition.row_length(row)});
    ROWSPLIT_ASSIGN_OR_RETURN(const Tensor values, MergeFront(rows, 2));
    return internal::SelectRows(values, std::move(ranges), exec);
  }
  std::vector<int64_t> kept = {shape.begin() + 1, shape.end()};
  kept[0] = partition.num_values();
  int64_t value_bytes = DTypeSize(rows.dtype());
  for (size_t axis = 2; axis < shape.size(); ++axis) value_bytes *= shape[axis];
  const int64_t row_bytes = shape[1] * value_bytes;
  BufferBuilder<std::byte> output(static_cast<size_t>(kept[0] * value_bytes));
  if (output.empty()) {
    return Tensor::DenseBytesUnchecked(rows.dtype(), {}, std::move(kept));
  }
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, shape[0], kGrain, [&](int64_t begin, int64_t end) {
        kernels::UnpadRows(
            splits.data() + begin, static_cast<size_t>(end - begin),
            reinterpret_cast<const uint8_t*>(rows.bytes().data()) +
                begin * row_bytes,
            static_cast<size_t>(row_bytes), static_cast<size_t>(value_bytes),
            reinterpret_cast<uint8_t*>(output.data()) +
                splits[begin] * value_bytes);
        return absl::OkStatus();
      }));
  return Tensor::DenseBytesUnchecked(rows.dtype(), std::move(output).Build(),
                                     std::move(kept));
}

// The partitions of all ragged axes but the innermost, which keep their width.
absl::StatusOr<std::vector<RowPartition>> UniformPartitions(
    const std::vector<int64_t>& shape, int count) {
  std::vector<RowPartition> partitions;
  int64_t num_rows = shape[0];
  for (int axis = 1; axis <= count; ++axis) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        RowPartition partition,
        RowPartition::FromUniformRowLength(shape[axis], num_rows));
    num_rows = partition.num_values();
    partitions.push_back(std::move(partition));
  }
  return partitions;
}

// ---- Nested lengths.

absl::StatusOr<std::vector<RowPartition>> PartitionsOf(
    const std::vector<int64_t>& shape,
    const std::vector<Buffer<int64_t>>& nested_lengths) {
  std::vector<RowPartition> partitions;
  int64_t num_rows = shape[0];
  for (size_t i = 0; i < nested_lengths.size(); ++i) {
    const std::span<const int64_t> lengths = nested_lengths[i].span();
    if (static_cast<int64_t>(lengths.size()) != num_rows) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "from_tensor: lengths[%d] must have one length a row: expected %d, "
          "got %d",
          i, num_rows, lengths.size()));
    }
    const int64_t longest = lengths.empty() ? 0 : std::ranges::max(lengths);
    if (longest != shape[i + 1]) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "from_tensor: the longest row of nested lengths must be as long as "
          "the axis: axis %d has size %d, lengths[%d] a longest row of %d",
          i + 1, shape[i + 1], i, longest));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(RowPartition partition,
                              RowPartition::FromRowLengths(lengths));
    num_rows = partition.num_values();
    partitions.push_back(std::move(partition));
  }
  return partitions;
}

absl::StatusOr<Tensor> FromNestedLengths(const Tensor& input,
                                         const FromDenseOptions& options) {
  const std::vector<int64_t>& shape = input.flat_shape();
  ROWSPLIT_ASSIGN_OR_RETURN(std::vector<RowPartition> partitions,
                            PartitionsOf(shape, options.nested_lengths));
  // Where each row of a partition starts, counted in steps of its own axis.
  std::vector<internal::RowRange> rows;
  rows.reserve(static_cast<size_t>(shape[0]));
  for (int64_t row = 0; row < shape[0]; ++row) rows.push_back({row, 1});
  for (size_t axis = 0; axis < partitions.size(); ++axis) {
    std::vector<internal::RowRange> next;
    const bool last = axis + 1 == partitions.size();
    for (int64_t row = 0; row < partitions[axis].num_rows(); ++row) {
      const int64_t begin = rows[row].begin * shape[axis + 1];
      const int64_t length = partitions[axis].row_length(row);
      if (last) {
        next.push_back({begin, length});
        continue;
      }
      for (int64_t i = 0; i < length; ++i) next.push_back({begin + i, 1});
    }
    rows = std::move(next);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor flat,
      MergeFront(input, static_cast<int>(partitions.size()) + 1));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values, internal::SelectRows(flat, std::move(rows), options.exec));
  return Tensor::FromPartitionsUnchecked(std::move(partitions),
                                         std::move(values));
}

}  // namespace

absl::StatusOr<Tensor> FromDense(const Tensor& input,
                                 const FromDenseOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckArguments(input, options));
  if (!options.nested_lengths.empty()) return FromNestedLengths(input, options);
  const int ragged_rank = options.ragged_rank;
  const bool whole =
      !options.lengths.has_value() && !options.padding.has_value();
  ROWSPLIT_ASSIGN_OR_RETURN(
      std::vector<RowPartition> partitions,
      UniformPartitions(input.flat_shape(), ragged_rank - (whole ? 0 : 1)));
  if (whole) {
    ROWSPLIT_ASSIGN_OR_RETURN(Tensor values,
                              MergeFront(input, ragged_rank + 1));
    return Tensor::FromPartitionsUnchecked(std::move(partitions),
                                           std::move(values));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows, MergeFront(input, ragged_rank));
  Buffer<int64_t> lengths;
  if (options.padding.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        lengths, LengthsByPadding(rows, *options.padding, options.exec));
  } else {
    lengths = *options.lengths;
  }
  const int64_t num_rows = rows.flat_shape()[0];
  if (static_cast<int64_t>(lengths.size()) != num_rows) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "from_tensor: lengths must have one length a row: expected %d, got %d",
        num_rows, lengths.size()));
  }
  BufferBuilder<Offset> splits(static_cast<size_t>(num_rows) + 1);
  splits[0] = 0;
  for (int64_t row = 0; row < num_rows; ++row) {
    splits[row + 1] = splits[row] + std::clamp<int64_t>(lengths[row], 0,
                                                        rows.flat_shape()[1]);
  }
  RowPartition partition =
      RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor values,
                            KeepFirst(rows, partition, options.exec));
  partitions.push_back(std::move(partition));
  return Tensor::FromPartitionsUnchecked(std::move(partitions),
                                         std::move(values));
}

}  // namespace rowsplit
