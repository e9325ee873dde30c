#ifndef ROWSPLIT_SRC_EMBEDDING_ROW_PORTIONS_H_
#define ROWSPLIT_SRC_EMBEDDING_ROW_PORTIONS_H_

#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit::internal {

// Calls `use` with all rows of a table as they are stored in `format`, in
// portions of a few MiB; those of a factorized table are multiplied out. Fails
// as EmbeddingTable::ConvertTo.
absl::Status ForRowPortions(
    const EmbeddingTable& table, RowFormat format, const ExecOptions& exec,
    absl::FunctionRef<absl::Status(std::string_view rows)> use);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_ROW_PORTIONS_H_
