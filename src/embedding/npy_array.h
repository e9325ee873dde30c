#ifndef ROWSPLIT_SRC_EMBEDDING_NPY_ARRAY_H_
#define ROWSPLIT_SRC_EMBEDDING_NPY_ARRAY_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/stored_array.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/dtype.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit::internal {

// The array of a whole .npy file, without a copy. DataLoss for a file that is
// damaged or cut short, InvalidArgument for an array of other than two
// dimensions or of other values than float16, float32 and float64; `name` is
// for messages. Bytes after the array are not looked at, as in NumPy.
absl::StatusOr<StoredArray> NpyArray(const Buffer<char>& file,
                                     const std::string& name);

// The float16, float32 or float64 of a dtype in any byte order: "<f4".
std::optional<DType> NpyFloat(std::string_view descr);

// The header of a .npy file of the table's rows in `format`, which is float32
// or float16.
std::string NpyHeaderOf(const EmbeddingTable& table, RowFormat format);

// Writes such a file to `path`, whole or not at all.
absl::Status WriteNpyArray(const EmbeddingTable& table, RowFormat format,
                           const std::string& path, const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_NPY_ARRAY_H_
