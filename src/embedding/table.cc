#include "rowsplit/embedding/table.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/check.h"
#include "core/checked_math.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "kernels/convert_rows_ref.h"
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

// SplitMix64's output for a counter: 64 well mixed bits of (seed, index).
uint64_t MixedBits(uint64_t seed, uint64_t index) {
  uint64_t bits = seed + (index + 1) * 0x9E3779B97F4A7C15u;
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
  return bits ^ bits >> 31;
}

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

// Rows for one piece of a threaded loop: some 64 KiB.
int64_t RowGrain(int64_t width) {
  return std::max<int64_t>(1, 16384 / std::max<int64_t>(width, 1));
}

}  // namespace

absl::StatusOr<EmbeddingTable> EmbeddingTable::FromValues(Buffer<float> values,
                                                          int64_t num_rows,
                                                          int64_t width) {
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

absl::StatusOr<EmbeddingTable> EmbeddingTable::Uniform(
    int64_t num_rows, int64_t width, const UniformInitOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(RowFormat::kFloat32, num_rows, width));
  if (!(options.limit >= 0) || !std::isfinite(options.limit)) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding table: limit must be finite and not "
                        "negative: %g",
                        options.limit));
  }
  // An odd number between -2^24 and 2^24, times the limit: one rounding, and no
  // addition that a compiler could fuse on one machine and not on another.
  const double step = static_cast<double>(options.limit) * 0x1.0p-24;
  BufferBuilder<float> values(static_cast<size_t>(num_bytes / 4));
  for (int64_t item = 0; item < num_bytes / 4; ++item) {
    const uint64_t bits =
        MixedBits(options.seed, static_cast<uint64_t>(item)) >> 40;
    const int64_t odd = 2 * static_cast<int64_t>(bits) + 1 - (int64_t{1} << 24);
    values[item] = static_cast<float>(static_cast<double>(odd) * step);
  }
  return FromValues(std::move(values).Build(), num_rows, width);
}

RowFormat EmbeddingTable::format() const { return format_; }

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

void EmbeddingTable::DecodeRow(int64_t id, float* output) const {
  const auto* stored = reinterpret_cast<const uint8_t*>(bytes_.data());
  if (!is_factorized()) {
    reference::DecodeRow(format_, stored + id * RowBytes(format_, width_),
                         static_cast<size_t>(width_), output);
    return;
  }
  std::vector<float> row(factors_->rows.width());
  factors_->rows.DecodeRow(id, row.data());
  std::fill_n(output, width_, 0.0f);
  for (size_t i = 0; i < row.size(); ++i) {
    const float* const weights = factors_->projection.data() + i * width_;
    for (int64_t j = 0; j < width_; ++j) output[j] += row[i] * weights[j];
  }
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
  DecodeRow(id, output.data());
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
      exec, num_ids, RowGrain(width_), [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
          DecodeRow(ids[i], values.data() + i * width_);
        }
        return absl::OkStatus();
      }));
  return Tensor::Dense(std::move(values).Build(), {num_ids, width_});
}

absl::StatusOr<EmbeddingTable> EmbeddingTable::ConvertTo(
    RowFormat format, const ExecOptions& exec) const {
  if (is_factorized()) {
    ROWSPLIT_ASSIGN_OR_RETURN(EmbeddingTable rows,
                              factors_->rows.ConvertTo(format, exec));
    return Factorized(std::move(rows), factors_->projection, width_);
  }
  if (format == format_) return *this;
  if (format == RowFormat::kFloat32) return ToDense(exec);
  return absl::UnimplementedError("embedding table: ConvertTo");
}

absl::StatusOr<EmbeddingTable> EmbeddingTable::ToDense(
    const ExecOptions& exec) const {
  if (!is_factorized() && format_ == RowFormat::kFloat32) return *this;
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(RowFormat::kFloat32, num_rows_, width_));
  BufferBuilder<float> values(static_cast<size_t>(num_bytes / 4));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, num_rows_, RowGrain(width_), [&](int64_t begin, int64_t end) {
        for (int64_t id = begin; id < end; ++id) {
          DecodeRow(id, values.data() + id * width_);
        }
        return absl::OkStatus();
      }));
  return FromValues(std::move(values).Build(), num_rows_, width_);
}

}  // namespace rowsplit
