#ifndef ROWSPLIT_SRC_EMBEDDING_EMBEDDING_FORMAT_H_
#define ROWSPLIT_SRC_EMBEDDING_EMBEDDING_FORMAT_H_

#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/embedding/embedding.h"

namespace rowsplit::internal {

// The format of a file with this content. InvalidArgument for one that is none
// of them, as far as its first bytes say; `name` is for the message.
absl::StatusOr<EmbeddingFormat> FindEmbeddingFormat(std::span<const char> file,
                                                    const std::string& name);

// The format that a name's ending stands for. InvalidArgument for another one.
absl::StatusOr<EmbeddingFormat> FormatOfName(std::string_view path);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_EMBEDDING_FORMAT_H_
