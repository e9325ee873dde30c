#include "corpus/clean_stream.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/data/inputs.h"

namespace rowsplit::internal {

absl::StatusOr<CleanStream> CleanStream::Open(const InputConfig& input,
                                              const TextPlan& plan,
                                              std::string_view phase,
                                              const ProgressCallback* progress,
                                              const ExecOptions& exec) {
  std::vector<std::string> ignored;
  ROWSPLIT_ASSIGN_OR_RETURN(
      std::vector<InputFile> files,
      FindInputs(input.paths, {.format = input.format,
                               .compression = input.compression,
                               .ignored = &ignored}));
  ReadOptions options = input.read;
  options.cancellation = exec.cancellation;
  CleanStream stream;
  stream.account_.inputs = static_cast<int64_t>(files.size());
  stream.account_.ignored_files = static_cast<int64_t>(ignored.size());
  if (!ignored.empty()) {
    stream.account_.first_ignored_file = std::move(ignored.front());
  }
  stream.account_.dropped_by_step.assign(plan.steps().size(), 0);
  stream.account_.changed_by_step.assign(plan.steps().size(), 0);
  ROWSPLIT_ASSIGN_OR_RETURN(CorpusReader reader,
                            CorpusReader::Open(std::move(files), options));
  stream.reader_ = std::make_unique<CorpusReader>(std::move(reader));
  stream.total_bytes_ = stream.reader_->total_bytes();
  stream.is_utf8_ = options.encoding == "utf-8";
  stream.plan_ = &plan;
  stream.phase_ = phase;
  stream.progress_ = progress;
  return stream;
}

absl::StatusOr<bool> CleanStream::Read(CleanBatch& batch) {
  return reader_->ReadBlock(batch.block);
}

absl::Status CleanStream::Clean(CleanBatch& batch) const {
  batch.parsed.Clear();
  ROWSPLIT_RETURN_IF_ERROR(reader_->ParseBlock(batch.block, batch.parsed));
  std::swap(batch.text.bytes, batch.parsed.bytes);
  std::swap(batch.text.rows, batch.parsed.rows);
  batch.num_rows = static_cast<int64_t>(batch.text.rows.size());
  batch.num_row_bytes = 0;
  for (const TokenSpan row : batch.text.rows.span())
    batch.num_row_bytes += row.size;
  return plan_->Apply(batch.text, &batch.cleaned);
}

absl::Status CleanStream::Account(CleanBatch& batch) {
  account_.rows += batch.num_rows;
  account_.text_bytes += batch.num_row_bytes;
  account_.tokens += batch.num_tokens;
  account_.faults.Merge(batch.parsed.faults);
  for (size_t step = 0; step < account_.dropped_by_step.size(); ++step) {
    account_.dropped_by_step[step] += batch.cleaned.dropped[step];
    account_.changed_by_step[step] += batch.cleaned.changed[step];
  }
  if (progress_ != nullptr && *progress_ != nullptr) {
    (*progress_)({.phase = phase_,
                  .bytes_done = reader_->bytes_read(),
                  .bytes_total = total_bytes_,
                  .tokens = account_.tokens});
  }
  return absl::OkStatus();
}

void CleanStream::FillReport(CorpusReport& report) const {
  report.inputs = account_.inputs;
  report.ignored_files = account_.ignored_files;
  report.first_ignored_file = account_.first_ignored_file;
  report.input_bytes = reader_->bytes_read();
  if (!is_utf8_) {
    std::map<std::string, int64_t> encodings;
    for (const InputSummary& summary : reader_->summaries()) {
      // Records have none.
      if (!summary.encoding.name.empty()) ++encodings[summary.encoding.name];
    }
    report.encodings.assign(encodings.begin(), encodings.end());
  }
  report.text_bytes = account_.text_bytes;
  report.rows = account_.rows;
  report.tokens = account_.tokens;
  report.faults = account_.faults;
  report.dropped_by_step = account_.dropped_by_step;
  report.changed_by_step = account_.changed_by_step;
}

int BatchesInFlight(const ExecOptions& exec) { return NumThreads(exec) + 2; }

}  // namespace rowsplit::internal
