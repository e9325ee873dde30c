#ifndef ROWSPLIT_SRC_CORPUS_LEARNED_WORDPIECE_H_
#define ROWSPLIT_SRC_CORPUS_LEARNED_WORDPIECE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/corpus/job.h"
#include "rowsplit/corpus/report.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/vocab/token_counter.h"

namespace rowsplit::internal {

// Counts the words of BasicTokenize in the cleaned rows of the input, and fills
// in the report's account of it.
absl::Status CountBasicWords(const CorpusConfig& config, const TextPlan& plan,
                             const ExecOptions& exec,
                             const ProgressCallback* progress,
                             CorpusReport& report, TokenCounter& counter);

// Learns subwords from the counts and writes them to `path`, the reserved
// tokens first; a token's place is its id. Returns their number. Fails with
// FailedPrecondition if nothing was counted, and as LearnWordpiece.
absl::StatusOr<int64_t> WriteLearnedWordpiece(const CorpusConfig& config,
                                              const std::string& path,
                                              const ExecOptions& exec,
                                              TokenCounter& counter);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_LEARNED_WORDPIECE_H_
