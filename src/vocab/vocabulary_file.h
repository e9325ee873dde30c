#ifndef ROWSPLIT_SRC_VOCAB_VOCABULARY_FILE_H_
#define ROWSPLIT_SRC_VOCAB_VOCABULARY_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

// The tokens of a vocabulary file, by the rules of Vocabulary::FromFile.
absl::StatusOr<StringTensor> ReadVocabularyFile(const std::string& path);

// The same of its content; `path` is for messages.
absl::StatusOr<StringTensor> ParseVocabulary(std::string_view content,
                                             const std::string& path);

// FailedPrecondition that names the first two lines with the same token.
absl::Status CheckLinesDiffer(StringTensorView tokens, const std::string& path);

// The content of a vocabulary file. Fails with InvalidArgument that names the
// first token that would not be read back: an empty one, one with '\n', one
// that ends in '\r'.
absl::StatusOr<std::string> FormatVocabularyLines(StringTensorView tokens);

// A decimal integer with spaces around it, as TensorFlow's tables read one.
// Fails with InvalidArgument, naming the line of the file.
absl::StatusOr<int64_t> ParseInteger(std::string_view text,
                                     const std::string& path, int64_t line);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_VOCABULARY_FILE_H_
