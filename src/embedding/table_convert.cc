// The conversions of an EmbeddingTable.
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/table_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit {

absl::StatusOr<EmbeddingTable> EmbeddingTable::ConvertTo(
    RowFormat format, const ExecOptions& exec) const {
  if (format == format_) return *this;
  if (is_factorized()) {
    ROWSPLIT_ASSIGN_OR_RETURN(EmbeddingTable rows,
                              factor().ConvertTo(format, exec));
    return Factorized(std::move(rows), projection(), width_);
  }
  if (format == RowFormat::kFloat32) return ToDense(exec);
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(format, num_rows_, width_));
  BufferBuilder<std::byte> output(static_cast<size_t>(num_bytes));
  const int64_t row_bytes = RowBytes(format, width_);
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, num_rows_, internal::RowGrain(width_),
      [&](int64_t begin, int64_t end) {
        std::byte* const piece = output.data() + begin * row_bytes;
        if (has_values()) {
          return internal::EncodeTableRows(
              format, view().values.data() + begin * width_, begin, end - begin,
              width_, piece);
        }
        BufferBuilder<float> items(static_cast<size_t>((end - begin) * width_));
        internal::ReadTableRange(*this, begin, end - begin, items.data());
        return internal::EncodeTableRows(format, items.data(), begin,
                                         end - begin, width_, piece);
      }));
  return FromBytes(format, std::move(output).Build(), num_rows_, width_);
}

absl::StatusOr<EmbeddingTable> EmbeddingTable::ToDense(
    const ExecOptions& exec) const {
  if (!is_factorized() && format_ == RowFormat::kFloat32) return *this;
  ROWSPLIT_ASSIGN_OR_RETURN(const int64_t num_bytes,
                            TableBytes(RowFormat::kFloat32, num_rows_, width_));
  BufferBuilder<float> values(static_cast<size_t>(num_bytes / 4));
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, num_rows_, internal::RowGrain(width_),
      [&](int64_t begin, int64_t end) {
        internal::ReadTableRange(*this, begin, end - begin,
                                 values.data() + begin * width_);
        return absl::OkStatus();
      }));
  return FromValues(std::move(values).Build(), num_rows_, width_);
}

}  // namespace rowsplit
