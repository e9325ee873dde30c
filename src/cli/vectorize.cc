#include "rowsplit/corpus/vectorize.h"

#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "cli/config_flags.h"
#include "cli/progress.h"
#include "core/atomic_file.h"
#include "core/json_writer.h"
#include "core/read_file.h"
#include "corpus/output_folder.h"
#include "corpus/report_json.h"
#include "rowsplit/pipeline/vectorizer.h"

namespace rowsplit::cli {

namespace {

absl::StatusOr<Vectorizer> LoadVectorizer(const std::string& path) {
  const absl::StatusOr<std::string> text = internal::ReadFile(path);
  if (!text.ok()) return text.status();
  return VectorizerFromJson(*text, path);
}

// Standard output holds lines back; Print("") at the end writes them out.
absl::Status WriteToStdout(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size())
    return absl::OkStatus();
  return Print("");
}

absl::StatusOr<CorpusReport> Vectorize(const CorpusConfig& config,
                                       const Vectorizer& vectorizer,
                                       const ProgressCallback& progress) {
  const RecordFormat format = config.vectorizer.format;
  const ExecOptions exec{.num_threads = config.run.threads,
                         .cancellation = &Interrupt()};
  if (config.vectorizer.output.empty()) {
    absl::StatusOr<CorpusReport> report = VectorizeInputs(
        config.input, vectorizer, format, WriteToStdout, exec, progress);
    if (!report.ok()) return report;
    if (absl::Status status = Print(""); !status.ok()) return status;
    return report;
  }
  absl::StatusOr<internal::AtomicFile> file =
      internal::AtomicFile::Open(config.vectorizer.output, {});
  if (!file.ok()) return std::move(file).status();
  if (absl::Status status = internal::RefuseAsInputs(
          std::span(&config.vectorizer.output, 1), config.input);
      !status.ok()) {
    return status;
  }
  absl::StatusOr<CorpusReport> report = VectorizeInputs(
      config.input, vectorizer, format,
      [&](std::string_view bytes) { return file->Append(bytes); }, exec,
      progress);
  if (!report.ok()) return report;
  if (absl::Status status = file->Commit(); !status.ok()) return status;
  return report;
}

std::string ToJson(const CorpusReport& report, const CorpusConfig& config) {
  internal::JsonWriter json(internal::JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("command", "vectorize");
  json.Member("output", config.vectorizer.output);
  internal::WriteReportMembers(report, config, json);
  json.EndObject();
  return std::move(json).Take();
}

int RunVectorize(const ConfigFlagSet& flags) {
  absl::StatusOr<CorpusConfig> config = flags.Parse();
  if (!config.ok()) return Fail(config.status(), kExitUsage);
  if (config->vectorizer.file.empty()) {
    return Fail(absl::InvalidArgumentError(
                    "no vectorizer: vectorizer.file (--vectorizer) names none"),
                kExitUsage);
  }
  if (config->run.json && config->vectorizer.output.empty()) {
    return Fail(absl::InvalidArgumentError(
                    "--json prints on standard output: give --output too"),
                kExitUsage);
  }
  if (config->input.paths.empty()) config->input.paths = {"-"};
  const absl::StatusOr<Vectorizer> vectorizer =
      LoadVectorizer(config->vectorizer.file);
  if (!vectorizer.ok()) return Fail(vectorizer.status(), kExitFailed);

  ProgressPrinter progress(config->run.quiet);
  const absl::StatusOr<CorpusReport> report =
      Vectorize(*config, *vectorizer, progress.callback());
  progress.Clear();
  if (!report.ok()) return Fail(report.status(), kExitFailed);
  config->clean = vectorizer->clean.steps();
  if (!config->run.quiet)
    std::fputs(ReportToText(*report, *config).c_str(), stderr);
  return config->run.json ? PrintAndExit(ToJson(*report, *config)) : kExitDone;
}

}  // namespace

void AddVectorize(CLI::App& app, RunCommand& run) {
  CLI::App* command = app.add_subcommand(
      "vectorize", "Turn lines of text into ids, as a run of prepare did");
  auto flags = std::make_shared<ConfigFlagSet>(*command, kVectorizeCommand);
  command->footer(
      "Output line n belongs to input line n; it is empty where a cleaning "
      "step drops\n"
      "the line. Exceptions: a blank JSON line and what --on-error drops give "
      "no output\n"
      "line; an Example with several values and a line that --on-error replace "
      "cuts give\n"
      "several. Without --input, reads standard input.\n\n"
      "Examples:\n"
      "  rowsplit vectorize --vectorizer out/vectorizer.json < text > ids\n"
      "  rowsplit vectorize --vectorizer out/vectorizer.json --input new/ \\\n"
      "      --format jsonl --output ids.jsonl");
  command->callback(
      [flags, &run] { run = [flags] { return RunVectorize(*flags); }; });
}

}  // namespace rowsplit::cli
