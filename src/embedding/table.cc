#include "rowsplit/embedding/table.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/table_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {

struct EmbeddingTable::Factors {
  EmbeddingTable rows;
  Buffer<float> projection;
};

namespace {

Buffer<std::byte> AsBytes(const Buffer<float>& values) {
  return {std::as_bytes(values.span()), values.owner()};
}

absl::Status CheckIds(std::span<const int64_t> ids, int64_t num_rows) {
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] < 0 || ids[i] >= num_rows) {
      return absl::OutOfRangeError(absl::StrFormat(
          "embedding table: ids[%d]=%d is not a row of a table of %d rows", i,
          ids[i], num_rows));
    }
  }
  return absl::OkStatus();
}

}  // namespace

// By value like its brothers, though a Buffer of another type can't take over
// the owner.
absl::StatusOr<EmbeddingTable> EmbeddingTable::FromValues(
    Buffer<float> values,  // NOLINT(performance-unnecessary-value-param)
    int64_t num_rows, int64_t width) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(RowFormat::kFloat32, num_rows, width));
  if (num_bytes / 4 != static_cast<int64_t>(values.size())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding table: expected num_rows * width values: %d * %d, got %d",
        num_rows, width, values.size()));
  }
  return EmbeddingTable(RowFormat::kFloat32, AsBytes(values), num_rows, width);
}

absl::StatusOr<EmbeddingTable> EmbeddingTable::FromBytes(
    RowFormat format, Buffer<std::byte> bytes, int64_t num_rows,
    int64_t width) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(format, num_rows, width));
  if (num_bytes != static_cast<int64_t>(bytes.size())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding table: expected %d bytes for %d %s rows of width %d, got %d",
        num_bytes, num_rows, RowFormatName(format), width, bytes.size()));
  }
  return EmbeddingTable(format, std::move(bytes), num_rows, width);
}

absl::StatusOr<EmbeddingTable> EmbeddingTable::Factorized(
    EmbeddingTable rows, Buffer<float> projection, int64_t width) {
  if (rows.is_factorized()) {
    return absl::InvalidArgumentError(
        "embedding table: the rows of a factorized table must not be "
        "factorized themselves");
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t num_bytes,
      TableBytes(RowFormat::kFloat32, rows.width(), width));
  if (num_bytes / 4 != static_cast<int64_t>(projection.size())) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding table: expected a projection of %d * %d values, got %d",
        rows.width(), width, projection.size()));
  }
  // Sizes of the rows multiplied out are used without a check later.
  ROWSPLIT_RETURN_IF_ERROR(
      TableBytes(RowFormat::kFloat32, rows.num_rows(), width).status());
  EmbeddingTable table(rows.format(), {}, rows.num_rows(), width);
  table.factors_ = std::make_shared<const Factors>(
      Factors{std::move(rows), std::move(projection)});
  return table;
}

int64_t EmbeddingTable::size_bytes() const {
  if (!is_factorized()) return static_cast<int64_t>(bytes_.size());
  return factors_->rows.size_bytes() +
         static_cast<int64_t>(factors_->projection.size() * sizeof(float));
}

const EmbeddingTable& EmbeddingTable::factor() const {
  ROWSPLIT_DCHECK(is_factorized());
  return factors_->rows;
}

const Buffer<float>& EmbeddingTable::projection() const {
  ROWSPLIT_DCHECK(is_factorized());
  return factors_->projection;
}

bool EmbeddingTable::has_values() const {
  return !is_factorized() && format_ == RowFormat::kFloat32 &&
         reinterpret_cast<uintptr_t>(bytes_.data()) % alignof(float) == 0;
}

Buffer<float> EmbeddingTable::values() const {
  if (!has_values()) return {};
  return {{reinterpret_cast<const float*>(bytes_.data()),
           bytes_.size() / sizeof(float)},
          bytes_.owner()};
}

TableView<float> EmbeddingTable::view() const {
  return {values().span(), num_rows_, width_};
}

absl::Status EmbeddingTable::ReadRow(int64_t id,
                                     std::span<float> output) const {
  if (id < 0 || id >= num_rows_) {
    return absl::OutOfRangeError(absl::StrFormat(
        "embedding table: id %d is not a row of a table of %d rows", id,
        num_rows_));
  }
  if (static_cast<int64_t>(output.size()) != width_) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding table: expected an output of width %d, got %d", width_,
        output.size()));
  }
  internal::ReadTableRange(*this, id, 1, output.data());
  return absl::OkStatus();
}

absl::StatusOr<Tensor> EmbeddingTable::ReadRows(std::span<const int64_t> ids,
                                                const ExecOptions& exec) const {
  ROWSPLIT_RETURN_IF_ERROR(CheckIds(ids, num_rows_));
  const auto num_ids = static_cast<int64_t>(ids.size());
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(RowFormat::kFloat32, num_ids, width_));
  BufferBuilder<float> values(static_cast<size_t>(num_bytes / 4));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, num_ids, internal::RowGrain(width_),
      [&](int64_t begin, int64_t end) {
        internal::ReadTableRows(*this, ids.data() + begin, end - begin,
                                values.data() + begin * width_);
        return absl::OkStatus();
      }));
  return Tensor::Dense(std::move(values).Build(), {num_ids, width_});
}

}  // namespace rowsplit
