#include "corpus/adapt.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "corpus/clean_stream.h"
#include "rowsplit/vocab/token_counter.h"

namespace rowsplit::internal {

absl::StatusOr<std::shared_ptr<TokenCounter>> MakeCounter(
    const CorpusConfig& config, const ExecOptions& exec) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      TokenCounter counter,
      TokenCounter::Create(
          {.documents = config.vectorize.output_mode == OutputMode::kTfIdf,
           .memory_limit = config.vocabulary.memory,
           .temporary_folder = config.vocabulary.temporary_folder,
           .exec = exec}));
  return std::make_shared<TokenCounter>(std::move(counter));
}

absl::StatusOr<TextVectorizationAdapter> Adapt(const CorpusConfig& config,
                                               const TextPlan& plan,
                                               const ExecOptions& exec,
                                               const ProgressCallback* progress,
                                               CorpusReport& report,
                                               InputRecord* record) {
  std::shared_ptr<TokenCounter> counter;
  if (config.vocabulary.memory != -1) {
    ROWSPLIT_ASSIGN_OR_RETURN(counter, MakeCounter(config, exec));
  }
  return Adapt(config, plan, exec, progress, report, record, counter);
}

absl::StatusOr<TextVectorizationAdapter> Adapt(
    const CorpusConfig& config, const TextPlan& plan, const ExecOptions& exec,
    const ProgressCallback* progress, CorpusReport& report, InputRecord* record,
    const std::shared_ptr<TokenCounter>& counter) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      CleanStream stream,
      CleanStream::Open(config.input, plan, "vocabulary", progress, exec));
  const auto new_adapter = [&] {
    return counter == nullptr
               ? TextVectorizationAdapter(config.vectorize)
               : TextVectorizationAdapter(config.vectorize, counter);
  };
  WorkerLocal<std::optional<TextVectorizationAdapter>> adapters(exec);
  OrderedPipeline<CleanBatch> pipeline(
      [&](CleanBatch& batch) { return stream.Read(batch); });
  pipeline
      .Parallel([&](CleanBatch& batch) {
        ROWSPLIT_RETURN_IF_ERROR(stream.Clean(batch));
        std::optional<TextVectorizationAdapter>& adapter = adapters.local();
        if (!adapter.has_value()) adapter.emplace(new_adapter());
        const int64_t before = adapter->num_tokens();
        ROWSPLIT_RETURN_IF_ERROR(
            adapter->Update(batch.bytes(), batch.text.rows.span()));
        batch.num_tokens = adapter->num_tokens() - before;
        return absl::OkStatus();
      })
      .InOrder([&](CleanBatch& batch) { return stream.Account(batch); });
  ROWSPLIT_RETURN_IF_ERROR(pipeline.Run(exec, BatchesInFlight(exec)));

  // Into the first, and each one's memory goes when it is added.
  std::optional<TextVectorizationAdapter> sum;
  for (auto& adapter : adapters.slots()) {
    if (!adapter.has_value()) continue;
    if (sum.has_value()) {
      sum->Merge(*adapter);
    } else {
      sum.swap(adapter);
    }
    adapter.reset();
  }
  if (!sum.has_value()) sum.emplace(new_adapter());
  stream.FillReport(report);
  if (record != nullptr) {
    const CorpusReader& reader = stream.reader();
    record->inputs.assign(reader.inputs().begin(), reader.inputs().end());
    record->summaries.assign(reader.summaries().begin(),
                             reader.summaries().end());
  }
  return *std::move(sum);
}

}  // namespace rowsplit::internal
