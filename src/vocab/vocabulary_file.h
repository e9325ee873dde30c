#ifndef ROWSPLIT_SRC_VOCAB_VOCABULARY_FILE_H_
#define ROWSPLIT_SRC_VOCAB_VOCABULARY_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "rowsplit/ragged/string_tensor.h"

namespace rowsplit::internal {

// The tokens of a vocabulary file, by the rules of Vocabulary::FromFile.
absl::StatusOr<StringTensor> ReadVocabularyFile(const std::string& path);

// The same of its content; `path` is for messages.
absl::StatusOr<StringTensor> ParseVocabulary(std::string_view content,
                                             const std::string& path);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_VOCAB_VOCABULARY_FILE_H_
