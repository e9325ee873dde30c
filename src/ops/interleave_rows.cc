#include "ops/interleave_rows.h"

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
#include "rowsplit/ragged/row_partition.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

namespace {

// Bytes of the result that a thread takes at a time.
constexpr int64_t kGrainBytes = int64_t{1} << 18;

// The rows of the sources at each depth: depth 0 are the outermost rows, and a
// level of splits leads from one depth to the next. The levels are the
// partitions and then, for strings, their offsets.
class Interleaving {
 public:
  Interleaving(std::span<const RowGroups> sources, int64_t num_groups,
               int64_t times)
      : sources_(sources), num_groups_(num_groups), times_(times) {
    const Tensor& front = *sources.front().tensor;
    scales_.assign(front.ragged_rank(), 1);
    if (front.is_string()) scales_.push_back(front.value_items());
    for (const RowGroups& source : sources) {
      for (const RowPartition& partition : source.tensor->partitions())
        levels_.push_back(partition.row_splits().data());
      if (front.is_string()) {
        levels_.push_back(
            source.tensor->strings().offsets().row_splits().data());
      }
    }
  }

  int depth() const { return static_cast<int>(scales_.size()); }
  size_t num_sources() const { return sources_.size(); }
  // Row `r` of a level starts at splits(…)[r * scale(level)].
  int64_t scale(int level) const { return scales_[level]; }
  const Offset* splits(size_t source, int level) const {
    return levels_[source * scales_.size() + level];
  }

  // The number of the result's rows at a depth.
  absl::StatusOr<int64_t> NumRows(int depth) const {
    int64_t total = 0;
    for (const RowGroups& source : sources_) {
      const Tensor& tensor = *source.tensor;
      int64_t rows = tensor.num_rows();
      if (depth > tensor.ragged_rank()) {
        rows = static_cast<int64_t>(tensor.strings().bytes().size());
      } else if (depth > 0) {
        rows = tensor.partition(depth - 1).num_values();
      }
      ROWSPLIT_ASSIGN_OR_RETURN(total, CheckedAdd(total, rows));
    }
    return CheckedMul(total, times_);
  }

  // `count` rows of a source from `row` on, in the group's repetition `time`;
  // the group has the rows [at[s], next[s]) of source s.
  struct Run {
    size_t source;
    int64_t row;
    int64_t count;
    int64_t time;
    const int64_t* at;
    const int64_t* next;
  };

  // Calls emit(Run) for the runs that make up the rows [begin, end) of the
  // result at a depth, in order.
  template <typename Emit>
  void ForEachRun(int depth, int64_t begin, int64_t end,
                  const Emit& emit) const {
    int64_t group = GroupOf(depth, begin);
    std::vector<int64_t> at(num_sources());
    std::vector<int64_t> next(num_sources());
    int64_t out = 0;
    for (size_t source = 0; source < num_sources(); ++source) {
      at[source] = RowAt(source, depth, group);
      out += at[source] * times_;
    }
    for (; out < end; ++group) {
      int64_t width = 0;
      for (size_t source = 0; source < num_sources(); ++source) {
        next[source] = RowAt(source, depth, group + 1);
        width += next[source] - at[source];
      }
      int64_t time = 0;
      if (out < begin && width > 0) time = (begin - out) / width;
      out += time * width;
      for (; width > 0 && time < times_ && out < end; ++time) {
        for (size_t source = 0; source < num_sources(); ++source) {
          const int64_t count = next[source] - at[source];
          const int64_t first = std::max<int64_t>(begin - out, 0);
          const int64_t last = std::min(count, end - out);
          if (first < last) {
            emit(Run{source, at[source] + first, last - first, time, at.data(),
                     next.data()});
          }
          out += count;
        }
      }
      at.swap(next);
    }
  }

  // Where a run's first row starts in the result one depth below.
  Offset StartBelow(int level, const Run& run) const {
    Offset start = 0;
    for (size_t source = 0; source < num_sources(); ++source) {
      const Offset* const rows = splits(source, level);
      const Offset before = rows[run.at[source] * scale(level)];
      const Offset width = rows[run.next[source] * scale(level)] - before;
      start += before * times_ + width * run.time;
      if (source < run.source) start += width;
      if (source == run.source) start += rows[run.row * scale(level)] - before;
    }
    return start;
  }

