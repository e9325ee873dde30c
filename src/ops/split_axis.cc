#include "rowsplit/ops/split_axis.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/copy_ranges.h"
#include "ops/gather_rows.h"
#include "ops/positive_axis.h"
#include "ops/reshape.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"

namespace rowsplit {

namespace {

using internal::CheckedAdd;
using internal::CheckedMul;

// Bytes of a piece that a thread copies at a time.
constexpr int64_t kGrainBytes = int64_t{1} << 18;

// An axis of a tensor that is not ragged.
struct UniformAxis {
  int axis;
  int flat_axis;  // among the flat values' dimensions; of no use for axis 0
  int64_t size;
};

absl::StatusOr<UniformAxis> FindAxis(const char* op, const Tensor& input,
                                     int axis) {
  ROWSPLIT_ASSIGN_OR_RETURN(axis,
                            internal::PositiveAxis(op, axis, input.rank()));
  if (axis == 0) return UniformAxis{0, 0, input.num_rows()};
  const int flat_axis = axis - input.ragged_rank();
  if (flat_axis > 0)
    return UniformAxis{axis, flat_axis, input.flat_shape()[flat_axis]};
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: the axis must not be a ragged one: axis=%d of a tensor of ragged "
      "rank %d",
      op, axis, input.ragged_rank()));
}

// The items [begin, begin + size) along an inner dimension of dense values.
absl::StatusOr<Tensor> SliceInner(const Tensor& flat, int axis, int64_t begin,
                                  int64_t size, const ExecOptions& exec) {
  std::vector<int64_t> shape = flat.flat_shape();
  int64_t outer = 1;
  for (int i = 0; i < axis; ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(outer, CheckedMul(outer, shape[i]));
  }
  const int64_t stride = std::exchange(shape[axis], size);
  if (flat.num_items() == 0 || size == 0)
    return internal::EmptyDense(flat.dtype(), std::move(shape));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_rows, CheckedMul(outer, stride));
  std::vector<int64_t> row_shape(shape.begin() + axis, shape.end());
  row_shape[0] = num_rows;
  if (flat.is_string()) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows,
                              internal::Reshape(flat, std::move(row_shape)));
    std::vector<internal::RowRange> ranges;
    ranges.reserve(static_cast<size_t>(outer));
    for (int64_t i = 0; i < outer; ++i)
      ranges.push_back({i * stride + begin, size});
    ROWSPLIT_ASSIGN_OR_RETURN(
        const Tensor selected,
        internal::SelectRows(rows, std::move(ranges), exec));
    return internal::Reshape(selected, std::move(shape));
  }
  int64_t row_bytes = DTypeSize(flat.dtype());
  for (size_t i = 1; i < row_shape.size(); ++i) row_bytes *= row_shape[i];
  const int64_t piece_bytes = size * row_bytes;
  BufferBuilder<std::byte> builder(static_cast<size_t>(outer * piece_bytes));
  const auto* from = reinterpret_cast<const uint8_t*>(flat.bytes().data());
  auto* to = reinterpret_cast<uint8_t*>(builder.data());
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, outer, std::max<int64_t>(kGrainBytes / piece_bytes, 1),
      [&](int64_t first, int64_t last) {
        kernels::RangeCopier copier(to + first * piece_bytes,
                                    to + last * piece_bytes);
        for (int64_t i = first; i < last; ++i) {
          copier.Add(from + (i * stride + begin) * row_bytes,
                     static_cast<size_t>(piece_bytes),
                     from + flat.bytes().size());
        }
        copier.Flush();
        return absl::OkStatus();
      }));
  return Tensor::DenseBytesUnchecked(flat.dtype(), std::move(builder).Build(),
                                     std::move(shape));
}

absl::StatusOr<Tensor> SliceAxis(const Tensor& input, const UniformAxis& axis,
                                 int64_t begin, int64_t size,
                                 const ExecOptions& exec) {
  if (axis.axis == 0) return internal::SliceRows(input, begin, begin + size);
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values,
      SliceInner(input.flat_values(), axis.flat_axis, begin, size, exec));
  return input.WithFlatValues(std::move(values));
}

