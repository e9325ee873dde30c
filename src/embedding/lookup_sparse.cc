#include "rowsplit/embedding/lookup_sparse.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/status_macros.h"
#include "embedding/combine_rows.h"
#include "embedding/partitioned_rows.h"
#include "ops/check_sparse.h"
#include "ops/gather_rows.h"
#include "ops/index_tensor.h"
#include "ops/select_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ragged/row_partition.h"

namespace rowsplit {

namespace {

using internal::PartitionedRows;

constexpr char kLookup[] = "embedding_lookup_sparse";
constexpr char kSafeLookup[] = "safe_embedding_lookup_sparse";
constexpr char kSegment[] = "sparse_segment";

// int32 or int64 ids in a vector, as int64.
absl::StatusOr<Tensor> TakeVector(std::string_view op, const Tensor& ids) {
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor wide, internal::AsIndices(op, ids));
  if (!wide.is_ragged() && wide.rank() == 1) return wide;
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: ids must be a vector, got rank %d", op, wide.rank()));
}

absl::Status CheckRaggedIds(std::string_view op, const Tensor& ids) {
  if (ids.is_ragged() && ids.flat_shape().size() == 1) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: ids must be ragged, without inner dimensions, or sparse: got a %s "
      "tensor of rank %d",
      op, ids.is_ragged() ? "ragged" : "dense", ids.rank()));
}

// The values of ragged weights; null for none. Their number is checked later.
std::optional<Tensor> ValuesOf(const std::optional<Tensor>& weights) {
  if (!weights || !weights->is_ragged()) return weights;
  return weights->flat_values();
}

const Tensor* PointerTo(const std::optional<Tensor>& tensor) {
  return tensor ? &*tensor : nullptr;
}

absl::Status CheckWeights(std::string_view op, size_t num_ids,
                          const std::optional<SparseTensor>& weights) {
  if (!weights) return absl::OkStatus();
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckSparse(op, *weights));
  if (weights->values.num_values() == static_cast<int64_t>(num_ids))
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrFormat(
      "%s: there must be a weight for each id: %d weights, %d ids", op,
      weights->values.num_values(), num_ids));
}

// Row splits of ids that do not decrease, for `num_rows` rows or as many as the
// last id needs. `name` is what an error calls them.
absl::StatusOr<Buffer<Offset>> SortedIdsToSplits(
    std::string_view name, std::span<const int64_t> ids,
    std::optional<int64_t> num_rows) {
  for (size_t i = 0; i < ids.size(); ++i) {
    const int64_t least = i == 0 ? 0 : ids[i - 1];
    if (ids[i] >= least && (!num_rows || ids[i] < *num_rows)) continue;
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s must not decrease and lie in [0, %s): %d at position %d after %d",
        name, num_rows ? absl::StrFormat("%d", *num_rows) : "2^63", ids[i], i,
        least));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t last,
      internal::CheckedAdd(ids.empty() ? -1 : ids.back(), 1));
  const int64_t rows = num_rows.value_or(last);
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_splits,
                            internal::CheckedAdd(rows, 1));
  ROWSPLIT_RETURN_IF_ERROR(
      internal::CheckedMul(num_splits, sizeof(Offset)).status());
  BufferBuilder<Offset> splits(static_cast<size_t>(num_splits));
  size_t position = 0;
  for (int64_t row = 0; row < num_splits; ++row) {
    while (position < ids.size() && ids[position] < row) ++position;
    splits[row] = static_cast<Offset>(position);
  }
  return std::move(splits).Build();
}

// Ids in rows after what is invalid was left out.
struct PrunedIds {
  std::vector<int64_t> ids;
  std::vector<int64_t> places;  // of each id among all; -1 for a default id
  std::vector<Offset> splits = {0};
};

// Whether a weight counts in a mean.
absl::StatusOr<std::vector<bool>> AboveZero(const PartitionedRows& rows,
                                            const Tensor& weights) {
  if (weights.dtype() != rows.dtype()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: weights must have the dtype of the table, %s, got %s", kSafeLookup,
        DTypeName(rows.dtype()), DTypeName(weights.dtype())));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor wide, Cast(weights, DType::kFloat64));
  const std::span<const double> items = wide.items<double>();
  std::vector<bool> above(items.size());
  for (size_t i = 0; i < items.size(); ++i) above[i] = items[i] > 0;
  return above;
}

}  // namespace