 private:
  // The first row of a source's group at a depth.
  int64_t RowAt(size_t source, int depth, int64_t group) const {
    const RowGroups& groups = sources_[source];
    int64_t row =
        groups.splits == nullptr ? group * groups.length : groups.splits[group];
    for (int level = 0; level < depth; ++level)
      row = splits(source, level)[row * scale(level)];
    return row;
  }

  // The last group that starts at or before a row of the result.
  int64_t GroupOf(int depth, int64_t row) const {
    int64_t low = 0;
    int64_t high = num_groups_;
    while (high - low > 1) {
      const int64_t middle = low + (high - low) / 2;
      int64_t start = 0;
      for (size_t source = 0; source < num_sources(); ++source)
        start += RowAt(source, depth, middle) * times_;
      (start <= row ? low : high) = middle;
    }
    return low;
  }

  std::span<const RowGroups> sources_;
  int64_t num_groups_;
  int64_t times_;
  std::vector<int64_t> scales_;
  std::vector<const Offset*> levels_;
};

// The number of rows at each depth; fails if the memory of the splits or of the
// values, `value_bytes` each, does not fit 64 bits.
absl::StatusOr<std::vector<int64_t>> CheckSizes(const Interleaving& rows,
                                                int64_t value_bytes) {
  std::vector<int64_t> num_rows;
  for (int depth = 0; depth <= rows.depth(); ++depth) {
    ROWSPLIT_ASSIGN_OR_RETURN(num_rows.emplace_back(), rows.NumRows(depth));
    int64_t row_bytes = value_bytes;
    if (depth < rows.depth()) {
      ROWSPLIT_ASSIGN_OR_RETURN(row_bytes,
                                CheckedMul(rows.scale(depth), sizeof(Offset)));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t size_bytes,
                              CheckedMul(num_rows.back(), row_bytes));
    ROWSPLIT_RETURN_IF_ERROR(CheckedAdd(size_bytes, sizeof(Offset)).status());
  }
  return num_rows;
}

// The splits of a level, whose rows are `num_rows`.
absl::StatusOr<Buffer<Offset>> MakeSplits(const Interleaving& rows, int level,
                                          int64_t num_rows,
                                          const ExecOptions& exec) {
  const int64_t scale = rows.scale(level);
  const int64_t num_items = num_rows * scale;
  BufferBuilder<Offset> builder(static_cast<size_t>(num_items) + 1);
  Offset* const splits = builder.data();
  splits[0] = 0;
  if (num_items == 0) return std::move(builder).Build();
  const int64_t grain = std::max<int64_t>(
      kGrainBytes / static_cast<int64_t>(sizeof(Offset)) / scale, 1);
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, num_rows, grain, [&](int64_t begin, int64_t end) {
        Offset* out = splits + begin * scale + 1;
        Offset start = -1;
        rows.ForEachRun(level, begin, end, [&](const Interleaving::Run& run) {
          if (start < 0) start = rows.StartBelow(level, run);
          const Offset* from = rows.splits(run.source, level) + run.row * scale;
          const Offset shift = start - from[0];
          const int64_t items = run.count * scale;
          for (int64_t i = 1; i <= items; ++i) *out++ = from[i] + shift;
          start = from[items] + shift;
        });
        return absl::OkStatus();
      }));
  return std::move(builder).Build();
}

