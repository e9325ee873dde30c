#ifndef ROWSPLIT_SRC_EMBEDDING_NPZ_H_
#define ROWSPLIT_SRC_EMBEDDING_NPZ_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/stored_array.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit::internal {

// An array of a whole .npz file, without a copy if it is not compressed. It is
// the one called `tensor`, or else the only one with two dimensions of floats:
// InvalidArgument, which lists some names, if there is none or are several. The
// CRC of an array that is not compressed is compared if `check_stored` says so.
// Fails as ReadZipDirectory and NpyArray too.
absl::StatusOr<StoredArray> NpzArray(const Buffer<char>& file,
                                     const std::string& tensor,
                                     bool check_stored,
                                     const std::string& name);

// Writes one array, not compressed, that begins at a multiple of 64; `format`
// is float32 or float16.
absl::Status WriteNpz(const EmbeddingTable& table, RowFormat format,
                      const std::string& tensor, const std::string& path,
                      const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_NPZ_H_
