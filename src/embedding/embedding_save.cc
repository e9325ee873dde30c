// Embedding::Save.

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "embedding/embedding_file.h"
#include "embedding/embedding_format.h"
#include "embedding/npy_array.h"
#include "embedding/npz.h"
#include "embedding/safetensors.h"
#include "embedding/side_vocabulary.h"
#include "embedding/text_format.h"
#include "embedding/word2vec_binary.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/embedding.h"

namespace rowsplit {

namespace {

bool CanHold(EmbeddingFormat format, RowFormat rows) {
  switch (format) {
    case EmbeddingFormat::kFrozen:
      return true;
    case EmbeddingFormat::kNpy:
    case EmbeddingFormat::kNpz:
      return rows == RowFormat::kFloat32 || rows == RowFormat::kFloat16;
    case EmbeddingFormat::kSafetensors:
      return rows == RowFormat::kFloat32 || rows == RowFormat::kFloat16 ||
             rows == RowFormat::kBfloat16;
    case EmbeddingFormat::kGlove:
    case EmbeddingFormat::kWord2Vec:
    case EmbeddingFormat::kWord2VecBinary:
    case EmbeddingFormat::kFastText:
      return rows == RowFormat::kFloat32;
  }
  return false;
}

// The format of the rows in the file.
absl::StatusOr<RowFormat> RowFormatFor(EmbeddingFormat format,
                                       const EmbeddingTable& table,
                                       const SaveOptions& options) {
  if (!options.row_format.has_value()) {
    // A factorized table is multiplied out to float32.
    const bool fits =
        format == EmbeddingFormat::kFrozen ||
        (!table.is_factorized() && CanHold(format, table.format()));
    return fits ? table.format() : RowFormat::kFloat32;
  }
  if (CanHold(format, *options.row_format)) return *options.row_format;
  return absl::InvalidArgumentError(absl::StrFormat(
      "embedding: the format %s does not hold %s rows",
      EmbeddingFormatName(format), RowFormatName(*options.row_format)));
}

}  // namespace

absl::Status Embedding::Save(const std::string& path,
                             const SaveOptions& options) const {
  std::optional<EmbeddingFormat> format = options.format;
  if (!format.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(format, internal::FormatOfName(path));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const RowFormat rows,
                            RowFormatFor(*format, table_, options));
  if (*format == EmbeddingFormat::kFrozen) {
    internal::EmbeddingParts parts;
    parts.vocabulary = vocabulary_;
    parts.table = table_;
    parts.subwords = subwords_;
    return internal::SaveEmbeddingFile(parts, path, rows, options.exec);
  }
  if (*format == EmbeddingFormat::kGlove ||
      *format == EmbeddingFormat::kWord2Vec) {
    return internal::WriteTextRows(
        vocabulary_, table_, path,
        /*with_header=*/*format == EmbeddingFormat::kWord2Vec, options.exec);
  }
  if (*format == EmbeddingFormat::kWord2VecBinary) {
    return internal::WriteWord2VecBinary(vocabulary_, table_, path);
  }
  if (*format == EmbeddingFormat::kFastText) {
    return absl::InvalidArgumentError(
        "embedding: a fastText model can't be written from vectors: they are "
        "means, from which its rows do not follow");
  }
  ROWSPLIT_RETURN_IF_ERROR(
      internal::WriteSideVocabulary(vocabulary_, path, options.vocabulary));
  if (*format == EmbeddingFormat::kNpy) {
    return internal::WriteNpyArray(table_, rows, path, options.exec);
  }
  if (*format == EmbeddingFormat::kNpz) {
    return internal::WriteNpz(table_, rows, options.tensor, path, options.exec);
  }
  return internal::WriteSafetensors(table_, rows, options.tensor, path,
                                    options.exec);
}

}  // namespace rowsplit