absl::StatusOr<Tensor> EmbeddingLookupSparse(
    const std::vector<Tensor>& parts, const Tensor& ids,
    const std::optional<Tensor>& weights, const LookupSparseOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const PartitionedRows rows,
      PartitionedRows::Create(kLookup, parts, options.partition_strategy));
  ROWSPLIT_RETURN_IF_ERROR(CheckRaggedIds(kLookup, ids));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor indices,
                            internal::AsIndices(kLookup, ids));
  std::span<const Offset> splits = ids.partitions().back().row_splits();
  if (options.drop_trailing_empty_rows) {
    if (ids.ragged_rank() > 1) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: only of ids of rank 2 trailing empty rows can be dropped, got "
          "rank %d",
          kLookup, ids.rank()));
    }
    while (splits.size() > 1 && splits[splits.size() - 2] == splits.back())
      splits = splits.first(splits.size() - 1);
  }
  const std::optional<Tensor> values = ValuesOf(weights);
  ROWSPLIT_ASSIGN_OR_RETURN(
      Tensor combined,
      internal::CombineRows(
          rows, indices.items<int64_t>(), splits, PointerTo(values),
          {options.combiner, options.max_norm, options.exec}));
  return Tensor::FromPartitionsUnchecked(
      {ids.partitions().begin(), ids.partitions().end() - 1},
      std::move(combined));
}

absl::StatusOr<Tensor> EmbeddingLookupSparse(
    const std::vector<Tensor>& parts, const SparseTensor& ids,
    const std::optional<SparseTensor>& weights,
    const LookupSparseOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const PartitionedRows rows,
      PartitionedRows::Create(kLookup, parts, options.partition_strategy));
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckSparse(kLookup, ids));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor indices,
                            TakeVector(kLookup, ids.values));
  const std::span<const int64_t> items = indices.items<int64_t>();
  ROWSPLIT_RETURN_IF_ERROR(CheckWeights(kLookup, items.size(), weights));
  std::vector<int64_t> row_ids(items.size());
  for (size_t i = 0; i < items.size(); ++i)
    row_ids[i] = ids.indices[i * ids.dense_shape.size()];
  std::optional<int64_t> num_rows;
  if (!options.drop_trailing_empty_rows) num_rows = ids.dense_shape[0];
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<Offset> splits,
      SortedIdsToSplits("embedding_lookup_sparse: the rows of indices", row_ids,
                        num_rows));
  return internal::CombineRows(
      rows, items, splits.span(), weights ? &weights->values : nullptr,
      {options.combiner, options.max_norm, options.exec});
}

namespace {

// Looks up and combines ids that are grouped in rows: `places` are those of a
// row after the other, `splits` their row splits.
absl::StatusOr<Tensor> SafeLookup(const PartitionedRows& rows,
                                  std::span<const int64_t> ids,
                                  std::span<const int64_t> places,
                                  std::span<const Offset> splits,
                                  const Tensor* weights,
                                  const SafeLookupSparseOptions& options) {
  std::vector<bool> counts(ids.size(), true);
  if (weights != nullptr) {
    if (weights->is_ragged() || weights->rank() != 1 ||
        weights->num_items() != static_cast<int64_t>(ids.size())) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "%s: there must be a weight for each id: %d weights, %d ids",
          kSafeLookup, weights->num_items(), ids.size()));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(counts, AboveZero(rows, *weights));
    if (options.combiner == Combiner::kSum) counts.assign(ids.size(), true);
  }
  PrunedIds kept;
  for (size_t row = 0; row + 1 < splits.size(); ++row) {
    const size_t before = kept.ids.size();
    for (Offset i = splits[row]; i < splits[row + 1]; ++i) {
      const int64_t place = places.empty() ? i : places[i];
      if (ids[place] < 0 || !counts[place]) continue;
      if (!rows.Find(ids[place])) return rows.NoRow(place, ids[place]);
      kept.ids.push_back(ids[place]);
      kept.places.push_back(place);
    }
    if (kept.ids.size() == before && options.default_id) {
      if (!rows.Find(*options.default_id)) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "%s: default_id must be a row of the table, of %d rows: %d, for "
            "row %d, which has no id",
            kSafeLookup, rows.num_rows(), *options.default_id, row));
      }
      kept.ids.push_back(*options.default_id);
      kept.places.push_back(-1);
    }
    kept.splits.push_back(static_cast<Offset>(kept.ids.size()));
  }
  Tensor chosen;
  if (weights != nullptr) {
    // A default id has the weight 1.
    const Tensor one = Tensor::Vector(Buffer<float>{1});
    ROWSPLIT_ASSIGN_OR_RETURN(const Tensor same, Cast(one, weights->dtype()));
    std::vector<internal::RowRange> ranges;
    ranges.reserve(kept.places.size());
    for (const int64_t place : kept.places)
      ranges.push_back({std::max<int64_t>(place, 0), 1, place < 0 ? 1 : 0});
    const std::vector<Tensor> sources = {*weights, same};
    ROWSPLIT_ASSIGN_OR_RETURN(
        chosen, internal::SelectRows(sources, std::move(ranges), options.exec));
  }
  return internal::CombineRows(
      rows, kept.ids, kept.splits, weights != nullptr ? &chosen : nullptr,
      {options.combiner, options.max_norm, options.exec});
}

