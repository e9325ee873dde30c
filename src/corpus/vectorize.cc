#include "rowsplit/corpus/vectorize.h"

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "corpus/clean_stream.h"
#include "corpus/example_stream.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/data/shard_writer.h"

namespace rowsplit {

namespace {

using internal::CleanStream;
using internal::ExampleBatch;
using internal::ExampleStream;

// Writes a batch's records in order, with `empty` in the place of each dropped
// row.
class RowWriter {
 public:
  RowWriter(const ExampleBatch& batch, std::string_view empty,
            const std::function<absl::Status(std::string_view)>& write)
      : batch_(batch), empty_(empty), write_(write) {}

  // The records that are in the batch now: those of the next rows.
  absl::Status WriteRecords() {
    Offset begin = 0;
    for (const Offset end : batch_.record_ends.span()) {
      ROWSPLIT_RETURN_IF_ERROR(WriteEmptyTo(batch_.cleaned.kept[kept_++]));
      ROWSPLIT_RETURN_IF_ERROR(write_(
          {batch_.records.data() + begin, static_cast<size_t>(end - begin)}));
      ++row_;
      begin = end;
    }
    return absl::OkStatus();
  }
  absl::Status Finish() { return WriteEmptyTo(batch_.num_rows); }

 private:
  absl::Status WriteEmptyTo(int64_t row) {
    for (; row_ < row; ++row_) ROWSPLIT_RETURN_IF_ERROR(write_(empty_));
    return absl::OkStatus();
  }

  const ExampleBatch& batch_;
  const std::string_view empty_;
  const std::function<absl::Status(std::string_view)>& write_;
  size_t kept_ = 0;
  int64_t row_ = 0;
};

}  // namespace

absl::StatusOr<CorpusReport> VectorizeInputs(
    const InputConfig& input, const Vectorizer& vectorizer, RecordFormat format,
    const std::function<absl::Status(std::string_view)>& write,
    const ExecOptions& exec, const ProgressCallback& progress) {
  if (format != RecordFormat::kText && format != RecordFormat::kJsonLines) {
    return absl::InvalidArgumentError(
        "vectorize writes lines: format must be text or jsonl");
  }
  const RecordLayout layout{
      .format = format, .has_labels = false, .has_text = false};
  ROWSPLIT_ASSIGN_OR_RETURN(const ExampleEncoder encoder,
                            ExampleEncoder::Create(layout));
  BufferBuilder<char> empty;
  ROWSPLIT_RETURN_IF_ERROR(encoder.AppendRecord({}, empty));
  const std::string_view empty_record(empty.data(), empty.size());

  CorpusConfig config;
  config.vectorize = vectorizer.layer.options();
  config.output.format = format;
  ROWSPLIT_ASSIGN_OR_RETURN(
      ExampleStream examples,
      ExampleStream::Create(config, vectorizer.layer, encoder));
  ROWSPLIT_ASSIGN_OR_RETURN(
      CleanStream stream,
      CleanStream::Open(input, vectorizer.clean, "vectorize", &progress, exec));
  CorpusReport report;
  internal::ExampleCounts counts;
  internal::OrderedPipeline<ExampleBatch> pipeline(
      [&](ExampleBatch& batch) { return stream.Read(batch); });
  pipeline
      .Parallel([&](ExampleBatch& batch) {
        ROWSPLIT_RETURN_IF_ERROR(stream.Clean(batch));
        ROWSPLIT_RETURN_IF_ERROR(examples.Tokenize(batch));
        return examples.Encode(batch);
      })
      .InOrder([&](ExampleBatch& batch) {
        ROWSPLIT_RETURN_IF_ERROR(stream.Account(batch));
        RowWriter rows(batch, empty_record, write);
        ROWSPLIT_RETURN_IF_ERROR(rows.WriteRecords());
        while (!batch.is_encoded) {
          ROWSPLIT_RETURN_IF_ERROR(examples.Encode(batch));
          ROWSPLIT_RETURN_IF_ERROR(rows.WriteRecords());
        }
        counts.Add(batch.counts);
        return rows.Finish();
      });
  ROWSPLIT_RETURN_IF_ERROR(pipeline.Run(exec, internal::BatchesInFlight(exec)));
  stream.FillReport(report);
  counts.FillReport(report);
  report.num_ids = vectorizer.layer.num_ids();
  if (!vectorizer.warning.empty()) report.warnings = {vectorizer.warning};
  return report;
}

}  // namespace rowsplit
