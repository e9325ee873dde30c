#include "rowsplit/corpus/job.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/atomic_file.h"
#include "core/parallel.h"
#include "core/status_macros.h"
#include "corpus/adapt.h"
#include "corpus/clean_stream.h"
#include "corpus/example_stream.h"
#include "corpus/learned_vocabulary.h"
#include "corpus/learned_wordpiece.h"
#include "corpus/manifest.h"
#include "corpus/output_folder.h"
#include "rowsplit/data/shard_writer.h"
#include "rowsplit/data/shuffle.h"
#include "rowsplit/pipeline/vectorizer.h"
#include "rowsplit/vocab/token_counter.h"
#include "rowsplit/vocab/vocabulary_formats.h"

namespace rowsplit {

namespace {

using internal::CleanStream;
using internal::ExampleBatch;
using internal::ExampleCounts;
using internal::ExampleStream;
using internal::ManifestFile;
using internal::OrderedPipeline;
using internal::OutputFolder;

RecordLayout MakeLayout(const CorpusConfig& config) {
  return {
      .format = config.output.format,
      .ids_per_example = config.vectorize.output_sequence_length.value_or(-1),
      .dtype = config.output.dtype,
      .has_labels = config.window.has_value() &&
                    config.window->label == WindowLabel::kLast};
}

// One after the other through the shuffle into the shards.
class ExampleSink {
 public:
  ExampleSink(ShuffleBuffer shuffle, ShardWriter* writer,
              const CancellationToken* cancellation)
      : shuffle_(std::move(shuffle)),
        writer_(writer),
        cancellation_(cancellation) {}

  absl::Status Write(const ExampleBatch& batch) {
    Offset begin = 0;
    for (const Offset end : batch.record_ends.span()) {
      const std::string_view record(batch.records.data() + begin,
                                    static_cast<size_t>(end - begin));
      ROWSPLIT_RETURN_IF_ERROR(shuffle_.Push(
          record, [this](std::string_view out) { return Emit(out); }));
      begin = end;
    }
    return absl::OkStatus();
  }
  absl::Status Flush() {
    return shuffle_.Flush([this](std::string_view out) { return Emit(out); });
  }

 private:
  absl::Status Emit(std::string_view record) {
    if (cancellation_ != nullptr && cancellation_->cancelled()) {
      return absl::CancelledError("cancelled");
    }
    return writer_->Write(record);
  }

