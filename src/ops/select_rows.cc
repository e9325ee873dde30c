#include "ops/select_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/copy_ranges.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

namespace {

// Ranges that a thread takes at a time, and the length from which one is cut.
constexpr int64_t kRangeGrain = 4096;
constexpr int64_t kMaxRange = int64_t{1} << 16;

// Ranges in pieces of `grain`, each with the number of rows before it.
struct Pieces {
  std::vector<RowRange> ranges;
  int64_t grain = 1;
  std::vector<int64_t> starts;  // of each piece, then the total

  int64_t num_rows() const { return starts.back(); }
  std::span<RowRange> piece(int64_t index) {
    const auto begin = static_cast<size_t>(index * grain);
    return std::span<RowRange>(ranges).subspan(
        begin, std::min(static_cast<size_t>(grain), ranges.size() - begin));
  }
};

// Calls count(range) for the rows of each range and sums them.
template <typename Count>
absl::Status CountRows(Pieces& pieces, const ExecOptions& exec,
                       const Count& count) {
  const auto num_pieces = static_cast<int64_t>(pieces.starts.size()) - 1;
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, num_pieces, 1, [&](int64_t index, int64_t) {
        int64_t total = 0;
        for (const RowRange& range : pieces.piece(index)) {
          ROWSPLIT_ASSIGN_OR_RETURN(total, CheckedAdd(total, count(range)));
        }
        pieces.starts[index + 1] = total;
        return absl::OkStatus();
      }));
  for (int64_t index = 0; index < num_pieces; ++index) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        pieces.starts[index + 1],
        CheckedAdd(pieces.starts[index], pieces.starts[index + 1]));
  }
  return absl::OkStatus();
}

absl::StatusOr<Pieces> CutRanges(std::vector<RowRange> ranges,
                                 const ExecOptions& exec) {
  Pieces pieces;
  int64_t longest = 0;
  for (const RowRange& range : ranges) longest = std::max(longest, range.size);
  if (longest > kMaxRange) {
    const int64_t step = std::max(kMaxRange, longest / 256);
    for (RowRange range : ranges) {
      for (; range.size > step; range.size -= step) {
        pieces.ranges.push_back({range.begin, step, range.source});
        range.begin += step;
      }
      pieces.ranges.push_back(range);
    }
  } else {
    pieces.ranges = std::move(ranges);
  }
  const auto size = static_cast<int64_t>(pieces.ranges.size());
  // Few long ranges are a piece each.
  pieces.grain = longest < 64 ? kRangeGrain
                              : std::clamp<int64_t>(size / 64, 1, kRangeGrain);
  pieces.starts.assign((size + pieces.grain - 1) / pieces.grain + 1, 0);
  ROWSPLIT_RETURN_IF_ERROR(CountRows(
      pieces, exec, [](const RowRange& range) { return range.size; }));
  return pieces;
}

// The splits of the ranges' rows. Turns each range of rows into the range of
// their values. `splits_of(source)` are a source's splits, `scale` of them for
// a row.
template <typename SplitsOf>
absl::StatusOr<Buffer<Offset>> SelectSplits(Pieces& pieces, int64_t scale,
                                            const ExecOptions& exec,
                                            const SplitsOf& splits_of) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_items,
                            CheckedMul(pieces.num_rows(), scale));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_splits, CheckedAdd(num_items, 1));
  BufferBuilder<Offset> builder(static_cast<size_t>(num_splits));
  builder[0] = 0;
  const std::vector<int64_t> row_starts = pieces.starts;
  ROWSPLIT_RETURN_IF_ERROR(CountRows(pieces, exec, [&](const RowRange& range) {
    const Offset* const splits = splits_of(range.source);
    return splits[(range.begin + range.size) * scale] -
           splits[range.begin * scale];
  }));
  const auto num_pieces = static_cast<int64_t>(row_starts.size()) - 1;
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, num_pieces, 1, [&](int64_t index, int64_t) {
        Offset* out = builder.data() + row_starts[index] * scale + 1;
        Offset end = pieces.starts[index];
        for (RowRange& range : pieces.piece(index)) {
          const Offset* const splits =
              splits_of(range.source) + range.begin * scale;
          const int64_t items = range.size * scale;
          const Offset shift = end - splits[0];
          for (int64_t i = 1; i <= items; ++i) *out++ = splits[i] + shift;
          range.begin = splits[0];
          range.size = splits[items] - splits[0];
          end += range.size;
        }
        return absl::OkStatus();
      }));
  return std::move(builder).Build();
}

