#ifndef ROWSPLIT_SRC_EMBEDDING_SAFETENSORS_H_
#define ROWSPLIT_SRC_EMBEDDING_SAFETENSORS_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/stored_array.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit::internal {

// Whether a file of `file_bytes` bytes that begins with `head` (9 bytes are
// enough) may be a safetensors file: the size of a header that fits, and its
// first bracket.
bool IsSafetensors(std::string_view head, uint64_t file_bytes);

// A tensor of a whole safetensors file, without a copy. It is the one called
// `tensor`, or else the only one with two dimensions of floats:
// InvalidArgument, which lists some names, if there is none or are several, or
// if its dtype is no float. DataLoss for a header that is damaged, and for
// tensors that are not of the size that their shape says or do not fill the
// file one after another (as the format demands).
absl::StatusOr<StoredArray> SafetensorsArray(const Buffer<char>& file,
                                             const std::string& tensor,
                                             const std::string& name);

// Writes one tensor that begins at a multiple of 64; `format` is float32,
// float16 or bfloat16. Fails with InvalidArgument for a name that is no UTF-8.
absl::Status WriteSafetensors(const EmbeddingTable& table, RowFormat format,
                              const std::string& tensor,
                              const std::string& path, const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_SAFETENSORS_H_