  ShuffleBuffer shuffle_;
  ShardWriter* writer_;
  const CancellationToken* cancellation_;
};

// The second pass: rows to examples in the shards.
absl::Status WriteExamples(CleanStream& stream, ExampleStream& examples,
                           ExampleSink& sink, const ExecOptions& exec,
                           CorpusReport& report) {
  ExampleCounts counts;
  // What the parallel stage has encoded, then what is left.
  const auto write = [&](ExampleBatch& batch) -> absl::Status {
    ROWSPLIT_RETURN_IF_ERROR(sink.Write(batch));
    while (!batch.is_encoded) {
      ROWSPLIT_RETURN_IF_ERROR(examples.Encode(batch));
      ROWSPLIT_RETURN_IF_ERROR(sink.Write(batch));
    }
    counts.Add(batch.counts);
    return absl::OkStatus();
  };
  OrderedPipeline<ExampleBatch> pipeline(
      [&](ExampleBatch& batch) { return stream.Read(batch); });
  pipeline
      .Parallel([&](ExampleBatch& batch) {
        ROWSPLIT_RETURN_IF_ERROR(stream.Clean(batch));
        ROWSPLIT_RETURN_IF_ERROR(examples.Tokenize(batch));
        return absl::OkStatus();
      })
      .InOrder([&](ExampleBatch& batch) {
        ROWSPLIT_RETURN_IF_ERROR(stream.Account(batch));
        return examples.Place(batch);
      })
      .Parallel([&](ExampleBatch& batch) { return examples.Encode(batch); })
      .InOrder(write);
  ROWSPLIT_RETURN_IF_ERROR(pipeline.Run(exec, internal::BatchesInFlight(exec)));

  ExampleBatch rest;
  examples.Flush(rest);
  ROWSPLIT_RETURN_IF_ERROR(examples.Encode(rest));
  ROWSPLIT_RETURN_IF_ERROR(write(rest));
  ROWSPLIT_RETURN_IF_ERROR(sink.Flush());
  counts.FillReport(report);
  return absl::OkStatus();
}

// Overlapping windows repeat words, so that a block's examples are size / shift
// times its text: smaller blocks keep the batches small and all threads busy.
InputConfig InputFor(const CorpusConfig& config) {
  InputConfig input = config.input;
  if (!config.window.has_value()) return input;
  const int64_t size = config.window->options.size;
  const int64_t shift = config.window->options.shift.value_or(size);
  const int64_t repeats = std::max<int64_t>(1, size / shift);
  constexpr int64_t kLeastBlockBytes = 4096;
  input.read.block_bytes =
      std::max(std::min(kLeastBlockBytes, input.read.block_bytes),
               input.read.block_bytes / repeats);
  return input;
}

std::string VocabularyText(const TextVectorization& layer) {
  std::string text;
  for (int64_t id = layer.first_token_id(); id < layer.num_ids(); ++id) {
    text += layer.token(id);
    text += '\n';
  }
  return text;
}

// An input that is not what it was in the first pass would make the vocabulary
// and the ids of different texts.
absl::Status CheckUnchanged(const internal::InputRecord& before,
                            const CorpusReader& now) {
  if (before.inputs.empty()) return absl::OkStatus();
  const auto inputs = now.inputs();
  const auto summaries = now.summaries();
  bool same = inputs.size() == before.inputs.size() &&
              summaries.size() == before.summaries.size();
  for (size_t i = 0; same && i < inputs.size(); ++i) {
    if (inputs[i].path != before.inputs[i].path ||
        summaries[i].stored_digest != before.summaries[i].stored_digest) {
      return absl::FailedPreconditionError(
          absl::StrFormat("%s changed while it was read", inputs[i].path));
    }
  }
  if (!same)
    return absl::FailedPreconditionError(
        "the inputs changed while they were read");
  return absl::OkStatus();
}

class Stopwatch {
 public:
  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() -
                                         begin_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ =
      std::chrono::steady_clock::now();
};

// One run of Prepare, phase by phase.
class PrepareRun {
 public:
  PrepareRun(const CorpusConfig& config, const ExecOptions& exec,
             const ProgressCallback& progress, TextPlan plan)
      : config_(config),
        exec_(exec),
        progress_(progress),
        plan_(std::move(plan)) {}

  absl::StatusOr<PrepareResult> Run() {
    ROWSPLIT_ASSIGN_OR_RETURN(OutputFolder folder,
                              OutputFolder::Open(config_.output));
    ROWSPLIT_RETURN_IF_ERROR(folder.CheckInputs(config_.input));
    const RecordLayout layout = MakeLayout(config_);
    ROWSPLIT_ASSIGN_OR_RETURN(const ExampleEncoder encoder,
                              ExampleEncoder::Create(layout));
    ROWSPLIT_ASSIGN_OR_RETURN(
        ShardWriter writer,
        ShardWriter::Open(config_.output.folder, config_.output.prefix,
                          config_.output.shards, layout));
    ROWSPLIT_ASSIGN_OR_RETURN(const TextVectorization layer,
                              Timed("vocabulary", [&] { return Learn(); }));
    result_.report.num_ids = layer.num_ids();
    ROWSPLIT_RETURN_IF_ERROR(CheckDtype(layer));
    ROWSPLIT_ASSIGN_OR_RETURN(
        CleanStream stream, CleanStream::Open(InputFor(config_), plan_,
                                              "vectorize", &progress_, exec_));
    ROWSPLIT_RETURN_IF_ERROR(Timed("vectorize", [&] {
      return Vectorize(stream, layer, encoder, writer);
    }));
    ROWSPLIT_RETURN_IF_ERROR(Timed("write out", [&] {
      return WriteOut(stream.reader(), layer, writer, folder);
    }));
    return std::move(result_);
  }

