#include "rowsplit/embedding/embedding_writer.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "embedding/embedding_file.h"
#include "rowsplit/core/buffer.h"

namespace rowsplit {

struct EmbeddingWriter::State {
  internal::EmbeddingFileWriter file;
  int64_t width;
  ExecOptions exec;
};

EmbeddingWriter::EmbeddingWriter(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
EmbeddingWriter::EmbeddingWriter(EmbeddingWriter&&) noexcept = default;
EmbeddingWriter& EmbeddingWriter::operator=(EmbeddingWriter&&) noexcept =
    default;
EmbeddingWriter::~EmbeddingWriter() = default;

absl::StatusOr<EmbeddingWriter> EmbeddingWriter::Open(
    const std::string& path, int64_t width,
    const EmbeddingWriterOptions& options) {
  if (width < 1 || width > kMaxRowWidth) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding writer: width must be in [1, %d], got %d",
                        kMaxRowWidth, width));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      internal::EmbeddingFileWriter file,
      internal::EmbeddingFileWriter::Open(path, options.row_format, width));
  return EmbeddingWriter(
      std::unique_ptr<State>(new State{std::move(file), width, options.exec}));
}

absl::Status EmbeddingWriter::AppendRows(std::span<const float> values) {
  const auto num_values = static_cast<int64_t>(values.size());
  if (num_values % state_->width != 0) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding writer: expected whole rows of %d values, "
                        "got %d values",
                        state_->width, num_values));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const EmbeddingTable rows,
      EmbeddingTable::FromValues(Buffer<float>::Borrow(values),
                                 num_values / state_->width, state_->width));
  return state_->file.AppendTable(rows, state_->exec);
}

absl::Status EmbeddingWriter::AppendTable(const EmbeddingTable& rows) {
  if (rows.width() != state_->width) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding writer: expected rows of width %d, got %d",
                        state_->width, rows.width()));
  }
  return state_->file.AppendTable(rows, state_->exec);
}

absl::Status EmbeddingWriter::Close(const Vocabulary& vocabulary) {
  if (vocabulary.size() != 0 && vocabulary.size() != num_rows()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding writer: expected a token for each row or none: %d rows, %d "
        "tokens",
        num_rows(), vocabulary.size()));
  }
  internal::EmbeddingParts parts;
  parts.vocabulary = vocabulary;
  // For its width: the rows are in the file.
  ROWSPLIT_ASSIGN_OR_RETURN(parts.table,
                            EmbeddingTable::FromValues({}, 0, state_->width));
  return state_->file.Close(parts, state_->exec);
}

int64_t EmbeddingWriter::num_rows() const { return state_->file.num_rows(); }

}  // namespace rowsplit
