#ifndef ROWSPLIT_CORPUS_VECTORIZE_H_
#define ROWSPLIT_CORPUS_VECTORIZE_H_

#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/corpus/job.h"
#include "rowsplit/corpus/report.h"
#include "rowsplit/pipeline/vectorizer.h"

namespace rowsplit {

// Cleans and vectorizes the rows of the inputs and hands their ids to `write`
// in order, as lines: ids with spaces between (RecordFormat::kText) or JSON
// Lines. A row that the vectorizer's steps drop gives an empty line
// ({"ids":[]}), so that output line i belongs to input row i. Rows are not
// always input lines: a blank JSON line is none, an Example with several values
// is several, so are the pieces of a line that ErrorPolicy::kReplace cuts, and
// what a policy drops is none.
absl::StatusOr<CorpusReport> VectorizeInputs(
    const InputConfig& input, const Vectorizer& vectorizer, RecordFormat format,
    const std::function<absl::Status(std::string_view)>& write,
    const ExecOptions& exec, const ProgressCallback& progress = nullptr);

}  // namespace rowsplit

#endif  // ROWSPLIT_CORPUS_VECTORIZE_H_
