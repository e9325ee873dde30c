#include "rowsplit/text/byte_split.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
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
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/ragged_shape.h"
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/text/any_rank.h"

namespace rowsplit {
namespace {

constexpr int64_t kRowsInPiece = 1024;

Buffer<Offset> SplitsFromZero(std::span<const Offset> offsets) {
  BufferBuilder<Offset> splits(offsets.size());
  for (size_t i = 0; i < offsets.size(); ++i)
    splits[i] = offsets[i] - offsets[0];
  return std::move(splits).Build();
}

absl::Status PieceError(int64_t row, int32_t start, int32_t end, size_t size) {
  return absl::InvalidArgumentError(absl::StrFormat(
      "SplitByOffsets: string %d of %d bytes has no piece from %d to %d", row,
      size, start, end));
}

// The offsets of the pieces' bytes in the result.
absl::StatusOr<Buffer<Offset>> MeasurePieces(
    StringTensorView input, const RaggedTensor<int32_t>& starts,
    std::span<const int32_t> ends) {
  const std::span<const Offset> splits = starts.row_splits();
  const std::span<const int32_t> begins = starts.flat_values().span();
  BufferBuilder<Offset> offsets(begins.size() + 1);
  offsets[0] = 0;
  for (int64_t row = 0; row < input.size(); ++row) {
    const size_t size = input[row].size();
    for (auto i = static_cast<size_t>(splits[row]);
         i < static_cast<size_t>(splits[row + 1]); ++i) {
      const bool lies_in = begins[i] >= 0 && begins[i] <= ends[i] &&
                           static_cast<size_t>(ends[i]) <= size;
      if (!lies_in) return PieceError(row, begins[i], ends[i], size);
      ROWSPLIT_ASSIGN_OR_RETURN(
          offsets[i + 1],
          internal::CheckedAdd(offsets[i], ends[i] - begins[i]));
    }
  }
  return std::move(offsets).Build();
}

// The innermost rows of a tensor of offsets.
absl::StatusOr<RaggedTensor<int32_t>> InnermostRows(const Tensor& offsets,
                                                    int rank,
                                                    std::string_view name) {
  if (offsets.dtype() != DType::kInt32 || offsets.rank() != rank) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "SplitByOffsets: %s must be int32 of rank %d, got %s of rank %d", name,
        rank, DTypeName(offsets.dtype()), offsets.rank()));
  }
  const std::vector<int64_t>& shape = offsets.flat_shape();
  if (offsets.is_ragged() && shape.size() == 1) {
    return RaggedTensor<int32_t>::FromFlatValues(
        RaggedShape(offsets.partitions().back()), offsets.buffer<int32_t>());
  }
  int64_t num_rows = 1;
  for (size_t axis = 0; axis + 1 < shape.size(); ++axis)
    num_rows *= shape[axis];
  ROWSPLIT_ASSIGN_OR_RETURN(
      RowPartition rows,
      RowPartition::FromUniformRowLength(shape.back(), num_rows));
  return RaggedTensor<int32_t>::FromFlatValues(RaggedShape(std::move(rows)),
                                               offsets.buffer<int32_t>());
}

}  // namespace

absl::StatusOr<BytesWithOffsets> ByteSplit(StringTensorView input,
                                           const ByteSplitOptions& options) {
  if (input.size() == 0) return BytesWithOffsets();
  const std::string_view text = input.text();
  const std::span<const Offset> offsets = input.offsets();
  BufferBuilder<uint8_t> bytes(text.size());
  BufferBuilder<int32_t> starts(text.size());
  BufferBuilder<int32_t> ends(text.size());
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, input.size(), kRowsInPiece,
      [&](int64_t row, int64_t last) -> absl::Status {
        for (; row < last; ++row) {
          const std::string_view string = input[row];
          if (string.size() > std::numeric_limits<int32_t>::max()) {
            return absl::ResourceExhaustedError(absl::StrFormat(
                "ByteSplit: offsets are int32, but string %d has %d bytes", row,
                string.size()));
          }
          if (string.empty()) continue;
          const auto begin = static_cast<size_t>(offsets[row] - offsets[0]);
          std::memcpy(bytes.data() + begin, string.data(), string.size());
          std::iota(starts.data() + begin,
                    starts.data() + begin + string.size(), 0);
          std::iota(ends.data() + begin, ends.data() + begin + string.size(),
                    1);
        }
        return absl::OkStatus();
      }));
  return BytesWithOffsets{RaggedTensor<uint8_t>::FromFlatValuesUnchecked(
                              RaggedShape(RowPartition::FromRowSplitsUnchecked(
                                  SplitsFromZero(offsets))),
                              std::move(bytes).Build()),
                          std::move(starts).Build(), std::move(ends).Build()};
}

absl::StatusOr<RaggedStringTensor> SplitByOffsets(
    StringTensorView input, const RaggedTensor<int32_t>& starts,
    std::span<const int32_t> ends, const ByteSplitOptions& options) {
  if (starts.ragged_rank() != 1 || !starts.inner_shape().empty() ||
      starts.num_rows() != input.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "SplitByOffsets: starts must be a row for each of %d strings, got %d "
        "rows",
        input.size(), starts.num_rows()));
  }
  const std::span<const int32_t> begins = starts.flat_values().span();
  if (begins.size() != ends.size()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "SplitByOffsets: %d starts, but %d ends", begins.size(), ends.size()));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Buffer<Offset> offsets,
                            MeasurePieces(input, starts, ends));
  BufferBuilder<char> bytes(static_cast<size_t>(offsets[begins.size()]));
  const std::span<const Offset> splits = starts.row_splits();
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, input.size(), kRowsInPiece, [&](int64_t row, int64_t last) {
        for (; row < last; ++row) {
          for (auto i = static_cast<size_t>(splits[row]);
               i < static_cast<size_t>(splits[row + 1]); ++i) {
            const auto size = static_cast<size_t>(ends[i] - begins[i]);
            if (size == 0) continue;
            std::memcpy(bytes.data() + offsets[i],
                        input[row].data() + begins[i], size);
          }
        }
        return absl::OkStatus();
      }));
  ROWSPLIT_ASSIGN_OR_RETURN(
      StringTensor strings,
      StringTensor::FromBytes(
          RowPartition::FromRowSplitsUnchecked(std::move(offsets)),
          std::move(bytes).Build()));
  return RaggedStringTensor::FromFlatValues(starts.shape(), std::move(strings));
}

absl::StatusOr<Tensor> SplitByOffsets(const Tensor& input, const Tensor& starts,
                                      const Tensor& ends,
                                      const ByteSplitOptions& options) {
  const int rank = input.rank() + 1;
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedTensor<int32_t> start_rows,
                            InnermostRows(starts, rank, "starts"));
  ROWSPLIT_ASSIGN_OR_RETURN(const RaggedTensor<int32_t> end_rows,
                            InnermostRows(ends, rank, "ends"));
  if (!(start_rows.shape() == end_rows.shape())) {
    return absl::InvalidArgumentError(
        "SplitByOffsets: ends must have the rows of starts");
  }
  return SplitStrings(input, [&](StringTensorView strings) {
    return SplitByOffsets(strings, start_rows, end_rows.flat_values().span(),
                          options);
  });
}

}  // namespace rowsplit