// The places of sparse values, by the row that all axes but the last make.
struct RowsOfIds {
  std::vector<int64_t> places;
  std::vector<Offset> splits;
};

absl::StatusOr<RowsOfIds> GroupByRow(const SparseTensor& ids) {
  const size_t rank = ids.dense_shape.size();
  int64_t num_rows = 1;
  for (size_t axis = 0; axis + 1 < rank; ++axis) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        num_rows, internal::CheckedMul(num_rows, ids.dense_shape[axis]));
  }
  const auto num_ids = static_cast<size_t>(ids.values.num_values());
  std::vector<int64_t> row_of(num_ids, 0);
  for (size_t i = 0; i < num_ids; ++i) {
    for (size_t axis = 0; axis + 1 < rank; ++axis) {
      const int64_t index = ids.indices[i * rank + axis];
      if (index < 0 || index >= ids.dense_shape[axis]) {
        return absl::InvalidArgumentError(absl::StrFormat(
            "%s: an index must lie in the dense shape: indices[%d][%d]=%d, "
            "size %d",
            kSafeLookup, i, axis, index, ids.dense_shape[axis]));
      }
      row_of[i] = row_of[i] * ids.dense_shape[axis] + index;
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const RowPartition partition,
                            RowPartition::FromSegmentIds(row_of, num_rows));
  const std::span<const Offset> splits = partition.row_splits();
  RowsOfIds rows{std::vector<int64_t>(num_ids), {splits.begin(), splits.end()}};
  std::vector<Offset> next = rows.splits;
  for (size_t i = 0; i < num_ids; ++i)
    rows.places[next[row_of[i]]++] = static_cast<int64_t>(i);
  return rows;
}

}  // namespace

absl::StatusOr<Tensor> SafeEmbeddingLookupSparse(
    const std::vector<Tensor>& parts, const Tensor& ids,
    const std::optional<Tensor>& weights,
    const SafeLookupSparseOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const PartitionedRows rows,
      PartitionedRows::Create(kSafeLookup, parts, options.partition_strategy));
  ROWSPLIT_RETURN_IF_ERROR(CheckRaggedIds(kSafeLookup, ids));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor indices,
                            internal::AsIndices(kSafeLookup, ids));
  const std::optional<Tensor> values = ValuesOf(weights);
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor combined,
                            SafeLookup(rows, indices.items<int64_t>(), {},
                                       ids.partitions().back().row_splits(),
                                       PointerTo(values), options));
  return Tensor::FromPartitionsUnchecked(
      {ids.partitions().begin(), ids.partitions().end() - 1},
      std::move(combined));
}

absl::StatusOr<Tensor> SafeEmbeddingLookupSparse(
    const std::vector<Tensor>& parts, const SparseTensor& ids,
    const std::optional<SparseTensor>& weights,
    const SafeLookupSparseOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const PartitionedRows rows,
      PartitionedRows::Create(kSafeLookup, parts, options.partition_strategy));
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckSparse(kSafeLookup, ids));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor indices,
                            TakeVector(kSafeLookup, ids.values));
  const std::span<const int64_t> items = indices.items<int64_t>();
  ROWSPLIT_RETURN_IF_ERROR(CheckWeights(kSafeLookup, items.size(), weights));
  ROWSPLIT_ASSIGN_OR_RETURN(const RowsOfIds grouped, GroupByRow(ids));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Tensor combined,
      SafeLookup(rows, items, grouped.places, grouped.splits,
                 weights ? &weights->values : nullptr, options));
  std::vector<int64_t> shape(ids.dense_shape.begin(),
                             ids.dense_shape.end() - 1);
  shape.insert(shape.end(), rows.row_shape().begin(), rows.row_shape().end());
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  return internal::Reshaped(combined, std::move(shape));
}

absl::StatusOr<Tensor> SparseSegmentReduce(
    const Tensor& data, const Tensor& indices, const Tensor& segment_ids,
    Combiner combiner, const SparseSegmentOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const PartitionedRows rows,
      PartitionedRows::Create(kSegment, {data}, PartitionStrategy::kDiv));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor places, TakeVector(kSegment, indices));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor segments,
                            TakeVector(kSegment, segment_ids));
  if (places.num_items() != segments.num_items()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: there must be a segment id for each index: %d segment ids, %d "
        "indices",
        kSegment, segments.num_items(), places.num_items()));
  }
  if (options.num_segments.value_or(0) < 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s: num_segments must not be negative: %d", kSegment,
                        *options.num_segments));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<Offset> splits,
      SortedIdsToSplits("sparse_segment: segment_ids",
                        segments.items<int64_t>(), options.num_segments));
  return internal::CombineRows(rows, places.items<int64_t>(), splits.span(),
                               nullptr, {combiner, std::nullopt, options.exec});
}

}  // namespace rowsplit
