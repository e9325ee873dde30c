#ifndef ROWSPLIT_EMBEDDING_EMBEDDING_WRITER_H_
#define ROWSPLIT_EMBEDDING_EMBEDDING_WRITER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit {

struct EmbeddingWriterOptions {
  RowFormat row_format = RowFormat::kFloat32;
  ExecOptions exec = {};
};

// Writes a frozen embedding row after row, so that it may be larger than the
// memory; Embedding::Load maps it. The file appears under its name, whole, at
// Close; the destructor without Close leaves nothing. Movable.
//
//   ASSIGN_OR_RETURN(auto writer, EmbeddingWriter::Open("words.rse", 300));
//   RETURN_IF_ERROR(writer.AppendRows(values));  // Any number of rows.
//   return writer.Close(vocabulary);
class EmbeddingWriter {
 public:
  // Fails with InvalidArgument for a width below 1 or above kMaxRowWidth.
  static absl::StatusOr<EmbeddingWriter> Open(
      const std::string& path, int64_t width,
      const EmbeddingWriterOptions& options = {});
  EmbeddingWriter(EmbeddingWriter&&) noexcept;
  EmbeddingWriter& operator=(EmbeddingWriter&&) noexcept;
  ~EmbeddingWriter();

  // Whole rows, one after the other. Fails with InvalidArgument if the last one
  // is cut short, or if the row format can't hold a value, which is named.
  absl::Status AppendRows(std::span<const float> values);
  // All rows of a table, in whatever format they are; of a factorized one,
  // multiplied out. Fails as above, and for another width.
  absl::Status AppendTable(const EmbeddingTable& rows);

  // Ends the file. Fails with InvalidArgument unless there are as many tokens
  // as rows, or none.
  absl::Status Close(const Vocabulary& vocabulary = {});

  int64_t num_rows() const;

 private:
  struct State;
  explicit EmbeddingWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace rowsplit

#endif  // ROWSPLIT_EMBEDDING_EMBEDDING_WRITER_H_