// The bytes below the last level; `sources[s]` are those of a source, whose
// rows have `row_bytes` bytes each.
template <typename Byte>
absl::StatusOr<Buffer<Byte>> CopyBytes(
    const Interleaving& rows, std::span<const std::span<const Byte>> sources,
    int64_t num_rows, int64_t row_bytes, const ExecOptions& exec) {
  const int64_t size = num_rows * row_bytes;
  BufferBuilder<Byte> builder(static_cast<size_t>(size));
  if (size == 0) return std::move(builder).Build();
  auto* const output = reinterpret_cast<uint8_t*>(builder.data());
  const int64_t grain = std::max<int64_t>(kGrainBytes / row_bytes, 1);
  ROWSPLIT_RETURN_IF_ERROR(
      ParallelFor(exec, num_rows, grain, [&](int64_t begin, int64_t end) {
        kernels::RangeCopier copier(output + begin * row_bytes,
                                    output + end * row_bytes);
        rows.ForEachRun(
            rows.depth(), begin, end, [&](const Interleaving::Run& run) {
              const std::span<const Byte> source = sources[run.source];
              const auto* bytes =
                  reinterpret_cast<const uint8_t*>(source.data());
              copier.Add(bytes + run.row * row_bytes,
                         static_cast<size_t>(run.count * row_bytes),
                         bytes + source.size());
            });
        copier.Flush();
        return absl::OkStatus();
      }));
  return std::move(builder).Build();
}

absl::StatusOr<Tensor> Interleave(std::span<const RowGroups> sources,
                                  const Interleaving& rows,
                                  const ExecOptions& exec) {
  const Tensor& front = *sources.front().tensor;
  const int64_t value_bytes =
      front.is_string() ? 1 : front.value_items() * DTypeSize(front.dtype());
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> num_rows,
                            CheckSizes(rows, value_bytes));
  std::vector<Buffer<Offset>> splits;
  for (int level = 0; level < rows.depth(); ++level) {
    ROWSPLIT_ASSIGN_OR_RETURN(splits.emplace_back(),
                              MakeSplits(rows, level, num_rows[level], exec));
  }
  std::vector<RowPartition> partitions;
  partitions.reserve(splits.size());
  for (int axis = 0; axis < front.ragged_rank(); ++axis) {
    partitions.push_back(
        RowPartition::FromRowSplitsUnchecked(std::move(splits[axis])));
  }
  std::vector<int64_t> flat_shape = front.flat_shape();
  flat_shape[0] = num_rows[front.ragged_rank()];
  if (front.is_string()) {
    std::vector<std::span<const char>> texts;
    for (const RowGroups& source : sources)
      texts.push_back(source.tensor->strings().bytes().span());
    ROWSPLIT_ASSIGN_OR_RETURN(
        Buffer<char> text,
        CopyBytes(rows, std::span<const std::span<const char>>(texts),
                  num_rows.back(), value_bytes, exec));
    ROWSPLIT_ASSIGN_OR_RETURN(
        StringTensor strings,
        StringTensor::FromBytes(
            RowPartition::FromRowSplitsUnchecked(std::move(splits.back())),
            std::move(text)));
    ROWSPLIT_ASSIGN_OR_RETURN(
        Tensor values,
        Tensor::Dense(std::move(strings), std::move(flat_shape)));
    return Tensor::FromPartitionsUnchecked(std::move(partitions),
                                           std::move(values));
  }
  std::vector<std::span<const std::byte>> arrays;
  for (const RowGroups& source : sources)
    arrays.push_back(source.tensor->bytes().span());
  ROWSPLIT_ASSIGN_OR_RETURN(
      Buffer<std::byte> bytes,
      CopyBytes(rows, std::span<const std::span<const std::byte>>(arrays),
                num_rows.back(), value_bytes, exec));
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor values,
                            Tensor::DenseBytes(front.dtype(), std::move(bytes),
                                               std::move(flat_shape)));
  return Tensor::FromPartitionsUnchecked(std::move(partitions),
                                         std::move(values));
}

}  // namespace

absl::StatusOr<Tensor> InterleaveRows(std::span<const RowGroups> sources,
                                      int64_t num_groups,
                                      const ExecOptions& exec) {
  return Interleave(sources, Interleaving(sources, num_groups, 1), exec);
}

absl::StatusOr<Tensor> RepeatRows(const RowGroups& source, int64_t num_groups,
                                  int64_t times, const ExecOptions& exec) {
  const std::span<const RowGroups> sources(&source, 1);
  return Interleave(sources, Interleaving(sources, num_groups, times), exec);
}

}  // namespace rowsplit::internal