// The bytes of the ranges' rows, `row_bytes` each. `bytes_of(source)` are a
// source's.
template <typename Byte, typename BytesOf>
absl::StatusOr<Buffer<Byte>> CopyBytes(Pieces& pieces, int64_t row_bytes,
                                       const ExecOptions& exec,
                                       const BytesOf& bytes_of) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            CheckedMul(pieces.num_rows(), row_bytes));
  BufferBuilder<Byte> builder(static_cast<size_t>(size));
  if (size == 0) return std::move(builder).Build();
  auto* const output = reinterpret_cast<uint8_t*>(builder.data());
  const auto num_pieces = static_cast<int64_t>(pieces.starts.size()) - 1;
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, num_pieces, 1, [&](int64_t index, int64_t) {
        kernels::RangeCopier copier(
            output + pieces.starts[index] * row_bytes,
            output + pieces.starts[index + 1] * row_bytes);
        for (const RowRange& range : pieces.piece(index)) {
          const std::span<const Byte> source = bytes_of(range.source);
          const auto* bytes = reinterpret_cast<const uint8_t*>(source.data());
          copier.Add(bytes + range.begin * row_bytes,
                     static_cast<size_t>(range.size * row_bytes),
                     bytes + source.size());
        }
        copier.Flush();
        return absl::OkStatus();
      }));
  return std::move(builder).Build();
}

absl::StatusOr<StringTensor> CopyStrings(std::span<const Tensor> sources,
                                         Pieces& pieces, int64_t value_items,
                                         const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> offsets,
      SelectSplits(pieces, value_items, exec, [&](int64_t source) {
        return sources[source].strings().offsets().row_splits().data();
      }));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<char> bytes, CopyBytes<char>(pieces, 1, exec, [&](int64_t source) {
        return sources[source].strings().bytes().span();
      }));
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets)),
      std::move(bytes));
}

// The splits of rows [begin, end), from 0 on.
Buffer<Offset> RebaseSplits(std::span<const Offset> splits, int64_t begin,
                            int64_t end) {
  BufferBuilder<Offset> builder(static_cast<size_t>(end - begin + 1));
  for (int64_t row = begin; row <= end; ++row) {
    builder[row - begin] = splits[row] - splits[begin];
  }
  return std::move(builder).Build();
}

}  // namespace

absl::StatusOr<Tensor> SelectRows(std::span<const Tensor> sources,
                                  std::vector<RowRange> ranges,
                                  const ExecOptions& exec) {
  const Tensor& front = sources.front();
  ROWSPLIT_ASSIGN_OR_RETURN(Pieces pieces, CutRanges(std::move(ranges), exec));
  std::vector<RowPartition> partitions;
  for (int axis = 0; axis < front.ragged_rank(); ++axis) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        Buffer<Offset> splits,
        SelectSplits(pieces, 1, exec, [&](int64_t source) {
          return sources[source].partition(axis).row_splits().data();
        }));
    partitions.push_back(
        RowPartition::FromRowSplitsUnchecked(std::move(splits)));
  }
  std::vector<int64_t> flat_shape = front.flat_shape();
  flat_shape[0] = pieces.num_rows();
  const int64_t value_items = front.value_items();
  if (front.is_string()) {
    ROWSPLIT_ASSIGN_OR_RETURN(StringTensor strings,
                              CopyStrings(sources, pieces, value_items, exec));
    ROWSPLIT_ASSIGN_OR_RETURN(
        Tensor values,
        Tensor::Dense(std::move(strings), std::move(flat_shape)));
    return Tensor::FromPartitionsUnchecked(std::move(partitions),
                                           std::move(values));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<std::byte> bytes,
      CopyBytes<std::byte>(
          pieces, value_items * DTypeSize(front.dtype()), exec,
          [&](int64_t source) { return sources[source].bytes().span(); }));
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor values,
                            Tensor::DenseBytes(front.dtype(), std::move(bytes),
                                               std::move(flat_shape)));
  return Tensor::FromPartitionsUnchecked(std::move(partitions),
                                         std::move(values));
}

Tensor SliceRows(const Tensor& input, int64_t begin, int64_t end) {
  std::vector<RowPartition> partitions;
  for (const RowPartition& partition : input.partitions()) {
    const std::span<const Offset> splits = partition.row_splits();
    partitions.push_back(
        RowPartition::FromRowSplitsUnchecked(RebaseSplits(splits, begin, end)));
    begin = splits[begin];
    end = splits[end];
  }
  std::vector<int64_t> flat_shape = input.flat_shape();
  flat_shape[0] = end - begin;
  const int64_t items = input.value_items();
  if (input.is_string()) {
    const RowPartition& offsets = input.strings().offsets();
    const std::span<const Offset> splits = offsets.row_splits();
    const Offset first = splits[begin * items];
    const Offset last = splits[end * items];
    StringTensor strings = *StringTensor::FromBytes(
        RowPartition::FromRowSplitsUnchecked(
            RebaseSplits(splits, begin * items, end * items)),
        input.strings().bytes().Slice(static_cast<size_t>(first),
                                      static_cast<size_t>(last - first)));
    return Tensor::FromPartitionsUnchecked(
        std::move(partitions),
        Tensor::DenseUnchecked(std::move(strings), std::move(flat_shape)));
  }
  const int64_t value_bytes = items * DTypeSize(input.dtype());
  return Tensor::FromPartitionsUnchecked(
      std::move(partitions),
      Tensor::DenseBytesUnchecked(
          input.dtype(),
          input.bytes().Slice(static_cast<size_t>(begin * value_bytes),
                              static_cast<size_t>((end - begin) * value_bytes)),
          std::move(flat_shape)));
}

}  // namespace rowsplit::internal
