#include "rowsplit/ops/pad_along_dimension.h"

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "ops/gather_rows.h"
#include "ops/interleave_rows.h"
#include "ops/positive_axis.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/ops/concat.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ops/from_dense.h"
#include "rowsplit/ops/reshape.h"
#include "rowsplit/ops/to_dense.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

// The size of an axis above 0; nothing if it is ragged.
std::optional<int64_t> UniformSize(const Tensor& tensor, int axis) {
  if (axis <= tensor.ragged_rank() && tensor.is_ragged()) return std::nullopt;
  return tensor.flat_shape()[axis - tensor.ragged_rank()];
}

absl::Status CheckPad(const Tensor& data, int axis, const char* name,
                      const Tensor& pad) {
  if (pad.dtype() != data.dtype()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "pad_along_dimension: %s must have the dtype of data: %s and %s", name,
        DTypeName(pad.dtype()), DTypeName(data.dtype())));
  }
  if (pad.rank() != data.rank() - axis) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "pad_along_dimension: %s must have the axes of data from axis %d on: a "
        "rank of %d, not %d",
        name, axis, data.rank() - axis, pad.rank()));
  }
  for (int i = 1; i < pad.rank(); ++i) {
    const std::optional<int64_t> size = UniformSize(pad, i);
    const std::optional<int64_t> expected = UniformSize(data, axis + i);
    if (!size.has_value() || !expected.has_value() || *size == *expected)
      continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "pad_along_dimension: axis %d of %s must have the size of axis %d of "
        "data: %d and %d",
        i, name, axis + i, *size, *expected));
  }
  return absl::OkStatus();
}

// The pad once for each row of a dense axis.
absl::StatusOr<Tensor> RepeatDense(const Tensor& data, int axis,
                                   const Tensor& pad, const ExecOptions& exec) {
  const std::vector<int64_t>& data_shape = data.flat_shape();
  std::vector<int64_t> shape(data_shape.begin(), data_shape.begin() + axis);
  shape.insert(shape.end(), pad.flat_shape().begin(), pad.flat_shape().end());
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  if (internal::HasNoItems(shape))
    return internal::EmptyDense(pad.dtype(), std::move(shape));
  int64_t outer = 1;
  for (int i = 0; i < axis; ++i) outer *= shape[i];
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor tiled,
      internal::RepeatRows({&pad, nullptr, pad.num_rows()}, 1, outer, exec));
  return internal::Reshaped(tiled, std::move(shape));
}

// The pad once for each row of a ragged axis, 1 or more.
absl::StatusOr<Tensor> RepeatRagged(const Tensor& data, int axis,
                                    const Tensor& pad,
                                    const ExecOptions& exec) {
  const std::span<const RowPartition> partitions = data.partitions();
  const int64_t num_rows = partitions[axis - 1].num_rows();
  std::vector<RowPartition> outer(partitions.begin(),
                                  partitions.begin() + axis - 1);
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckedMul(pad.num_rows(), num_rows).status());
  ROWSPLIT_ASSIGN_OR_RETURN(
      RowPartition uniform,
      RowPartition::FromUniformRowLength(pad.num_rows(), num_rows));
  outer.push_back(std::move(uniform));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor tiled,
      internal::RepeatRows({&pad, nullptr, pad.num_rows()}, 1, num_rows, exec));
  return Tensor::FromPartitions(std::move(outer), std::move(tiled));
}

absl::StatusOr<Tensor> Padding(const Tensor& data, int axis, const Tensor& pad,
                               const ExecOptions& exec) {
  if (axis == 0) return pad;
  const int ragged_rank = data.ragged_rank();
  if (axis <= ragged_rank) return RepeatRagged(data, axis, pad, exec);
  if (pad.is_ragged()) {
    return absl::InvalidArgumentError(
        "pad_along_dimension: a pad of an inner dimension must be dense");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor values, RepeatDense(data.is_ragged() ? data.flat_values() : data,
                                 axis - ragged_rank, pad, exec));
  return data.is_ragged() ? data.WithFlatValues(std::move(values)) : values;
}

// Rows of numbers of ragged rank 1, or one row of them.
absl::StatusOr<Tensor> AsRows(const Tensor& input) {
  if (input.rank() == 0 || input.is_string()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "pad_model_inputs: input must be numbers of rank 1 or more, got %s of "
        "rank %d",
        DTypeName(input.dtype()), input.rank()));
  }
  if (input.ragged_rank() > 1) return MergeDims(input, 1, input.rank() - 1);
  if (input.is_ragged()) return input;
  return FromDense(input.rank() > 1
                       ? input
                       : internal::Reshaped(input, {1, input.num_rows()}));
}

}  // namespace

absl::StatusOr<Tensor> PadAlongDimension(
    const Tensor& data, const PadAlongDimensionOptions& options) {
  if (!options.left_pad && !options.right_pad) return data;
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int axis,
      internal::PositiveAxis("pad_along_dimension", options.axis, data.rank()));
  std::vector<Tensor> pieces;
  if (options.left_pad) {
    ROWSPLIT_RETURN_IF_ERROR(
        CheckPad(data, axis, "left_pad", *options.left_pad));
    ROWSPLIT_ASSIGN_OR_RETURN(
        pieces.emplace_back(),
        Padding(data, axis, *options.left_pad, options.exec));
  }
  pieces.push_back(data);
  if (options.right_pad) {
    ROWSPLIT_RETURN_IF_ERROR(
        CheckPad(data, axis, "right_pad", *options.right_pad));
    ROWSPLIT_ASSIGN_OR_RETURN(
        pieces.emplace_back(),
        Padding(data, axis, *options.right_pad, options.exec));
  }
  return Concat(pieces, axis, {.exec = options.exec});
}

absl::StatusOr<PaddedInputs> PadModelInputs(
    const Tensor& input, const PadModelInputsOptions& options) {
  if (options.max_seq_length < -1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "pad_model_inputs: max_seq_length must be 0 or more, or -1: %d",
        options.max_seq_length));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows, AsRows(input));
  PartialShape shape(2);
  if (options.max_seq_length >= 0) shape[1] = options.max_seq_length;
  PaddedInputs result;
  ROWSPLIT_ASSIGN_OR_RETURN(result.padded,
                            ToDense(rows, {.default_value = options.pad_value,
                                           .shape = shape,
                                           .exec = options.exec}));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor ones, OnesLike(rows));
  ROWSPLIT_ASSIGN_OR_RETURN(
      result.mask, ToDense(ones, {.shape = shape, .exec = options.exec}));
  if (input.rank() == 1) {
    const std::vector<int64_t> flat = {result.padded.num_items()};
    result.padded = internal::Reshaped(result.padded, flat);
    result.mask = internal::Reshaped(result.mask, flat);
  }
  return result;
}

}  // namespace rowsplit
