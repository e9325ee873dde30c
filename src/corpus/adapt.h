#ifndef ROWSPLIT_SRC_CORPUS_ADAPT_H_
#define ROWSPLIT_SRC_CORPUS_ADAPT_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/corpus/job.h"
#include "rowsplit/corpus/report.h"
#include "rowsplit/data/corpus_reader.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/vocab/token_counter.h"

namespace rowsplit::internal {

// What a pass read.
struct InputRecord {
  std::vector<InputFile> inputs;
  std::vector<InputSummary> summaries;
};

// The first pass over a corpus: counts the standardized tokens of its cleaned
// rows, fills in the report's account of the input, and `record` if not null.
absl::StatusOr<TextVectorizationAdapter> Adapt(const CorpusConfig& config,
                                               const TextPlan& plan,
                                               const ExecOptions& exec,
                                               const ProgressCallback* progress,
                                               CorpusReport& report,
                                               InputRecord* record);
// The same into `counter`, which is of MakeCounter.
absl::StatusOr<TextVectorizationAdapter> Adapt(
    const CorpusConfig& config, const TextPlan& plan, const ExecOptions& exec,
    const ProgressCallback* progress, CorpusReport& report, InputRecord* record,
    const std::shared_ptr<TokenCounter>& counter);

// What counts in the memory and the folder that `config` allows.
absl::StatusOr<std::shared_ptr<TokenCounter>> MakeCounter(
    const CorpusConfig& config, const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_ADAPT_H_
