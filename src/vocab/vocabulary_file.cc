#include "vocab/vocabulary_file.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

absl::StatusOr<Buffer<char>> ReadWhole(const std::string& path) {
  const std::unique_ptr<std::FILE, FileCloser> file(
      std::fopen(path.c_str(), "rb"));
  if (file == nullptr) {
    return absl::ErrnoToStatus(
        errno, absl::StrFormat("can't open the vocabulary file %s", path));
  }
  BufferBuilder<char> content;
  std::array<char, 1 << 14> block;
  while (const size_t got =
             std::fread(block.data(), 1, block.size(), file.get())) {
    content.Append(std::span<const char>(block.data(), got));
  }
  if (std::ferror(file.get()) != 0) {
    return absl::ErrnoToStatus(
        errno, absl::StrFormat("can't read the vocabulary file %s", path));
  }
  return std::move(content).Build();
}

}  // namespace

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
  ROWSPLIT_ASSIGN_OR_RETURN(const Buffer<char> content, ReadWhole(path));
  return ParseVocabulary({content.data(), content.size()}, path);
}

}  // namespace rowsplit::internal
