#include "embedding/side_vocabulary.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary_formats.h"

namespace rowsplit::internal {

namespace {

bool Exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

VocabularyFormat FormatOfEnding(std::string_view path) {
  if (path.ends_with(".json")) return VocabularyFormat::kJson;
  return path.ends_with(".rsv") ? VocabularyFormat::kFrozen
                                : VocabularyFormat::kText;
}

}  // namespace

std::string SideVocabularyPath(const std::string& path) {
  return std::filesystem::path(path).replace_extension(".vocab.txt").string();
}

absl::StatusOr<Vocabulary> ReadSideVocabulary(const std::string& path,
                                              const std::string& tokens_path,
                                              int64_t num_rows_of_file,
                                              int64_t num_rows) {
  const std::string from =
      tokens_path.empty() ? SideVocabularyPath(path) : tokens_path;
  if (tokens_path.empty() && !Exists(from)) return Vocabulary();
  ROWSPLIT_ASSIGN_OR_RETURN(VocabularyFile file, ReadVocabulary(from));
  if (file.vocabulary.size() != num_rows_of_file) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s: expected a token for each row: %d rows, but %s has %d tokens",
        path, num_rows_of_file, from, file.vocabulary.size()));
  }
  ROWSPLIT_RETURN_IF_ERROR(CutVocabulary(num_rows, file.vocabulary));
  return std::move(file.vocabulary);
}

absl::Status CutVocabulary(int64_t size, Vocabulary& vocabulary) {
  if (size >= vocabulary.size()) return absl::OkStatus();
  StringTensorBuilder tokens;
  for (int64_t id = 0; id < size; ++id) tokens.Append(vocabulary.token(id));
  ROWSPLIT_ASSIGN_OR_RETURN(vocabulary,
                            Vocabulary::FromTokens(std::move(tokens).Build()));
  return absl::OkStatus();
}

absl::Status WriteSideVocabulary(const Vocabulary& vocabulary,
                                 const std::string& path,
                                 const std::string& tokens_path) {
  const std::string to =
      tokens_path.empty() ? SideVocabularyPath(path) : tokens_path;
  if (vocabulary.size() > 0) {
    std::error_code error;
    if (to == path || std::filesystem::equivalent(to, path, error)) {
      return absl::InvalidArgumentError(absl::StrFormat(
          "cannot write '%s': the file for the tokens must be another one",
          to));
    }
    return WriteVocabulary(vocabulary, to, {.format = FormatOfEnding(to)});
  }
  if (!Exists(SideVocabularyPath(path))) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrFormat(
      "cannot write '%s', an embedding without tokens: '%s' beside it has the "
      "tokens of another one",
      path, SideVocabularyPath(path)));
}

}  // namespace rowsplit::internal
