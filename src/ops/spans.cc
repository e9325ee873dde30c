#include "rowsplit/ops/spans.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "ops/gather_rows.h"
#include "ops/index_tensor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::CheckedAdd;
using internal::CheckedMul;

// The four tensors of a call, as int64.
struct Four {
  Tensor source_start, source_limit, target_start, target_limit;

  Four values() const {
    return {source_start.values(), source_limit.values(), target_start.values(),
            target_limit.values()};
  }
};

// The spans of one row: sources [source, source_end) and targets likewise.
struct RowPair {
  Offset source, source_end, target, target_end;
  Offset result;  // where its bools begin
};

template <typename Test>
void Compare(const Four& four, const RowPair& row, bool* out, Test&& test) {
  const auto starts = four.source_start.items<int64_t>();
  const auto limits = four.source_limit.items<int64_t>();
  const auto target_starts = four.target_start.items<int64_t>();
  const auto target_limits = four.target_limit.items<int64_t>();
  out += row.result;
  for (Offset s = row.source; s < row.source_end; ++s) {
    for (Offset t = row.target; t < row.target_end; ++t)
      *out++ = test(starts[s], limits[s], target_starts[t], target_limits[t]);
  }
}

void CompareRow(const Four& four, const RowPair& row,
                const SpanOptions& options, bool* out) {
  // Source [a, b), target [c, d).
  if (options.partial_overlap) {
    return Compare(four, row, out,
                   [](int64_t a, int64_t b, int64_t c, int64_t d) {
                     return (a <= c && c < b) || (c <= a && a < d);
                   });
  }
  if (options.contains && options.contained_by) {
    return Compare(four, row, out,
                   [](int64_t a, int64_t b, int64_t c, int64_t d) {
                     return (a <= c && d <= b) || (c <= a && b <= d);
                   });
  }
  if (options.contains) {
    return Compare(four, row, out,
                   [](int64_t a, int64_t b, int64_t c, int64_t d) {
                     return a <= c && d <= b;
                   });
  }
  if (options.contained_by) {
    return Compare(four, row, out,
                   [](int64_t a, int64_t b, int64_t c, int64_t d) {
                     return c <= a && b <= d;
                   });
  }
  return Compare(four, row, out,
                 [](int64_t a, int64_t b, int64_t c, int64_t d) {
                   return a == c && b == d;
                 });
}

absl::StatusOr<Tensor> CompareRows(const Four& four,
                                   const std::vector<RowPair>& rows,
                                   int64_t size, const SpanOptions& options) {
  BufferBuilder<bool> bools(static_cast<size_t>(size));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      options.exec, static_cast<int64_t>(rows.size()), 64,
      [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row)
          CompareRow(four, rows[row], options, bools.data());
        return absl::OkStatus();
      }));
  return Tensor::Vector(std::move(bools).Build());
}

absl::Status Mismatch(std::string_view what) {
  return absl::InvalidArgumentError(absl::StrFormat("span_overlaps: %s", what));
}

// The shape that both broadcast to, without the last axis of each.
absl::StatusOr<std::vector<int64_t>> BatchShape(
    const std::vector<int64_t>& source, const std::vector<int64_t>& target) {
  std::vector<int64_t> shape;
  for (size_t i = 0; i + 1 < source.size(); ++i) {
    if (source[i] != target[i] && source[i] != 1 && target[i] != 1) {
      return Mismatch(absl::StrFormat(
          "source and target spans must have as many rows, or one: axis %d of "
          "sizes %d and %d",
          i, source[i], target[i]));
    }
    shape.push_back(source[i] == 1 ? target[i] : source[i]);
  }
  return shape;
}

// The row of `shape` that the row `index` of `batch` takes.
int64_t BroadcastRow(int64_t index, const std::vector<int64_t>& batch,
                     const std::vector<int64_t>& shape) {
  int64_t row = 0;
  int64_t stride = 1;
  for (size_t i = batch.size(); i-- > 0;) {
    if (shape[i] != 1) row += index % batch[i] * stride;
    stride *= shape[i];
    index /= batch[i];
  }
  return row;
}

absl::StatusOr<Tensor> DenseOverlaps(const Four& four,
                                     const SpanOptions& options) {
  const std::vector<int64_t>& source = four.source_start.flat_shape();
  const std::vector<int64_t>& target = four.target_start.flat_shape();
  if (source != four.source_limit.flat_shape() ||
      target != four.target_limit.flat_shape()) {
    return Mismatch("starts and limits must have one shape");
  }
  if (source.size() != target.size() || source.empty()) {
    return Mismatch(absl::StrFormat(
        "source and target spans must have one rank, 1 or more: %d and %d",
        source.size(), target.size()));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<int64_t> batch,
                            BatchShape(source, target));
  std::vector<int64_t> shape = batch;
  shape.push_back(source.back());
  shape.push_back(target.back());
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  int64_t num_rows = 1;
  for (const int64_t length : batch) num_rows *= length;
  const int64_t in_row = source.back() * target.back();
  std::vector<RowPair> rows(in_row == 0 ? 0 : static_cast<size_t>(num_rows));
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    const Offset s = BroadcastRow(row, batch, source) * source.back();
    const Offset t = BroadcastRow(row, batch, target) * target.back();
    rows[i] = {s, s + source.back(), t, t + target.back(), row * in_row};
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor bools, CompareRows(four, rows, num_rows * in_row, options));
  return internal::Reshaped(bools, std::move(shape));
}

