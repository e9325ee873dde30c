#include "vocab/vocabulary_file.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/read_file.h"
#include "core/status_macros.h"
#include "rowsplit/ragged/string_tensor.h"
#include "vocab/token_text.h"

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

absl::StatusOr<int64_t> ParseInteger(std::string_view text,
                                     const std::string& path, int64_t line) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  std::string_view digits = text;
  digits.remove_prefix(std::min(digits.find_first_not_of(kSpace), text.size()));
  digits = digits.substr(0, digits.find_last_not_of(kSpace) + 1);
  int64_t value = 0;
  const char* const begin = digits.data();
  const char* const end = begin + digits.size();
  const auto parsed = std::from_chars(begin, end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return absl::InvalidArgumentError(
        absl::StrFormat("the file %s has no valid int64 in line %d: %s", path,
                        line, TokenText(text)));
  }
  return value;
}

absl::StatusOr<StringTensor> ReadVocabularyFile(const std::string& path) {
  ROWSPLIT_ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
  return ParseVocabulary(content, path);
}

absl::Status CheckLinesDiffer(StringTensorView tokens,
                              const std::string& path) {
  absl::flat_hash_map<std::string_view, int64_t> line_of;
  for (int64_t i = 0; i < tokens.size(); ++i) {
    const auto [place, is_new] = line_of.try_emplace(tokens[i], i + 1);
    if (is_new) continue;
    return absl::FailedPreconditionError(absl::StrFormat(
        "the lines of the vocabulary file %s must differ: line %d and line %d "
        "are both %s",
        path, place->second, i + 1, TokenText(tokens[i])));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> FormatVocabularyLines(StringTensorView tokens) {
  const auto fails = [](int64_t id, std::string_view token, const char* what) {
    return absl::InvalidArgumentError(
        absl::StrFormat("%s can't be a line of a vocabulary file: token %d, %s",
                        what, id, TokenText(token)));
  };
  std::string lines;
  lines.reserve(tokens.text().size() + tokens.size());
  for (int64_t id = 0; id < tokens.size(); ++id) {
    const std::string_view token = tokens[id];
    if (token.empty()) return fails(id, token, "the empty token");
    if (token.find('\n') != std::string_view::npos) {
      return fails(id, token, "a token with a line end");
    }
    if (token.ends_with('\r')) {
      return fails(id, token, "a token that ends in a carriage return");
    }
    lines += token;
    lines += '\n';
  }
  return lines;
}

}  // namespace rowsplit::internal
