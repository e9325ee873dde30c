#ifndef ROWSPLIT_SRC_EMBEDDING_EMBEDDING_FILE_H_
#define ROWSPLIT_SRC_EMBEDDING_EMBEDDING_FILE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/atomic_file.h"
#include "core/block_checksums.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/vocab/vocabulary.h"

// Reads and writes frozen embeddings; embedding_layout.h says where what is.
namespace rowsplit::internal {

// All that a frozen file can have.
struct EmbeddingParts {
  Vocabulary vocabulary;  // no tokens: there is none
  EmbeddingTable table;
  SubwordRows subwords;  // no buckets: there are none
};

// The parts of a whole file, without a copy. Fails as ReadEmbeddingHeader, and
// with DataLoss that names section and byte for damage that `checksum` makes it
// look for. Requires bytes that begin at a multiple of 64.
absl::StatusOr<EmbeddingParts> OpenEmbeddingFile(const Buffer<char>& file,
                                                 const std::string& name,
                                                 ChecksumMode checksum,
                                                 const ExecOptions& exec);

// Writes a frozen file row after row; it appears under its name, whole, at
// Close. Memory is that of the checksums, 8 bytes for 64 KiB.
class EmbeddingFileWriter {
 public:
  // Rows of `stored_width` values; `stored_width` is the table's, unless it is
  // factorized.
  static absl::StatusOr<EmbeddingFileWriter> Open(const std::string& path,
                                                  RowFormat row_format,
                                                  int64_t stored_width);

  // Whole rows, as stored.
  absl::Status Append(std::string_view rows);
  // All rows of a table, converted in portions to the file's format; those of a
  // factorized one multiplied out. Fails as EmbeddingTable::ConvertTo.
  absl::Status AppendTable(const EmbeddingTable& rows, const ExecOptions& exec);

  // Adds the other parts. Those rows of `parts.table` that are not factorized
  // are those that were appended: of the table only its width, and the
  // projection of a factorized one, are looked at.
  absl::Status Close(const EmbeddingParts& parts, const ExecOptions& exec);

  RowFormat row_format() const { return row_format_; }
  int64_t num_rows() const { return num_rows_; }

 private:
  EmbeddingFileWriter(AtomicFile file, RowFormat row_format,
                      int64_t stored_width)
      : file_(std::move(file)),
        row_format_(row_format),
        stored_width_(stored_width) {}
  absl::Status PadTo(uint64_t begin);

  AtomicFile file_;
  RowFormat row_format_;
  int64_t stored_width_;
  int64_t num_rows_ = 0;
  BlockChecksummer row_sums_;
};

// Writes all parts to `path`, the rows in `row_format`.
absl::Status SaveEmbeddingFile(const EmbeddingParts& parts,
                               const std::string& path, RowFormat row_format,
                               const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_EMBEDDING_FILE_H_