// Of ragged rank 1, without inner dimensions.
absl::StatusOr<Tensor> RaggedOverlaps(const Four& four,
                                      const SpanOptions& options) {
  const RowPartition& source = four.source_start.partition(0);
  const RowPartition& target = four.target_start.partition(0);
  if (source != four.source_limit.partition(0) ||
      target != four.target_limit.partition(0)) {
    return Mismatch("starts and limits must have the same rows");
  }
  if (source.num_rows() != target.num_rows()) {
    return Mismatch(absl::StrFormat(
        "source and target spans must have as many rows: %d and %d",
        source.num_rows(), target.num_rows()));
  }
  std::vector<RowPair> rows(static_cast<size_t>(source.num_rows()));
  BufferBuilder<Offset> splits(static_cast<size_t>(source.num_values()) + 1);
  Offset* split = splits.data();
  *split = 0;
  int64_t size = 0;
  for (int64_t row = 0; row < source.num_rows(); ++row) {
    const auto from = source.row_splits().subspan(row);
    const auto to = target.row_splits().subspan(row);
    rows[row] = {from[0], from[1], to[0], to[1], size};
    const int64_t length = to[1] - to[0];
    ROWSPLIT_ASSIGN_OR_RETURN(const int64_t in_row,
                              CheckedMul(from[1] - from[0], length));
    ROWSPLIT_ASSIGN_OR_RETURN(size, CheckedAdd(size, in_row));
    for (Offset s = from[0]; s < from[1]; ++s, ++split)
      split[1] = split[0] + length;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor bools,
                            CompareRows(four, rows, size, options));
  return Tensor::FromPartitions(
      {source, RowPartition::FromRowSplitsUnchecked(std::move(splits).Build())},
      std::move(bools));
}

absl::StatusOr<Tensor> Overlaps(const Four& four, const SpanOptions& options) {
  const Tensor* const all[] = {&four.source_start, &four.source_limit,
                               &four.target_start, &four.target_limit};
  const Tensor& first = four.source_start;
  for (const Tensor* tensor : all) {
    if (tensor->is_ragged() != first.is_ragged() ||
        tensor->rank() != first.rank()) {
      return Mismatch("all tensors must have the same rank and ragged rank");
    }
  }
  if (!first.is_ragged()) return DenseOverlaps(four, options);
  if (first.rank() == 2) return RaggedOverlaps(four, options);
  for (const Tensor* tensor : all) {
    if (tensor->partition(0) != first.partition(0))
      return Mismatch("the rows of the outer axes must be the same");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor values, Overlaps(four.values(), options));
  return Tensor::FromPartition(first.partition(0), std::move(values));
}

absl::StatusOr<Four> AsInt64(const Spans& source, const Spans& target) {
  const DType dtype = source.start.dtype();
  for (const Tensor* tensor : {&source.limit, &target.start, &target.limit}) {
    if (tensor->dtype() == dtype) continue;
    return Mismatch(
        absl::StrFormat("all tensors must have one dtype: %s and %s",
                        DTypeName(dtype), DTypeName(tensor->dtype())));
  }
  Four four;
  const auto convert = [](const Tensor& tensor) {
    return internal::AsIndices("span_overlaps", tensor);
  };
  ROWSPLIT_ASSIGN_OR_RETURN(four.source_start, convert(source.start));
  ROWSPLIT_ASSIGN_OR_RETURN(four.source_limit, convert(source.limit));
  ROWSPLIT_ASSIGN_OR_RETURN(four.target_start, convert(target.start));
  ROWSPLIT_ASSIGN_OR_RETURN(four.target_limit, convert(target.limit));
  return four;
}

}  // namespace

absl::StatusOr<Tensor> SpanOverlaps(const Spans& source, const Spans& target,
                                    const SpanOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Four four, AsInt64(source, target));
  return Overlaps(four, options);
}

absl::StatusOr<Tensor> SpanAlignments(const Spans& source, const Spans& target,
                                      const SpanOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor overlaps,
                            SpanOverlaps(source, target, options));
  ROWSPLIT_ASSIGN_OR_RETURN(
      overlaps, internal::WithRaggedRank(overlaps, overlaps.rank() - 1));
  const RowPartition& rows = overlaps.partitions().back();
  const std::span<const bool> bools = overlaps.items<bool>();
  BufferBuilder<Offset> splits(static_cast<size_t>(rows.num_rows()) + 1);
  BufferBuilder<int64_t> places;
  splits[0] = 0;
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    const Offset begin = rows.row_splits()[row];
    for (Offset i = begin; i < rows.row_splits()[row + 1]; ++i) {
      if (bools[i]) places.Append(i - begin);
    }
    splits[row + 1] = static_cast<Offset>(places.size());
  }
  std::vector<RowPartition> partitions(overlaps.partitions().begin(),
                                       overlaps.partitions().end());
  partitions.back() =
      RowPartition::FromRowSplitsUnchecked(std::move(splits).Build());
  return Tensor::FromPartitionsUnchecked(
      std::move(partitions), Tensor::Vector(std::move(places).Build()));
}

absl::StatusOr<Tensor> SpanAlignment(const Spans& source, const Spans& target,
                                     const SpanOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor all,
                            SpanAlignments(source, target, options));
  const RowPartition& rows = all.partitions().back();
  const std::span<const int64_t> places = all.items<int64_t>();
  BufferBuilder<int64_t> last(static_cast<size_t>(rows.num_rows()));
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    last[row] =
        rows.row_length(row) == 0 ? -1 : places[rows.row_splits()[row + 1] - 1];
  }
  const std::span<const RowPartition> outer =
      all.partitions().first(all.partitions().size() - 1);
  return Tensor::FromPartitionsUnchecked(
      {outer.begin(), outer.end()}, Tensor::Vector(std::move(last).Build()));
}

}  // namespace rowsplit
