#include "rowsplit/vocab/vocabulary_formats.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/json.h"
#include "core/read_file.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "vocab/frozen_layout.h"
#include "vocab/tokenizer_json.h"
#include "vocab/vocabulary_file.h"
#include "vocab/vocabulary_json.h"

namespace rowsplit {

namespace {

using internal::JsonValue;
using internal::JsonWriter;

constexpr std::pair<std::string_view, VocabularyFormat> kFormats[] = {
    {"txt", VocabularyFormat::kText},
    {"json", VocabularyFormat::kJson},
    {"vocab.json", VocabularyFormat::kVocabJson},
    {"tokenizer.json", VocabularyFormat::kTokenizerJson},
    {"frozen", VocabularyFormat::kFrozen},
};

// The place of the first byte at or after `begin` that is no JSON space.
size_t SkipSpace(std::string_view text, size_t begin) {
  return std::min(text.find_first_not_of(" \t\r\n", begin), text.size());
}

// Lines may begin with "[UNK]" or "{", so a bracket is not enough: a string,
// an object or the other bracket must follow.
bool LooksLikeJson(std::string_view content) {
  const size_t first = SkipSpace(content, 0);
  if (first == content.size()) return false;
  const size_t second = SkipSpace(content, first + 1);
  const char next = second == content.size() ? '\0' : content[second];
  if (content[first] == '[') return next == '"' || next == '{' || next == ']';
  return content[first] == '{' && (next == '"' || next == '}');
}

bool IsJson(std::string_view content, std::string_view name) {
  if (name.ends_with(".json")) return true;
  return !name.ends_with(".txt") && LooksLikeJson(content);
}

absl::StatusOr<VocabularyFile> FromLines(std::string_view content,
                                         const std::string& name) {
  ROWSPLIT_ASSIGN_OR_RETURN(const StringTensor tokens,
                            internal::ParseVocabulary(content, name));
  absl::StatusOr<Vocabulary> vocabulary = Vocabulary::FromTokens(tokens);
  if (vocabulary.ok()) {
    VocabularyFile file;
    file.vocabulary = *std::move(vocabulary);
    return file;
  }
  if (!absl::IsInvalidArgument(vocabulary.status())) return vocabulary.status();
  ROWSPLIT_RETURN_IF_ERROR(internal::CheckLinesDiffer(tokens, name));
  return vocabulary.status();
}

// The vocabulary of tokens that stand in `where`.
absl::StatusOr<Vocabulary> FromJsonTokens(StringTensor tokens,
                                          const JsonValue& where) {
  absl::StatusOr<Vocabulary> vocabulary =
      Vocabulary::FromTokens(std::move(tokens));
  if (absl::IsInvalidArgument(vocabulary.status())) {
    return where.Error(std::string(vocabulary.status().message()));
  }
  return vocabulary;
}

absl::StatusOr<VocabularyFile> Frozen(absl::StatusOr<Vocabulary> vocabulary) {
  if (!vocabulary.ok()) return std::move(vocabulary).status();
  VocabularyFile file;
  file.vocabulary = *std::move(vocabulary);
  file.format = VocabularyFormat::kFrozen;
  return file;
}

// Whether it can be mapped; what is not there can, and fails then.
bool CanBeMapped(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status =
      std::filesystem::status(path, error);
  return status.type() == std::filesystem::file_type::regular ||
         !std::filesystem::exists(status);
}

bool IsFrozenFile(const std::string& path) {
  char head[8] = {};
  std::ifstream file(path, std::ios::binary);
  file.read(head, sizeof head);
  return internal::IsFrozen({head, static_cast<size_t>(file.gcount())});
}

absl::StatusOr<VocabularyFile> FromJson(
    std::string_view content, const std::string& name,
    std::optional<VocabularyFormat> format) {
  ROWSPLIT_ASSIGN_OR_RETURN(const JsonValue root,
                            JsonValue::Parse(content, name));
  if (!format.has_value()) {
    const bool is_array = root.kind() == JsonValue::Kind::kArray;
    format = is_array ? VocabularyFormat::kJson : VocabularyFormat::kVocabJson;
    if (!is_array && internal::IsTokenizerJson(root)) {
      format = VocabularyFormat::kTokenizerJson;
    }
  }
  if (*format == VocabularyFormat::kTokenizerJson) {
    return internal::ReadTokenizerJson(root);
  }
  StringTensor tokens;
  if (*format == VocabularyFormat::kJson) {
    ROWSPLIT_ASSIGN_OR_RETURN(tokens, internal::ReadTokenArray(root));
  } else {
    internal::TokensById by_id(root);
    ROWSPLIT_RETURN_IF_ERROR(internal::AddTokenIds(root, by_id));
    ROWSPLIT_ASSIGN_OR_RETURN(tokens, by_id.InOrder());
  }
  VocabularyFile file;
  file.format = *format;
  ROWSPLIT_ASSIGN_OR_RETURN(file.vocabulary,
                            FromJsonTokens(std::move(tokens), root));
  return file;
}

}  // namespace

std::string_view VocabularyFormatName(VocabularyFormat format) {
  for (const auto& [name, meaning] : kFormats) {
    if (meaning == format) return name;
  }
  return "";
}

absl::StatusOr<VocabularyFormat> ParseVocabularyFormat(std::string_view name) {
  std::string known;
  for (const auto& [word, meaning] : kFormats) {
    if (word == name) return meaning;
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  return absl::InvalidArgumentError(absl::StrFormat(
      "the format of a vocabulary must be one of %s; got \"%s\"", known, name));
}

absl::StatusOr<VocabularyFile> ParseVocabulary(
    std::string_view content, const std::string& name,
    const ReadVocabularyOptions& options) {
  const std::optional<VocabularyFormat> format = options.format;
  if (format == VocabularyFormat::kFrozen ||
      (!format.has_value() && internal::IsFrozen(content))) {
    const std::span<const char> bytes(content.data(), content.size());
    return Frozen(
        Vocabulary::FromBytes(Buffer<char>::Copy(bytes), options.open));
  }
  if (format == VocabularyFormat::kText ||
      (!format.has_value() && !IsJson(content, name))) {
    return FromLines(content, name);
  }
  absl::StatusOr<VocabularyFile> file = FromJson(content, name, format);
  if (absl::IsNotFound(file.status())) {  // a member, not the file
    return absl::InvalidArgumentError(file.status().message());
  }
  return file;
}

absl::StatusOr<VocabularyFile> ReadVocabulary(
    const std::string& path, const ReadVocabularyOptions& options) {
  if (CanBeMapped(path)) {
    const bool is_frozen = options.format.has_value()
                               ? options.format == VocabularyFormat::kFrozen
                               : IsFrozenFile(path);
    if (is_frozen) return Frozen(Vocabulary::Open(path, options.open));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string content,
                            internal::ReadFile(path));
  return ParseVocabulary(content, path, options);
}

absl::StatusOr<std::string> FormatVocabulary(
    const Vocabulary& vocabulary, const WriteVocabularyOptions& options) {
  switch (options.format) {
    case VocabularyFormat::kText:
      return internal::FormatVocabularyLines(vocabulary.tokens());
    case VocabularyFormat::kJson: {
      JsonWriter json(JsonWriter::Style::kPretty);
      internal::WriteTokenArray(vocabulary, json);
      return std::move(json).Take();
    }
    case VocabularyFormat::kVocabJson: {
      ROWSPLIT_RETURN_IF_ERROR(
          internal::CheckUtf8Tokens(vocabulary, "vocab.json"));
      JsonWriter json(JsonWriter::Style::kCompact);
      internal::WriteTokenIds(vocabulary, json);
      return std::move(json).Take();
    }
    case VocabularyFormat::kTokenizerJson:
      return internal::FormatTokenizerJson(vocabulary, options);
    case VocabularyFormat::kFrozen: {
      ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<char> bytes, vocabulary.ToBytes());
      return std::string(bytes.data(), bytes.size());
    }
  }
  return absl::InvalidArgumentError("no format of a vocabulary");
}

absl::Status WriteVocabulary(const Vocabulary& vocabulary,
                             const std::string& path,
                             const WriteVocabularyOptions& options) {
  if (options.format == VocabularyFormat::kFrozen) return vocabulary.Save(path);
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string bytes,
                            FormatVocabulary(vocabulary, options));
  ROWSPLIT_ASSIGN_OR_RETURN(internal::AtomicFile file,
                            internal::AtomicFile::Open(path, {}));
  ROWSPLIT_RETURN_IF_ERROR(file.Append(bytes));
  return file.Commit();
}

}  // namespace rowsplit
