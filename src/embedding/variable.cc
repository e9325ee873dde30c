#include "rowsplit/embedding/variable.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "embedding/table_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit {

absl::StatusOr<EmbeddingVariable> EmbeddingVariable::FromTable(
    const EmbeddingTable& table, const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const int64_t num_bytes,
      TableBytes(RowFormat::kFloat32, table.num_rows(), table.width()));
  BufferBuilder<float> values(static_cast<size_t>(num_bytes / 4));
  float* const rows = values.data();
  ROWSPLIT_RETURN_IF_ERROR(internal::ParallelFor(
      exec, table.num_rows(), internal::RowGrain(table.width()),
      [&](int64_t begin, int64_t end) {
        internal::ReadTableRange(table, begin, end - begin,
                                 rows + begin * table.width());
        return absl::OkStatus();
      }));
  ROWSPLIT_ASSIGN_OR_RETURN(
      EmbeddingTable copy,
      EmbeddingTable::FromValues(std::move(values).Build(), table.num_rows(),
                                 table.width()));
  return EmbeddingVariable(rows, std::move(copy));
}

absl::StatusOr<EmbeddingVariable> EmbeddingVariable::Borrow(
    std::span<float> values, int64_t num_rows, int64_t width) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      EmbeddingTable table,
      EmbeddingTable::FromValues(Buffer<float>::Borrow(values), num_rows,
                                 width));
  return EmbeddingVariable(values.data(), std::move(table));
}

}  // namespace rowsplit
