#include "rowsplit/embedding/embedding_lookup.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "core/visit_dtype.h"
#include "embedding/partitioned_rows.h"
#include "embedding/row_values.h"
#include "ops/gather_rows.h"
#include "ops/index_tensor.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ops/gather_axes.h"

namespace rowsplit {

namespace {

using internal::PartitionedRows;

constexpr char kName[] = "embedding_lookup";
// Ids that a thread takes at a time.
constexpr int64_t kGrain = 1024;

// What is the same for all ids of a call.
struct Plan {
  const PartitionedRows& rows;
  std::span<const int64_t> ids;
  const EmbeddingLookupOptions& options;

  // The id from the front; it may be no row.
  int64_t IdAt(int64_t position) const {
    const int64_t id = ids[position];
    return options.negative_from_end && id < 0 ? id + rows.num_rows() : id;
  }
};

// Calls `write(position, place)` for every id that has a row.
template <typename Write>
absl::Status ForEachRow(const Plan& plan, Write&& write) {
  const auto piece = [&](int64_t begin, int64_t end) -> absl::Status {
    for (int64_t i = begin; i < end; ++i) {
      const std::optional<PartitionedRows::Place> place =
          plan.rows.Find(plan.IdAt(i));
      if (!place) return plan.rows.NoRow(i, plan.ids[i]);
      write(i, *place);
    }
    return absl::OkStatus();
  };
  return internal::ParallelFor(
      plan.options.exec, static_cast<int64_t>(plan.ids.size()), kGrain, piece);
}

absl::Status CopyRows(const Plan& plan, int64_t row_bytes, std::byte* output) {
  return ForEachRow(plan, [&](int64_t position, PartitionedRows::Place place) {
    if (row_bytes == 0) return;
    const std::byte* data = plan.rows.parts()[place.part].bytes().data();
    std::memcpy(output + position * row_bytes, data + place.row * row_bytes,
                static_cast<size_t>(row_bytes));
  });
}

template <typename T>
absl::Status ScaleRows(const Plan& plan, internal::Wide<T>* output) {
  const int64_t width = plan.rows.width();
  return ForEachRow(plan, [&](int64_t position, PartitionedRows::Place place) {
    const std::span<const T> row =
        plan.rows.parts()[place.part].items<T>().subspan(
            static_cast<size_t>(place.row * width), static_cast<size_t>(width));
    const auto scale = internal::ScaleToNorm(row, *plan.options.max_norm);
    internal::Wide<T>* out = output + position * width;
    for (const T x : row)
      *out++ = internal::Widen(x) * scale.factor / scale.divisor;
  });
}

absl::Status ScaleRows(const Plan& plan, std::byte* output) {
  switch (plan.rows.dtype()) {
    case DType::kFloat16:
      return ScaleRows<Float16>(plan, reinterpret_cast<float*>(output));
    case DType::kBFloat16:
      return ScaleRows<BFloat16>(plan, reinterpret_cast<float*>(output));
    case DType::kFloat32:
      return ScaleRows<float>(plan, reinterpret_cast<float*>(output));
    case DType::kFloat64:
      return ScaleRows<double>(plan, reinterpret_cast<double*>(output));
    default:
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: max_norm needs a table of floats, got %s", kName,
                          DTypeName(plan.rows.dtype())));
  }
}

}  // namespace

absl::StatusOr<Tensor> EmbeddingLookup(const std::vector<Tensor>& parts,
                                       const Tensor& ids,
                                       const EmbeddingLookupOptions& options) {
  if (parts.size() == 1 && parts[0].is_string() && !options.max_norm &&
      !options.negative_from_end) {
    return Gather(parts[0], ids, {.exec = options.exec});
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const PartitionedRows rows,
      PartitionedRows::Create(kName, parts, options.partition_strategy));
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor indices,
                            internal::AsIndices(kName, ids));
  const DType dtype =
      options.max_norm ? internal::WideDType(rows.dtype()) : rows.dtype();
  std::vector<int64_t> shape = ids.flat_shape();
  shape.insert(shape.end(), rows.row_shape().begin(), rows.row_shape().end());
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  const int64_t row_bytes = rows.width() * DTypeSize(dtype);
  BufferBuilder<std::byte> output(
      static_cast<size_t>(indices.num_items() * row_bytes));
  const Plan plan{rows, indices.items<int64_t>(), options};
  ROWSPLIT_RETURN_IF_ERROR(options.max_norm
                               ? ScaleRows(plan, output.data())
                               : CopyRows(plan, row_bytes, output.data()));
  const Tensor found = Tensor::FromPartitionsUnchecked(
      {ids.partitions().begin(), ids.partitions().end()},
      Tensor::DenseBytesUnchecked(dtype, std::move(output).Build(),
                                  std::move(shape)));
  return dtype == rows.dtype()
             ? found
             : Cast(found, rows.dtype(), {.exec = options.exec});
}

absl::StatusOr<Tensor> EmbeddingLookup(const EmbeddingTable& table,
                                       const Tensor& ids,
                                       const EmbeddingLookupOptions& options) {
  if (table.has_values()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        const Tensor rows,
        Tensor::Dense(table.values(), {table.num_rows(), table.width()}));
    return EmbeddingLookup({rows}, ids, options);
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const Tensor indices,
                            internal::AsIndices(kName, ids));
  const std::span<const int64_t> given = indices.items<int64_t>();
  BufferBuilder<int64_t> rows(given.size());
  for (size_t i = 0; i < given.size(); ++i) {
    const bool from_end = options.negative_from_end && given[i] < 0;
    rows[i] = given[i] + (from_end ? table.num_rows() : 0);
    if (rows[i] < 0 || rows[i] >= table.num_rows()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("%s: ids must be in [0, %d): %d at position %d",
                          kName, table.num_rows(), given[i], i));
    }
  }
  std::vector<int64_t> shape = ids.flat_shape();
  shape.push_back(table.width());
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckShapeFits(shape));
  ROWSPLIT_ASSIGN_OR_RETURN(Tensor read,
                            table.ReadRows(rows.span(), options.exec));
  if (options.max_norm) {
    std::iota(rows.span().begin(), rows.span().end(), int64_t{0});
    ROWSPLIT_ASSIGN_OR_RETURN(
        read,
        EmbeddingLookup({read}, Tensor::Vector(std::move(rows).Build()),
                        {.max_norm = options.max_norm, .exec = options.exec}));
  }
  return Tensor::FromPartitionsUnchecked(
      {ids.partitions().begin(), ids.partitions().end()},
      internal::Reshaped(read, std::move(shape)));
}

}  // namespace rowsplit