 private:
  template <typename Phase>
  std::invoke_result_t<Phase> Timed(const char* name, const Phase& phase) {
    const Stopwatch watch;
    std::invoke_result_t<Phase> result = phase();
    result_.times.push_back({name, watch.Seconds()});
    return result;
  }

  absl::StatusOr<TextVectorization> Learn() {
    if (!config_.vocabulary.file.empty()) {
      ROWSPLIT_ASSIGN_OR_RETURN(
          VocabularyFile file,
          ReadVocabulary(config_.vocabulary.file, {.open = {.exec = exec_}}));
      return TextVectorization::Create(config_.vectorize,
                                       std::move(file.vocabulary));
    }
    ROWSPLIT_ASSIGN_OR_RETURN(const TextVectorizationAdapter adapter,
                              internal::Adapt(config_, plan_, exec_, &progress_,
                                              result_.report, &first_pass_));
    ROWSPLIT_ASSIGN_OR_RETURN(TextVectorization layer, adapter.Finalize());
    ROWSPLIT_ASSIGN_OR_RETURN(result_.report.types, adapter.CountTypes());
    return layer;
  }

  // Found out now rather than at the first id that does not fit.
  absl::Status CheckDtype(const TextVectorization& layer) const {
    if (config_.output.format != RecordFormat::kNpy ||
        config_.output.dtype != NpyDtype::kUint16 || layer.num_ids() <= 65536) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(absl::StrFormat(
        "output.dtype uint16 (--dtype) holds 65536 ids, the vocabulary has %d",
        layer.num_ids()));
  }

  absl::Status Vectorize(CleanStream& stream, const TextVectorization& layer,
                         const ExampleEncoder& encoder, ShardWriter& writer) {
    ROWSPLIT_ASSIGN_OR_RETURN(ExampleStream examples,
                              ExampleStream::Create(config_, layer, encoder));
    ROWSPLIT_ASSIGN_OR_RETURN(ShuffleBuffer shuffle,
                              ShuffleBuffer::Create(config_.shuffle));
    ExampleSink sink(std::move(shuffle), &writer, exec_.cancellation);
    ROWSPLIT_RETURN_IF_ERROR(
        WriteExamples(stream, examples, sink, exec_, result_.report));
    stream.FillReport(result_.report);
    return CheckUnchanged(first_pass_, stream.reader());
  }

  absl::Status WriteOut(const CorpusReader& reader,
                        const TextVectorization& layer, ShardWriter& writer,
                        OutputFolder& folder) {
    ROWSPLIT_ASSIGN_OR_RETURN(const std::vector<ShardFile> shards,
                              writer.Finish(exec_));
    for (const ShardFile& shard : shards) {
      folder.AddShard(
          {shard.name, shard.num_records, shard.size_bytes, shard.digest});
    }
    ROWSPLIT_RETURN_IF_ERROR(
        folder.AddFile("vocab.txt", VocabularyText(layer)));
    ROWSPLIT_RETURN_IF_ERROR(
        folder.AddFile("vectorizer.json", VectorizerToJson({plan_, layer})));
    ROWSPLIT_RETURN_IF_ERROR(
        folder.AddFile("report.json", ReportToJson(result_.report, config_)));
    ROWSPLIT_RETURN_IF_ERROR(folder.AddFile(
        internal::kManifestName,
        internal::ManifestToJson(config_, reader.inputs(), reader.summaries(),
                                 folder.files())));
    for (const ManifestFile& file : folder.files()) {
      result_.files.push_back(file.name);
    }
    return folder.Publish(writer);
  }

