#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/config_flags.h"
#include "cli/progress.h"
#include "core/json_writer.h"
#include "corpus/report_json.h"
#include "rowsplit/corpus/job.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"

namespace rowsplit::cli {

namespace {

struct PrepareFlags {
  explicit PrepareFlags(CLI::App& command) : config(command, kPrepareCommand) {
    command.add_flag("--explain", explain,
                     "Print how the steps and the vectorizer run, and stop");
  }
  ConfigFlagSet config;
  bool explain = false;
};

double Megabytes(int64_t bytes) { return static_cast<double>(bytes) / 1e6; }

double TotalSeconds(const PrepareResult& result) {
  double seconds = 0;
  for (const PhaseTime& time : result.times) seconds += time.seconds;
  return seconds;
}

std::string ToJson(const PrepareResult& result, const CorpusConfig& config) {
  internal::JsonWriter json(internal::JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("command", "prepare");
  json.Member("output", config.output.folder);
  internal::WriteReportMembers(result.report, config, json);
  json.Key("files");
  json.BeginArray();
  for (const std::string& file : result.files) json.String(file);
  json.EndArray();
  json.Key("seconds");
  json.BeginObject();
  for (const PhaseTime& time : result.times)
    json.Member(time.phase, time.seconds);
  json.Member("total", TotalSeconds(result));
  json.EndObject();
  json.EndObject();
  return std::move(json).Take();
}

void PrintText(const PrepareResult& result, const CorpusConfig& config) {
  std::string text = ReportToText(result.report, config);
  text += absl::StrFormat("%-22s %15d  in %s\n", "files", result.files.size(),
                          config.output.folder);
  const double seconds = TotalSeconds(result);
  text += absl::StrFormat("%-22s %13.2f s", "time", seconds);
  std::string separator = "  ";
  for (const PhaseTime& time : result.times) {
    text += absl::StrFormat("%s%s %.2f s", separator, time.phase, time.seconds);
    separator = ", ";
  }
  text += absl::StrFormat(
      "; %.0f MB of text a second\n",
      seconds > 0 ? Megabytes(result.report.text_bytes) / seconds : 0);
  std::fputs(text.c_str(), stderr);
}

// Lines under a heading.
void AppendPlan(std::string_view heading, std::string_view lines,
                std::string& text) {
  absl::StrAppendFormat(&text, "%s:\n", heading);
  while (!lines.empty()) {
    const size_t end = lines.find('\n') + 1;
    absl::StrAppendFormat(&text, "  %s", lines.substr(0, end));
    lines.remove_prefix(end);
  }
}

// Needs no input and no output.
int RunExplain(const CorpusConfig& config) {
  const absl::StatusOr<TextPlan> plan = TextPlan::Compile(config.clean);
  if (!plan.ok()) return Fail(plan.status(), kExitUsage);
  std::string text;
  if (!config.clean.empty()) AppendPlan("clean", plan->Explain(), text);
  AppendPlan("vocabulary", TextVectorizationAdapter(config.vectorize).Explain(),
             text);
  return PrintAndExit(text);
}

int RunPrepare(const PrepareFlags& flags) {
  const absl::StatusOr<CorpusConfig> config = flags.config.Parse();
  if (!config.ok()) return Fail(config.status(), kExitUsage);
  if (flags.explain) return RunExplain(*config);
  if (const absl::Status status = CheckPrepareConfig(*config); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  ProgressPrinter progress(config->run.quiet);
  const absl::StatusOr<PrepareResult> result = Prepare(
      *config,
      {.num_threads = config->run.threads, .cancellation = &Interrupt()},
      progress.callback());
  progress.Clear();
  if (!result.ok()) return Fail(result.status(), kExitFailed);
  if (!config->run.quiet) PrintText(*result, *config);
  return config->run.json ? PrintAndExit(ToJson(*result, *config)) : kExitDone;
}

}  // namespace

void AddPrepare(CLI::App& app, RunCommand& run) {
  CLI::App* command =
      app.add_subcommand("prepare",
                         "Turn a corpus of text into training shards, with the "
                         "vocabulary learned from it");
  auto flags = std::make_shared<PrepareFlags>(*command);
  command->footer(
      "Writes the shards, vocab.txt, vectorizer.json, report.json and "
      "manifest.json;\n"
      "they get their names at the end, when all are whole, the manifest last. "
      "A run\n"
      "that fails before that changes nothing.\n"
      "The [key] after a flag is its key in corpus.toml.\n\n"
      "Examples:\n"
      "  rowsplit prepare --config corpus.toml --input books/ --output out/\n"
      "  rowsplit prepare --input 'news/*.txt.gz' --output out/ --format npy "
      "\\\n"
      "      --window-size 11 --sequence-length 10 --max-tokens 5000 --shards "
      "8\n"
      "  rowsplit prepare --config corpus.toml --explain");
  command->callback(
      [flags, &run] { run = [flags] { return RunPrepare(*flags); }; });
}

}  // namespace rowsplit::cli
