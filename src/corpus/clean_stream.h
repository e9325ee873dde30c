#ifndef ROWSPLIT_SRC_CORPUS_CLEAN_STREAM_H_
#define ROWSPLIT_SRC_CORPUS_CLEAN_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/corpus/config.h"
#include "rowsplit/corpus/job.h"
#include "rowsplit/corpus/report.h"
#include "rowsplit/data/corpus_reader.h"
#include "rowsplit/pipeline/plan.h"

namespace rowsplit::internal {

// A batch of rows on its way: read, parsed, cleaned. Reused.
struct CleanBatch {
  RawBlock block;
  RowBatch parsed;
  TextRows text;  // the cleaned rows
  TextPlan::Result cleaned;
  int64_t num_rows = 0;  // before cleaning
  int64_t num_row_bytes = 0;
  int64_t num_tokens = 0;  // for the progress and the report; set by the job

  std::string_view bytes() const {
    return {text.bytes.data(), text.bytes.size()};
  }
};

// The front of every job: inputs in, cleaned rows out, with an account of what
// was left out. Its functions are the stages of an OrderedPipeline.
class CleanStream {
 public:
  // `progress` may be null and must outlive the stream, as `plan` must.
  static absl::StatusOr<CleanStream> Open(const InputConfig& input,
                                          const TextPlan& plan,
                                          std::string_view phase,
                                          const ProgressCallback* progress,
                                          const ExecOptions& exec);

  // Serial; false at the end.
  absl::StatusOr<bool> Read(CleanBatch& batch);
  // Parallel.
  absl::Status Clean(CleanBatch& batch) const;
  // In order: adds the batch to the account.
  absl::Status Account(CleanBatch& batch);

  // After the end.
  void FillReport(CorpusReport& report) const;
  const CorpusReader& reader() const { return *reader_; }

 private:
  CleanStream() = default;

  std::unique_ptr<CorpusReader> reader_;
  int64_t total_bytes_ = -1;
  bool is_utf8_ = true;  // all text is to be
  const TextPlan* plan_ = nullptr;
  std::string_view phase_;
  const ProgressCallback* progress_ = nullptr;
  CorpusReport account_;
};

// How many batches a pipeline of `exec` keeps on their way: enough that no
// thread waits for the one that is in an in-order stage.
int BatchesInFlight(const ExecOptions& exec);

}  // namespace rowsplit::internal

#endif  // ROWSPLIT_SRC_CORPUS_CLEAN_STREAM_H_