// Without an axis of size 1.
absl::StatusOr<Tensor> DropAxis(const Tensor& input, const UniformAxis& axis) {
  if (axis.axis == 0 && input.is_ragged()) return input.values();
  std::vector<int64_t> shape = input.flat_shape();
  shape.erase(shape.begin() + axis.flat_axis);
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor values,
                            internal::Reshape(input, std::move(shape)));
  return Tensor::FromPartitionsUnchecked(
      {input.partitions().begin(), input.partitions().end()},
      std::move(values));
}

// The sizes, with a dense tensor's -1 replaced by what is left.
absl::StatusOr<std::vector<int64_t>> CheckSizes(const Tensor& input,
                                                std::span<const int64_t> sizes,
                                                const UniformAxis& axis) {
  std::vector<int64_t> checked(sizes.begin(), sizes.end());
  int64_t total = 0;
  int64_t* rest = nullptr;
  for (size_t i = 0; i < checked.size(); ++i) {
    if (checked[i] == -1 && rest == nullptr && !input.is_ragged()) {
      rest = &checked[i];
      continue;
    }
    if (checked[i] < 0) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "split: sizes must not be negative: sizes[%d]=%d", i, checked[i]));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(total, CheckedAdd(total, checked[i]));
  }
  if (rest != nullptr && total <= axis.size) {
    *rest = axis.size - total;
    total = axis.size;
  }
  if (total == axis.size) return checked;
  return absl::InvalidArgumentError(absl::StrFormat(
      "split: sizes must add up to the size of axis %d, which is %d: [%s]",
      axis.axis, axis.size, absl::StrJoin(sizes, ", ")));
}

}  // namespace

absl::StatusOr<std::vector<Tensor>> Split(const Tensor& input,
                                          int64_t num_pieces, int axis,
                                          const SplitAxisOptions& options) {
  if (num_pieces < 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "split: the number of pieces must be positive: %d", num_pieces));
  }
  if (num_pieces == 1 && input.is_ragged()) return std::vector<Tensor>{input};
  ROWSPLIT_ASSIGN_OR_RETURN(const UniformAxis found,
                            FindAxis("split", input, axis));
  if (found.size % num_pieces != 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("split: axis %d of size %d can't be cut into %d equal "
                        "pieces",
                        found.axis, found.size, num_pieces));
  }
  // An axis without items can be cut into any number of pieces that fits.
  ROWSPLIT_RETURN_IF_ERROR(CheckedMul(num_pieces, sizeof(Tensor)).status());
  const std::vector<int64_t> sizes(static_cast<size_t>(num_pieces),
                                   found.size / num_pieces);
  return Split(input, sizes, axis, options);
}

absl::StatusOr<std::vector<Tensor>> Split(const Tensor& input,
                                          std::span<const int64_t> sizes,
                                          int axis,
                                          const SplitAxisOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const UniformAxis found,
                            FindAxis("split", input, axis));
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> checked,
                            CheckSizes(input, sizes, found));
  std::vector<Tensor> pieces;
  pieces.reserve(checked.size());
  int64_t begin = 0;
  for (const int64_t size : checked) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        pieces.emplace_back(),
        SliceAxis(input, found, begin, size, options.exec));
    begin += size;
  }
  return pieces;
}

absl::StatusOr<std::vector<Tensor>> Unstack(const Tensor& input, int axis,
                                            const SplitAxisOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const UniformAxis found,
                            FindAxis("unstack", input, axis));
  ROWSPLIT_RETURN_IF_ERROR(CheckedMul(found.size, sizeof(Tensor)).status());
  std::vector<Tensor> slices;
  slices.reserve(static_cast<size_t>(found.size));
  for (int64_t i = 0; i < found.size; ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(const Tensor slice,
                              SliceAxis(input, found, i, 1, options.exec));
    ROWSPLIT_ASSIGN_OR_RETURN(slices.emplace_back(), DropAxis(slice, found));
  }
  return slices;
}

}  // namespace rowsplit
