#include "rowsplit/embedding/embedding.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/mapped_file.h"
#include "core/npy_header.h"
#include "core/status_macros.h"
#include "embedding/npy_array.h"
#include "embedding/stored_array.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary_formats.h"
#include "vocab/token_text.h"

namespace rowsplit {

namespace {

constexpr std::pair<std::string_view, EmbeddingFormat> kFormats[] = {
    {"frozen", EmbeddingFormat::kFrozen},
    {"npy", EmbeddingFormat::kNpy},
    {"npz", EmbeddingFormat::kNpz},
    {"safetensors", EmbeddingFormat::kSafetensors},
};

absl::StatusOr<EmbeddingFormat> FormatOf(std::string_view head,
                                         const std::string& path) {
  if (internal::IsNpy(head)) return EmbeddingFormat::kNpy;
  return absl::InvalidArgumentError(
      absl::StrFormat("%s: the file has no known format of embeddings", path));
}

// `vectors/glove.npy` → `vectors/glove.vocab.txt`.
std::string SideVocabulary(const std::string& path) {
  return std::filesystem::path(path).replace_extension(".vocab.txt").string();
}

// The tokens of the first `num_rows` rows of a file that does not have them.
absl::StatusOr<Vocabulary> ReadTokens(const std::string& path,
                                      int64_t num_rows_of_file,
                                      int64_t num_rows,
                                      const LoadOptions& options) {
  std::string tokens_path = options.vocabulary;
  if (tokens_path.empty()) {
    tokens_path = SideVocabulary(path);
    std::error_code error;
    if (!std::filesystem::exists(tokens_path, error)) return Vocabulary();
  }
  ROWSPLIT_ASSIGN_OR_RETURN(VocabularyFile file, ReadVocabulary(tokens_path));
  if (file.vocabulary.size() != num_rows_of_file) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: expected a token for each row: %d rows, but %s has %d tokens",
        path, num_rows_of_file, tokens_path, file.vocabulary.size()));
  }
  if (num_rows == num_rows_of_file) return std::move(file.vocabulary);
  StringTensorBuilder tokens;
  for (int64_t id = 0; id < num_rows; ++id) {
    tokens.Append(file.vocabulary.token(id));
  }
  return Vocabulary::FromTokens(std::move(tokens).Build());
}

}  // namespace

std::string_view EmbeddingFormatName(EmbeddingFormat format) {
  for (const auto& [name, meaning] : kFormats) {
    if (meaning == format) return name;
  }
  return "";
}

absl::StatusOr<EmbeddingFormat> ParseEmbeddingFormat(std::string_view name) {
  std::string known;
  for (const auto& [word, meaning] : kFormats) {
    if (word == name) return meaning;
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "the format of an embedding must be one of %s; got \"%s\"", known, name));
}

Embedding::Embedding(Vocabulary vocabulary, EmbeddingTable table)
    : vocabulary_(std::move(vocabulary)), table_(std::move(table)) {}

absl::StatusOr<Embedding> Embedding::FromParts(Vocabulary vocabulary,
                                               EmbeddingTable table) {
  if (vocabulary.size() != 0 && vocabulary.size() != table.num_rows()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding: expected a token for each row or none: %d rows, %d tokens",
        table.num_rows(), vocabulary.size()));
  }
  return Embedding(std::move(vocabulary), std::move(table));
}

absl::StatusOr<Embedding> Embedding::Load(const std::string& path,
                                          const LoadOptions& options) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Buffer<char> file,
      internal::MapFile(path, internal::MapAccess::kRandom));
  const std::string_view head(file.data(), std::min<size_t>(file.size(), 64));
  ROWSPLIT_RETURN_IF_ERROR(FormatOf(head, path).status());
  ROWSPLIT_ASSIGN_OR_RETURN(const internal::StoredArray array,
                            internal::NpyArray(file, path));
  ROWSPLIT_ASSIGN_OR_RETURN(
      EmbeddingTable table,
      internal::TableOfArray(array, options.max_rows, options.exec));
  ROWSPLIT_ASSIGN_OR_RETURN(
      Vocabulary vocabulary,
      ReadTokens(path, array.num_rows, table.num_rows(), options));
  return FromParts(std::move(vocabulary), std::move(table));
}

absl::Status Embedding::Vector(std::string_view token,
                               std::span<float> vector) const {
  if (static_cast<int64_t>(vector.size()) != width()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding: expected room for %d values, got %d",
                        width(), vector.size()));
  }
  const int64_t row = Find(token);
  if (row < 0) {
    return absl::NotFoundError(absl::StrFormat("embedding: no vector for %s",
                                               internal::TokenText(token)));
  }
  return table_.ReadRow(row, vector);
}

}  // namespace rowsplit
