// Embedding::Load.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/mapped_file.h"
#include "core/status_macros.h"
#include "embedding/embedding_file.h"
#include "embedding/embedding_format.h"
#include "embedding/fasttext.h"
#include "embedding/named_rows.h"
#include "embedding/npy_array.h"
#include "embedding/npz.h"
#include "embedding/safetensors.h"
#include "embedding/side_vocabulary.h"
#include "embedding/stored_array.h"
#include "embedding/text_format.h"
#include "embedding/word2vec_binary.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/fetch.h"

namespace rowsplit {

namespace {

using internal::EmbeddingParts;
using internal::NamedRows;
using internal::StoredArray;

absl::StatusOr<StoredArray> ReadArray(const Buffer<char>& file,
                                      const std::string& path,
                                      EmbeddingFormat format,
                                      const LoadOptions& options) {
  if (format == EmbeddingFormat::kNpy) return internal::NpyArray(file, path);
  if (format == EmbeddingFormat::kNpz) {
    return internal::NpzArray(file, options.tensor,
                              options.checksum == ChecksumMode::kFull, path);
  }
  return internal::SafetensorsArray(file, options.tensor, path);
}

absl::StatusOr<EmbeddingParts> PartsOfArray(const std::string& path,
                                            absl::StatusOr<StoredArray> array,
                                            const LoadOptions& options) {
  if (!array.ok()) return std::move(array).status();
  EmbeddingParts parts;
  ROWSPLIT_ASSIGN_OR_RETURN(
      parts.table,
      internal::TableOfArray(*array, options.max_rows, options.exec));
  ROWSPLIT_ASSIGN_OR_RETURN(
      parts.vocabulary,
      internal::ReadSideVocabulary(path, options.vocabulary, array->num_rows,
                                   parts.table.num_rows()));
  return parts;
}

// The same with no more than `max_rows` rows.
absl::Status CutRows(int64_t max_rows, EmbeddingParts& parts) {
  if (max_rows < 0 || max_rows >= parts.table.num_rows()) {
    return absl::OkStatus();
  }
  EmbeddingTable rows =
      parts.table.is_factorized() ? parts.table.factor() : parts.table;
  const int64_t bytes = max_rows * RowBytes(rows.format(), rows.width());
  ROWSPLIT_ASSIGN_OR_RETURN(
      rows,
      EmbeddingTable::FromBytes(
          rows.format(), rows.bytes().Slice(0, static_cast<size_t>(bytes)),
          max_rows, rows.width()));
  if (parts.table.is_factorized()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        rows,
        EmbeddingTable::Factorized(std::move(rows), parts.table.projection(),
                                   parts.table.width()));
  }
  parts.table = std::move(rows);
  return internal::CutVocabulary(max_rows, parts.vocabulary);
}

absl::StatusOr<std::string> LocalFile(const std::string& path_or_url,
                                      const LoadOptions& options) {
  if (IsUrl(path_or_url)) {
    FetchOptions fetch;
    fetch.sha256 = options.sha256;
    fetch.cache_folder = options.cache_folder;
    fetch.offline = options.offline;
    fetch.exec = options.exec;
    return Fetch(path_or_url, fetch);
  }
  if (!options.sha256.empty()) {
    ROWSPLIT_RETURN_IF_ERROR(
        CheckSha256(path_or_url, options.sha256, path_or_url));
  }
  return path_or_url;
}

// Whether the rows are parsed, from the first byte to the last.
bool IsParsed(EmbeddingFormat format) {
  return format == EmbeddingFormat::kGlove ||
         format == EmbeddingFormat::kWord2Vec ||
         format == EmbeddingFormat::kWord2VecBinary;
}

// What the loaders of rows with names give.
EmbeddingParts PartsOf(NamedRows read, LoadReport& report) {
  EmbeddingParts parts;
  parts.vocabulary = std::move(read.vocabulary);
  parts.table = std::move(read.table);
  report = std::move(read.report);
  return parts;
}

absl::StatusOr<NamedRows> ReadText(const Buffer<char>& file,
                                   const std::string& path,
                                   EmbeddingFormat format,
                                   const LoadOptions& options,
                                   const internal::ReadRowsOptions& rows) {
  // A header that was not asked for is detected.
  internal::TextRowsOptions text;
  if (options.format.has_value()) {
    text.header = format == EmbeddingFormat::kGlove
                      ? internal::TextHeader::kAbsent
                      : internal::TextHeader::kPresent;
  }
  return internal::ReadTextRows(file, path, rows, text);
}

}  // namespace

absl::StatusOr<Embedding> Embedding::Load(const std::string& path_or_url,
                                          const LoadOptions& options) {
  if (options.max_rows < -1) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding: max_rows must be -1 (all) or more, got %d",
                        options.max_rows));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string path,
                            LocalFile(path_or_url, options));
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<char> file,
      internal::MapFile(path, internal::MapAccess::kRandom));
  std::optional<EmbeddingFormat> format = options.format;
  if (!format.has_value()) {
    ROWSPLIT_ASSIGN_OR_RETURN(format,
                              internal::FindEmbeddingFormat(file.span(), path));
  }
  if (IsParsed(*format)) {
    internal::AdviseAccess(file.span(), internal::MapAccess::kSequential);
  }
  return FromFile(file, path, *format, options);
}

absl::StatusOr<Embedding> Embedding::FromFile(const Buffer<char>& file,
                                              const std::string& path,
                                              EmbeddingFormat format,
                                              const LoadOptions& options) {
  EmbeddingParts parts;
  LoadReport report;
  const internal::ReadRowsOptions rows = {options.errors, options.max_rows,
                                          options.exec};
  switch (format) {
    case EmbeddingFormat::kFrozen: {
      ROWSPLIT_ASSIGN_OR_RETURN(
          parts, internal::OpenEmbeddingFile(file, path, options.checksum,
                                             options.exec));
      ROWSPLIT_RETURN_IF_ERROR(CutRows(options.max_rows, parts));
      break;
    }
    case EmbeddingFormat::kNpy:
    case EmbeddingFormat::kNpz:
    case EmbeddingFormat::kSafetensors: {
      ROWSPLIT_ASSIGN_OR_RETURN(
          parts,
          PartsOfArray(path, ReadArray(file, path, format, options), options));
      break;
    }
    case EmbeddingFormat::kGlove:
    case EmbeddingFormat::kWord2Vec: {
      ROWSPLIT_ASSIGN_OR_RETURN(NamedRows read,
                                ReadText(file, path, format, options, rows));
      parts = PartsOf(std::move(read), report);
      break;
    }
    case EmbeddingFormat::kWord2VecBinary: {
      ROWSPLIT_ASSIGN_OR_RETURN(NamedRows read,
                                internal::ReadWord2VecBinary(file, path, rows));
      parts = PartsOf(std::move(read), report);
      break;
    }
    case EmbeddingFormat::kFastText: {
      ROWSPLIT_ASSIGN_OR_RETURN(
          internal::FastTextVectors read,
          internal::ReadFastTextVectors(file, path, rows));
      parts = PartsOf(std::move(read.words), report);
      parts.subwords = std::move(read.subwords);
      break;
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      Embedding embedding,
      FromParts(std::move(parts.vocabulary), std::move(parts.table),
                std::move(parts.subwords)));
  embedding.load_report_ = std::move(report);
  return embedding;
}

}  // namespace rowsplit