  const CorpusConfig& config_;
  const ExecOptions& exec_;
  const ProgressCallback& progress_;
  const TextPlan plan_;
  internal::InputRecord first_pass_;
  PrepareResult result_;
};

}  // namespace

absl::Status CheckInputConfig(const CorpusConfig& config) {
  if (config.input.paths.empty()) {
    return absl::InvalidArgumentError(
        "no input: input.paths (--input) names none");
  }
  ROWSPLIT_RETURN_IF_ERROR(TextVectorization::CheckOptions(config.vectorize));
  return TextPlan::Compile(config.clean).status();
}

absl::Status CheckPrepareConfig(const CorpusConfig& config) {
  ROWSPLIT_RETURN_IF_ERROR(CheckInputConfig(config));
  if (config.output.folder.empty()) {
    return absl::InvalidArgumentError(
        "no output: output.folder (--output) names none");
  }
  if (config.window.has_value()) {
    ROWSPLIT_RETURN_IF_ERROR(
        WindowPlan::Create(config.window->options).status());
  }
  const bool reads_twice = config.vocabulary.file.empty();
  for (const std::string& path : config.input.paths) {
    if (path == "-" && reads_twice) {
      return absl::InvalidArgumentError(
          "standard input can be read only once, and learning the vocabulary "
          "needs it before "
          "vectorizing: give a vocabulary (vocabulary.file, --vocab)");
    }
  }
  if (config.output.format == RecordFormat::kNpy &&
      !config.vectorize.output_sequence_length.has_value()) {
    return absl::InvalidArgumentError(
        "output.format npy needs rows of one length: set "
        "vectorize.output_sequence_length "
        "(--sequence-length)");
  }
  return absl::OkStatus();
}

absl::StatusOr<PrepareResult> Prepare(const CorpusConfig& config,
                                      const ExecOptions& exec,
                                      const ProgressCallback& progress) {
  ROWSPLIT_RETURN_IF_ERROR(CheckPrepareConfig(config));
  ROWSPLIT_ASSIGN_OR_RETURN(TextPlan plan, TextPlan::Compile(config.clean));
  return PrepareRun(config, exec, progress, std::move(plan)).Run();
}

absl::StatusOr<VocabularyResult> BuildVocabularyFile(
    const CorpusConfig& config, const std::string& path,
    const ExecOptions& exec, const ProgressCallback& progress) {
  const Stopwatch watch;
  const VocabularyConfig& vocabulary = config.vocabulary;
  ROWSPLIT_ASSIGN_OR_RETURN(TextPlan plan, TextPlan::Compile(config.clean));
  for (const std::string& output :
       {path, vocabulary.partial, vocabulary.counts}) {
    if (output.empty()) continue;
    // Found out now rather than when all is counted.
    ROWSPLIT_RETURN_IF_ERROR(internal::AtomicFile::Open(output, {}).status());
    ROWSPLIT_RETURN_IF_ERROR(
        internal::RefuseAsInputs(std::span(&output, 1), config.input));
  }
  VocabularyResult result;
  ROWSPLIT_ASSIGN_OR_RETURN(const std::shared_ptr<TokenCounter> counter,
                            internal::MakeCounter(config, exec));
  const bool is_wordpiece = vocabulary.model == VocabularyModel::kWordpiece;
  if (!config.input.paths.empty() && is_wordpiece) {
    ROWSPLIT_RETURN_IF_ERROR(internal::CountBasicWords(
        config, plan, exec, &progress, result.report, *counter));
  } else if (!config.input.paths.empty()) {
    ROWSPLIT_RETURN_IF_ERROR(internal::Adapt(config, plan, exec, &progress,
                                             result.report, nullptr, counter)
                                 .status());
  }
  for (const std::string& partial : vocabulary.from_partial) {
    ROWSPLIT_RETURN_IF_ERROR(counter->MergePartial(partial));
  }
  ROWSPLIT_ASSIGN_OR_RETURN(result.report.types, counter->CountTypes());
  if (!vocabulary.partial.empty()) {
    ROWSPLIT_RETURN_IF_ERROR(counter->SavePartial(vocabulary.partial));
  }
  if (!path.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        result.report.num_ids,
        is_wordpiece
            ? internal::WriteLearnedWordpiece(config, path, exec, *counter)
            : internal::WriteLearnedVocabulary(config, path, *counter));
  }
  result.times.push_back({"vocabulary", watch.Seconds()});
  return result;
}

}  // namespace rowsplit
