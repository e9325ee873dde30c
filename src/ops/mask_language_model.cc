#include "rowsplit/ops/mask_language_model.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/philox.h"
#include "core/status_macros.h"
#include "ops/index_tensor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/boolean_mask.h"
#include "rowsplit/ops/reshape.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

// Ids whose values are chosen at a time.
constexpr int64_t kIdsInPiece = 8192;

absl::Status CheckIds(const char* name, const Tensor& ids) {
  if (ids.dtype() == DType::kInt32 || ids.dtype() == DType::kInt64)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrFormat("mask_language_model: %s must be int32 or int64, got %s",
                      name, DTypeName(ids.dtype())));
}

// The axes behind the second one merged into it.
absl::StatusOr<Tensor> AsRows(const Tensor& input) {
  if (!input.is_ragged() || input.flat_shape().size() != 1) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "mask_language_model: input must be ragged and without inner "
        "dimensions: ragged rank %d, rank %d",
        input.ragged_rank(), input.rank()));
  }
  if (input.ragged_rank() == 1) return input;
  return MergeDims(input, 1, input.rank() - 1);
}

// The place of each value in its row of ragged rank 1.
Tensor PlacesInRows(const Tensor& rows) {
  BufferBuilder<int64_t> places(static_cast<size_t>(rows.num_values()));
  const std::span<const Offset> splits = rows.partition(0).row_splits();
  for (size_t row = 0; row + 1 < splits.size(); ++row) {
    for (Offset i = splits[row]; i < splits[row + 1]; ++i)
      places[i] = i - splits[row];
  }
  return Tensor::Vector(std::move(places).Build());
}

template <typename T>
absl::StatusOr<Tensor> PutValues(const Tensor& rows, const Tensor& positions,
                                 const Tensor& values) {
  BufferBuilder<T> items;
  items.Append(rows.items<T>());
  const std::span<const Offset> splits = rows.partition(0).row_splits();
  const std::span<const Offset> chosen = positions.partition(0).row_splits();
  const std::span<const int64_t> places = positions.items<int64_t>();
  const std::span<const T> put = values.items<T>();
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    const int64_t length = splits[row + 1] - splits[row];
    for (Offset i = chosen[row]; i < chosen[row + 1]; ++i) {
      if (places[i] < 0 || places[i] >= length) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "mask_language_model: positions must lie in their row: %d in row "
            "%d of %d items",
            places[i], row, length));
      }
      items[splits[row] + places[i]] = put[i];
    }
  }
  return rows.WithFlatValues(Tensor::Vector(std::move(items).Build()));
}

absl::Status CheckChooser(const Tensor& ids, const MaskValuesOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckIds("ids", ids));
  const double mask = options.mask_token_rate;
  const double random = options.random_token_rate;
  if (!(mask >= 0 && random >= 0 && mask + random <= 1)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "mask_values_chooser: mask_token_rate + random_token_rate must be <= "
        "1, and neither negative: %g and %g",
        mask, random));
  }
  const int64_t greatest = ids.dtype() == DType::kInt32
                               ? std::numeric_limits<int32_t>::max()
                               : std::numeric_limits<int64_t>::max();
  if (random > 0 &&
      (options.vocab_size < 1 || options.vocab_size - 1 > greatest)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "mask_values_chooser: vocab_size must be positive and its ids fit %s: "
        "%d",
        DTypeName(ids.dtype()), options.vocab_size));
  }
  if (options.mask_token > greatest || options.mask_token < -greatest - 1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("mask_values_chooser: mask_token must fit %s: %d",
                        DTypeName(ids.dtype()), options.mask_token));
  }
  return absl::OkStatus();
}

