#ifndef ROWSPLIT_SRC_EMBEDDING_TEXT_FORMAT_H_
#define ROWSPLIT_SRC_EMBEDDING_TEXT_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "embedding/named_rows.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/vocab/vocabulary.h"

// Vectors as text, a row a line: GloVe's files, word2vec's text format and
// fastText's .vec.
namespace rowsplit::internal {

// The line "number of rows, width" that word2vec and fastText begin with and
// GloVe lacks.
enum class TextHeader : uint8_t { kDetect, kPresent, kAbsent };

struct TextRowsOptions {
  TextHeader header = TextHeader::kDetect;
  // The numbers of a line; 0: what most of the first lines have.
  int64_t width = 0;
  // The text that a thread takes at a time; changes nothing but speed. At least
  // 1.
  size_t block_bytes = size_t{1} << 20;
};

// Reads `file`, the bytes of a file, mapped or not, plain or gzip or zstd.
//
// A line is a token and the numbers after it, with spaces or tabs between: the
// last `width` fields are the numbers, and what is before them is the token,
// which may be empty and may have spaces inside and in front. The rows are in
// the order of the file for any number of threads, and numbers are rounded as
// strtof does. `name` is for messages, which also name line, byte and field.
absl::StatusOr<NamedRows> ReadTextRows(const Buffer<char>& file,
                                       const std::string& name,
                                       const ReadRowsOptions& options = {},
                                       const TextRowsOptions& text = {});

// Writes the rows to `path`, whole or not at all, each number as the shortest
// text that reads back to the same float. Fails with InvalidArgument for a
// token that would not read back: one with '\n' or a NUL byte, or with a space
// or a tab at its end; for a value that is not finite, and for a width of 0.
absl::Status WriteTextRows(const Vocabulary& vocabulary,
                           const EmbeddingTable& table, const std::string& path,
                           bool with_header, const ExecOptions& exec = {});

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_TEXT_FORMAT_H_
