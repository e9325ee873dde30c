#include "rowsplit/text/length.h"

#include <cstddef>
#include <limits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/count_characters.h"
#include "rowsplit/core/offset.h"
#include "text/row_pieces.h"

namespace rowsplit {

namespace {

absl::Status CheckSizes(const Offset* offsets, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; ++row) {
    const Offset size = offsets[row + 1] - offsets[row];
    if (size > std::numeric_limits<int32_t>::max()) {
      return absl::OutOfRangeError(absl::StrFormat(
          "Length: the length of a string must fit 32 bits: string %d has %d "
          "bytes",
          row, size));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Buffer<int32_t>> Length(StringTensorView input,
                                       const LengthOptions& options) {
  BufferBuilder<int32_t> lengths(static_cast<size_t>(input.size()));
  const Offset* offsets = input.offsets().data();
  const std::vector<int64_t> borders =
      internal::CutRows(input.offsets(), internal::kValuesInPiece);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(borders.size()) - 1, 1,
      [&](int64_t piece, int64_t last) -> absl::Status {
        const int64_t begin = borders[piece];
        const int64_t end = borders[last];
        ROWSPLIT_RETURN_IF_ERROR(CheckSizes(offsets, begin, end));
        if (options.unit == CharUnit::kUtf8Char) {
          kernels::CountRowCharacters(
              reinterpret_cast<const uint8_t*>(input.bytes().data()),
              offsets + begin, static_cast<size_t>(end - begin),
              lengths.data() + begin);
          return absl::OkStatus();
        }
        for (int64_t row = begin; row < end; ++row) {
          lengths[row] = static_cast<int32_t>(offsets[row + 1] - offsets[row]);
        }
        return absl::OkStatus();
      }));
  return std::move(lengths).Build();
}

}  // namespace rowsplit
