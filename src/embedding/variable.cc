#include "rowsplit/embedding/variable.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit {

absl::StatusOr<EmbeddingVariable> EmbeddingVariable::FromTable(
    const EmbeddingTable& table, const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(const EmbeddingTable dense, table.ToDense(exec));
  EmbeddingVariable variable;
  BufferBuilder<float> values(
      static_cast<size_t>(dense.num_rows() * dense.width()));
  variable.values_ = values.data();
  for (int64_t id = 0; id < dense.num_rows(); ++id) {
    ROWSPLIT_RETURN_IF_ERROR(
        dense.ReadRow(id, {values.data() + id * dense.width(),
                           static_cast<size_t>(dense.width())}));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      variable.table_,
      EmbeddingTable::FromValues(std::move(values).Build(), dense.num_rows(),
                                 dense.width()));
  return variable;
}

}  // namespace rowsplit
