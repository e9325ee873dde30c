#include "ops/select_rows.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"

namespace rowsplit::internal {

namespace {

absl::StatusOr<int64_t> TotalSize(std::span<const RowRange> ranges) {
  int64_t total = 0;
  for (const RowRange& range : ranges) {
    ROWSPLIT_ASSIGN_OR_RETURN(total, CheckedAdd(total, range.size));
  }
  return total;
}

// The splits of the ranges' rows. Turns each range of rows into the range of
// their values. `splits_of(source)` are a source's splits.
template <typename SplitsOf>
absl::StatusOr<Buffer<Offset>> SelectSplits(std::span<RowRange> ranges,
                                            const SplitsOf& splits_of) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_rows, TotalSize(ranges));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_splits, CheckedAdd(num_rows, 1));
  BufferBuilder<Offset> builder(static_cast<size_t>(num_splits));
  Offset* out = builder.data();
  Offset end = 0;
  *out++ = 0;
  for (RowRange& range : ranges) {
    const std::span<const Offset> splits = splits_of(range.source);
    const Offset first = splits[range.begin];
    const Offset size = splits[range.begin + range.size] - first;
    ROWSPLIT_RETURN_IF_ERROR(CheckedAdd(end, size).status());
    const Offset shift = end - first;
    for (int64_t row = 1; row <= range.size; ++row) {
      *out++ = splits[range.begin + row] + shift;
    }
    end += size;
    range.begin = first;
    range.size = size;
  }
  return std::move(builder).Build();
}

absl::StatusOr<Buffer<std::byte>> CopyBytes(std::span<const Tensor> sources,
                                            std::span<const RowRange> ranges,
                                            int64_t value_bytes) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_values, TotalSize(ranges));
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size,
                            CheckedMul(num_values, value_bytes));
  BufferBuilder<std::byte> builder(static_cast<size_t>(size));
  std::byte* out = builder.data();
  for (const RowRange& range : ranges) {
    const size_t count = static_cast<size_t>(range.size * value_bytes);
    if (count == 0) continue;
    std::memcpy(
        out, sources[range.source].bytes().data() + range.begin * value_bytes,
        count);
    out += count;
  }
  return std::move(builder).Build();
}

absl::StatusOr<StringTensor> CopyStrings(std::span<const Tensor> sources,
                                         std::vector<RowRange> ranges,
                                         int64_t value_items) {
  for (RowRange& range : ranges) {
    range.begin *= value_items;
    range.size *= value_items;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<Offset> offsets,
      SelectSplits(std::span<RowRange>(ranges), [&](int64_t source) {
        return sources[source].strings().offsets().row_splits();
      }));
  BufferBuilder<char> builder(static_cast<size_t>(offsets[offsets.size() - 1]));
  char* out = builder.data();
  for (const RowRange& range : ranges) {
    if (range.size == 0) continue;
    std::memcpy(out,
                sources[range.source].strings().bytes().data() + range.begin,
                static_cast<size_t>(range.size));
    out += range.size;
  }
  return StringTensor::FromBytes(
      RowPartition::FromRowSplitsUnchecked(std::move(offsets)),
      std::move(builder).Build());
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
                                  const ExecOptions&) {
  const Tensor& front = sources.front();
  std::vector<RowPartition> partitions;
  for (int axis = 0; axis < front.ragged_rank(); ++axis) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        Buffer<Offset> splits,
        SelectSplits(std::span<RowRange>(ranges), [&](int64_t source) {
          return sources[source].partition(axis).row_splits();
        }));
    partitions.push_back(
        RowPartition::FromRowSplitsUnchecked(std::move(splits)));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_values, TotalSize(ranges));
  std::vector<int64_t> flat_shape = front.flat_shape();
  flat_shape[0] = num_values;
  const int64_t value_items = front.value_items();
  if (front.is_string()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        StringTensor strings,
        CopyStrings(sources, std::move(ranges), value_items));
    return Tensor::FromPartitionsUnchecked(
        std::move(partitions),
        Tensor::DenseUnchecked(std::move(strings), std::move(flat_shape)));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<std::byte> bytes,
      CopyBytes(sources, ranges, value_items * DTypeSize(front.dtype())));
  return Tensor::FromPartitionsUnchecked(
      std::move(partitions),
      Tensor::DenseBytesUnchecked(front.dtype(), std::move(bytes),
                                  std::move(flat_shape)));
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
