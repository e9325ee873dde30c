#ifndef ROWSPLIT_SRC_EMBEDDING_SIDE_VOCABULARY_H_
#define ROWSPLIT_SRC_EMBEDDING_SIDE_VOCABULARY_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/vocab/vocabulary.h"

// The vocabulary file beside an array file, which has no tokens itself.
namespace rowsplit::internal {

// `vectors/glove.npy` → `vectors/glove.vocab.txt`.
std::string SideVocabularyPath(const std::string& path);

// The tokens of the first `num_rows` rows of the array file `path`, which has
// `num_rows_of_file`: of the file `tokens_path`, or if that is empty of the one
// beside it; none if there is no such file. InvalidArgument unless it has a
// token for each row of the file.
absl::StatusOr<Vocabulary> ReadSideVocabulary(const std::string& path,
                                              const std::string& tokens_path,
                                              int64_t num_rows_of_file,
                                              int64_t num_rows);

// Leaves the first `size` tokens, if there are more.
absl::Status CutVocabulary(int64_t size, Vocabulary& vocabulary);

// Writes the tokens to `tokens_path`, or if that is empty to the file beside
// `path`. InvalidArgument if that is `path` itself, which would lose them.
// Without tokens nothing is written; FailedPrecondition if there is a
// file beside `path` whose tokens Load would take for its own.
absl::Status WriteSideVocabulary(const Vocabulary& vocabulary,
                                 const std::string& path,
                                 const std::string& tokens_path);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_EMBEDDING_SIDE_VOCABULARY_H_
