#ifndef ROWSPLIT_SRC_CORPUS_LEARNED_VOCABULARY_H_
#define ROWSPLIT_SRC_CORPUS_LEARNED_VOCABULARY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/vocab/token_counter.h"

namespace rowsplit::internal {

// Writes the most common tokens to `path` as config.vocabulary says, and their
// counts if it names a file for them. Lines hold no special tokens; in the
// other formats they are first, so that a token's place is its id. Returns the
// number of ids, '' and '[UNK]' among them. Fails with FailedPrecondition if
// nothing was counted, and as FormatVocabulary; both files appear when both are
// whole.
absl::StatusOr<int64_t> WriteLearnedVocabulary(const CorpusConfig& config,
                                               const std::string& path,
                                               TokenCounter& counter);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_LEARNED_VOCABULARY_H_
