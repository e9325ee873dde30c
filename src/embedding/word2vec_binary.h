#ifndef ROWSPLIT_SRC_EMBEDDING_WORD2VEC_BINARY_H_
#define ROWSPLIT_SRC_EMBEDDING_WORD2VEC_BINARY_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/named_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::internal {

// Reads word2vec's binary format: a line "rows width", then for each row its
// token, a space and its floats, little-endian; a '\n' may stand between rows.
// `file` as for ReadTextRows.
absl::StatusOr<NamedRows> ReadWord2VecBinary(
    const Buffer<char>& file, const std::string& name,
    const ReadRowsOptions& options = {});

// Writes that format to `path`, whole or not at all. Fails with InvalidArgument
// for a token that other readers would not read back: one with a space, a '\n'
// or a NUL byte.
absl::Status WriteWord2VecBinary(const Vocabulary& vocabulary,
                                 const EmbeddingTable& table,
                                 const std::string& path);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_WORD2VEC_BINARY_H_
