#include "vocab/vocabulary_file.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/read_file.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

absl::StatusOr<StringTensor> ParseVocabulary(std::string_view content,
                                             const std::string& path) {
  if (content.empty()) {
    return absl::OutOfRangeError(
        absl::StrFormat("the vocabulary file %s is empty", path));
  }
  StringTensorBuilder tokens;
  for (size_t begin = 0; begin < content.size();) {
    size_t end = content.find('\n', begin);
    if (end == std::string_view::npos) end = content.size();
    std::string_view token = content.substr(begin, end - begin);
    if (token.ends_with('\r')) token.remove_suffix(1);
    if (token.empty()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("the vocabulary file %s has an empty line: line %d",
                          path, tokens.size() + 1));
    }
    tokens.Append(token);
    begin = end + 1;
  }
  return std::move(tokens).Build();
}

absl::StatusOr<StringTensor> ReadVocabularyFile(const std::string& path) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
  return ParseVocabulary(content, path);
}

}  // namespace rowsplit::internal
