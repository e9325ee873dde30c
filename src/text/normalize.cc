#include "rowsplit/text/normalize.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_tensor.h"
#include "rowsplit/ragged/string_tensor.h"
#include "text/normal_mapper.h"

namespace rowsplit {
namespace {

// Rows of offsets that a thread takes at a time.
constexpr int64_t kRowsInPiece = 256;

}  // namespace

std::span<const SourceOffsets::Change> SourceOffsets::changes(
    int64_t index) const {
  const std::span<const Offset> splits = partition_.row_splits();
  return changes_.span().subspan(
      static_cast<size_t>(splits[index]),
      static_cast<size_t>(splits[index + 1] - splits[index]));
}

Offset SourceOffsets::Find(int64_t index, Offset offset) const {
  if (offset <= 0) return 0;
  const std::span<const Change> list = changes(index);
  // The first change that ends behind the offset.
  const auto behind = std::upper_bound(
      list.begin(), list.end(), offset,
      [](Offset wanted, const Change& change) { return wanted < change.end; });
  const Offset size = source_sizes_[static_cast<size_t>(index)];
  if (behind != list.end() && offset > behind->begin) return behind->source_end;
  if (behind != list.end() && offset == behind->begin)
    return behind->source_begin;
  if (behind == list.begin()) return std::min(offset, size);
  const Change& before = *(behind - 1);
  // Compared before it is added: any offset may be asked for.
  return before.source_end +
         std::min(offset - before.end, size - before.source_end);
}

absl::StatusOr<StringTensor> Normalize(StringTensorView input,
                                       const NormalizeOptions& options) {
  return internal::NormalMapper::Of(options.form).Map(input, options.exec);
}

absl::StatusOr<NormalizedWithOffsets> NormalizeWithOffsets(
    StringTensorView input, const NormalizeOptions& options) {
  return internal::NormalMapper::Of(options.form)
      .MapWithOffsets(input, options.exec);
}

absl::StatusOr<RaggedTensor<Offset>> FindSourceOffsets(
    const SourceOffsets& map, const RaggedTensor<Offset>& offsets,
    const FindSourceOffsetsOptions& options) {
  if (offsets.shape().num_rows() != map.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "find_source_offsets: needs a row of offsets for each string, got %d "
        "rows for %d strings",
        offsets.shape().num_rows(), map.size()));
  }
  const RaggedView<Offset> rows = offsets.view();
  BufferBuilder<Offset> found(offsets.flat_values().size());
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, map.size(), kRowsInPiece,
      [&](int64_t begin, int64_t end) -> absl::Status {
        for (int64_t row = begin; row < end; ++row) {
          for (Offset at = rows.splits[row]; at < rows.splits[row + 1]; ++at)
            found[static_cast<size_t>(at)] =
                map.Find(row, rows.values[static_cast<size_t>(at)]);
        }
        return absl::OkStatus();
      }));
  return RaggedTensor<Offset>::FromFlatValuesUnchecked(
      offsets.shape(), std::move(found).Build());
}

}  // namespace rowsplit
