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

// The batch's records, with `empty` in the place of each dropped row.
absl::Status WriteRecords(
    const ExampleBatch& batch, std::string_view empty,
    const std::function<absl::Status(std::string_view)>& write) {
  int64_t row = 0;
  Offset begin = 0;
  for (size_t i = 0; i < batch.record_ends.size(); ++i, ++row) {
    for (; row < batch.cleaned.kept[i]; ++row)
      ROWSPLIT_RETURN_IF_ERROR(write(empty));
    const Offset end = batch.record_ends.span()[i];
    ROWSPLIT_RETURN_IF_ERROR(write(
        {batch.records.data() + begin, static_cast<size_t>(end - begin)}));
    begin = end;
  }
  for (; row < batch.num_rows; ++row) ROWSPLIT_RETURN_IF_ERROR(write(empty));
  return absl::OkStatus();
}

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
  internal::OrderedPipeline<ExampleBatch> pipeline(
      [&](ExampleBatch& batch) { return stream.Read(batch); });
  pipeline
      .Parallel([&](ExampleBatch& batch) {
        ROWSPLIT_RETURN_IF_ERROR(stream.Clean(batch));
        examples.Tokenize(batch);
        return examples.Encode(batch);
      })
      .InOrder([&](ExampleBatch& batch) {
        ROWSPLIT_RETURN_IF_ERROR(stream.Account(batch));
        batch.counts.AddTo(report);
        return WriteRecords(batch, empty_record, write);
      });
  ROWSPLIT_RETURN_IF_ERROR(pipeline.Run(exec, internal::BatchesInFlight(exec)));
  stream.FillReport(report);
  report.num_ids = vectorizer.layer.vocabulary().size();
  return report;
}

}  // namespace rowsplit