template <typename T>
absl::StatusOr<Tensor> ChooseValues(const Tensor& ids,
                                    const MaskValuesOptions& options) {
  const std::span<const T> items = ids.items<T>();
  BufferBuilder<T> values(items.size());
  const double mask = options.mask_token_rate;
  const double changed = mask + options.random_token_rate;
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(items.size()), kIdsInPiece,
      [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          const auto words = internal::PhiloxBits(options.seed, options.stream,
                                                  static_cast<uint64_t>(i));
          const double u = internal::UnitFloat(words[0]);
          if (u < mask) {
            values[i] = static_cast<T>(options.mask_token);
          } else if (u < changed) {
            values[i] = static_cast<T>(internal::BelowEnd(
                words[1], words[2], static_cast<uint64_t>(options.vocab_size)));
          } else {
            values[i] = items[i];
          }
        }
        return absl::OkStatus();
      }));
  Buffer<T> buffer = std::move(values).Build();
  return Tensor::FromPartitionsUnchecked(
      {ids.partitions().begin(), ids.partitions().end()},
      Tensor::DenseBytesUnchecked(
          ids.dtype(),
          Buffer<std::byte>(std::as_bytes(buffer.span()), buffer.owner()),
          ids.flat_shape()));
}

}  // namespace

absl::StatusOr<SelectedItems> TakeSelected(const Tensor& input,
                                           const Tensor& mask,
                                           const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows, AsRows(input));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor places,
                            input.WithFlatValues(PlacesInRows(rows)));
  if (mask.rank() < 2) {
    return absl::InvalidArgumentError(
        "mask_language_model: the mask must have a bool for each item of a "
        "ragged axis");
  }
  SelectedItems selected;
  ROWSPLIT_ASSIGN_OR_RETURN(selected.positions,
                            BooleanMask(places, mask, {.exec = exec}));
  ROWSPLIT_ASSIGN_OR_RETURN(selected.positions, AsRows(selected.positions));
  ROWSPLIT_ASSIGN_OR_RETURN(selected.ids,
                            BooleanMask(input, mask, {.exec = exec}));
  ROWSPLIT_ASSIGN_OR_RETURN(selected.ids, AsRows(selected.ids));
  return selected;
}

absl::StatusOr<Tensor> PutAtPositions(const Tensor& input,
                                      const Tensor& positions,
                                      const Tensor& values) {
  ROWSPLIT_RETURN_IF_ERROR(CheckIds("input", input));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor rows, AsRows(input));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor places,
      internal::AsIndices("mask_language_model", positions));
  if (values.dtype() != input.dtype()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "mask_language_model: values must have the input's dtype %s, got %s",
        DTypeName(input.dtype()), DTypeName(values.dtype())));
  }
  if (places.ragged_rank() != 1 || values.ragged_rank() != 1 ||
      places.flat_shape().size() != 1 || values.flat_shape().size() != 1 ||
      places.num_rows() != rows.num_rows() ||
      values.partition(0) != places.partition(0)) {
    return absl::InvalidArgumentError(
        "mask_language_model: positions and values must have the same rows, "
        "as many as the input");
  }
  return rows.dtype() == DType::kInt32
             ? PutValues<int32_t>(rows, places, values)
             : PutValues<int64_t>(rows, places, values);
}

absl::StatusOr<Tensor> ChooseMaskValues(const Tensor& ids,
                                        const MaskValuesOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(CheckChooser(ids, options));
  return ids.dtype() == DType::kInt32 ? ChooseValues<int32_t>(ids, options)
                                      : ChooseValues<int64_t>(ids, options);
}

absl::StatusOr<MaskedLanguageModel> MaskLanguageModel(
    const Tensor& input, const ItemSelectorOptions& selector,
    const MaskValuesOptions& chooser) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor mask, SelectItems(input, selector));
  MaskedLanguageModel result;
  ROWSPLIT_ASSIGN_OR_RETURN(result.masked,
                            TakeSelected(input, mask, selector.exec));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor values,
                            ChooseMaskValues(result.masked.ids, chooser));
  ROWSPLIT_ASSIGN_OR_RETURN(
      result.masked_input,
      PutAtPositions(input, result.masked.positions, values));
  return result;
}

}  // namespace rowsplit
