#include "rowsplit/corpus/tokenize.h"

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
#include "core/status_macros.h"
#include "corpus/output_folder.h"
#include "corpus/report_json.h"
#include "rowsplit/text/tokenizer.h"

namespace rowsplit::cli {

namespace {

absl::Status CheckUsage(const CorpusConfig& config) {
  const TokenizerConfig& tokenizer = config.tokenizer;
  if (tokenizer.file.empty()) {
    return absl::InvalidArgumentError(
        "no tokenizer: tokenizer.file (--tokenizer) names none");
  }
  if (tokenizer.offsets != OffsetUnit::kNone &&
      tokenizer.format != RecordFormat::kJsonLines) {
    return absl::InvalidArgumentError(
        "tokenizer.offsets (--offsets) needs tokenizer.format (--format) "
        "jsonl");
  }
  if (config.run.json && tokenizer.output.empty()) {
    return absl::InvalidArgumentError(
        "--json prints on standard output: give --output too");
  }
  return absl::OkStatus();
}

// Standard output holds lines back; Print("") at the end writes them out.
absl::Status WriteToStdout(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size())
    return absl::OkStatus();
  return Print("");
}

absl::StatusOr<CorpusReport> Tokenize(const CorpusConfig& config,
                                      const ProgressCallback& progress) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Tokenizer tokenizer,
                            Tokenizer::FromFile(config.tokenizer.file));
  const TokenizeOptions options{
      .encode = {.add_special_tokens = !config.tokenizer.no_special_tokens,
                 .max_length = config.tokenizer.max_length,
                 .offsets = config.tokenizer.offsets},
      .format = config.tokenizer.format};
  const ExecOptions exec{.num_threads = config.run.threads,
                         .cancellation = &Interrupt()};
  const std::string& output = config.tokenizer.output;
  if (output.empty()) {
    absl::StatusOr<CorpusReport> report =
        TokenizeInputs(config.input, config.clean, tokenizer, options,
                       WriteToStdout, exec, progress);
    if (report.ok()) ROWSPLIT_RETURN_IF_ERROR(Print(""));
    return report;
  }
  ROWSPLIT_ASSIGN_OR_RETURN(internal::AtomicFile file,
                            internal::AtomicFile::Open(output, {}));
  ROWSPLIT_RETURN_IF_ERROR(
      internal::RefuseAsInputs(std::span(&output, 1), config.input));
  absl::StatusOr<CorpusReport> report = TokenizeInputs(
      config.input, config.clean, tokenizer, options,
      [&](std::string_view bytes) { return file.Append(bytes); }, exec,
      progress);
  if (report.ok()) ROWSPLIT_RETURN_IF_ERROR(file.Commit());
  return report;
}

std::string ToJson(const CorpusReport& report, const CorpusConfig& config) {
  internal::JsonWriter json(internal::JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("command", "tokenize");
  json.Member("output", config.tokenizer.output);
  internal::WriteReportMembers(report, config, json);
  json.EndObject();
  return std::move(json).Take();
}

int RunTokenize(const ConfigFlagSet& flags) {
  absl::StatusOr<CorpusConfig> config = flags.Parse();
  if (!config.ok()) return Fail(config.status(), kExitUsage);
  if (const absl::Status status = CheckUsage(*config); !status.ok())
    return Fail(status, kExitUsage);
  if (config->input.paths.empty()) config->input.paths = {"-"};
  ProgressPrinter progress(config->run.quiet);
  const absl::StatusOr<CorpusReport> report =
      Tokenize(*config, progress.callback());
  progress.Clear();
  if (!report.ok()) return Fail(report.status(), kExitFailed);
  if (!config->run.quiet)
    std::fputs(ReportToText(*report, *config).c_str(), stderr);
  return config->run.json ? PrintAndExit(ToJson(*report, *config)) : kExitDone;
}

}  // namespace

void AddTokenize(CLI::App& app, RunCommand& run) {
  CLI::App* command = app.add_subcommand(
      "tokenize", "Turn lines of text into ids by a Hugging Face tokenizer");
  auto flags = std::make_shared<ConfigFlagSet>(*command, kTokenizeCommand);
  command->footer(
      "Output line n belongs to input line n; it has no ids where a cleaning "
      "step drops\n"
      "the line. Where the tokenizer pads to the longest text, that is the "
      "longest of all\n"
      "lines. Without an input, reads standard input.\n\n"
      "Examples:\n"
      "  rowsplit tokenize --tokenizer tokenizer.json < text > ids\n"
      "  rowsplit tokenize --tokenizer tokenizer.json books/ \\\n"
      "      --format jsonl --offsets characters --output ids.jsonl");
  command->callback(
      [flags, &run] { run = [flags] { return RunTokenize(*flags); }; });
}

}  // namespace rowsplit::cli
