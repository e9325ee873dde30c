#ifndef ROWSPLIT_SRC_EMBEDDING_TEXT_STREAM_H_
#define ROWSPLIT_SRC_EMBEDDING_TEXT_STREAM_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "embedding/named_rows.h"
#include "embedding/text_format.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit::internal {

// The longest line of compressed text: what a stream of a few bytes may take.
inline constexpr size_t kMaxStreamedLineBytes = size_t{16} << 20;

// As ReadTextRows, of gzip or zstd data, which is parsed while it is decoded; a
// few blocks of the text are in memory at a time. What is broken behind good
// rows is left out, and counted, unless the policy is strict. Fails with
// InvalidArgument for a line that is too long.
absl::StatusOr<NamedRows> ReadCompressedText(const Buffer<char>& file,
                                             const std::string& name,
                                             const ReadRowsOptions& options,
                                             const TextRowsOptions& text);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_TEXT_STREAM_H_
