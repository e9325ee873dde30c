#include "rowsplit/embedding/embedding.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "vocab/token_text.h"

namespace rowsplit {

namespace {

constexpr std::pair<std::string_view, EmbeddingFormat> kFormats[] = {
    {"frozen", EmbeddingFormat::kFrozen},
    {"npy", EmbeddingFormat::kNpy},
    {"npz", EmbeddingFormat::kNpz},
    {"safetensors", EmbeddingFormat::kSafetensors},
    {"glove", EmbeddingFormat::kGlove},
    {"word2vec", EmbeddingFormat::kWord2Vec},
    {"word2vec-binary", EmbeddingFormat::kWord2VecBinary},
    {"fasttext", EmbeddingFormat::kFastText},
};

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

Embedding::Embedding(Vocabulary vocabulary, EmbeddingTable table,
                     SubwordRows subwords)
    : vocabulary_(std::move(vocabulary)),
      table_(std::move(table)),
      subwords_(std::move(subwords)) {}

absl::StatusOr<Embedding> Embedding::FromParts(Vocabulary vocabulary,
                                               EmbeddingTable table,
                                               SubwordRows subwords) {
  if (vocabulary.size() != 0 && vocabulary.size() != table.num_rows()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "embedding: expected a token for each row or none: %d rows, %d tokens",
        table.num_rows(), vocabulary.size()));
  }
  if (subwords.buckets().num_rows() > 0 && subwords.width() != table.width()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding: expected subwords of the table's width %d, "
                        "got %d",
                        table.width(), subwords.width()));
  }
  return Embedding(std::move(vocabulary), std::move(table),
                   std::move(subwords));
}

absl::Status Embedding::Vector(std::string_view token,
                               std::span<float> vector) const {
  if (static_cast<int64_t>(vector.size()) != width()) {
    return absl::InvalidArgumentError(
        absl::StrFormat("embedding: expected room for %d values, got %d",
                        width(), vector.size()));
  }
  const int64_t row = Find(token);
  if (row >= 0) return table_.ReadRow(row, vector);
  if (subwords_.buckets().num_rows() > 0 &&
      subwords_.ReadVector(token, vector)) {
    return absl::OkStatus();
  }
  return absl::NotFoundError(absl::StrFormat("embedding: no vector for %s",
                                             internal::TokenText(token)));
}

}  // namespace rowsplit
