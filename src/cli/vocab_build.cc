#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/config_flags.h"
#include "cli/progress.h"
#include "cli/vocab.h"
#include "core/json_writer.h"
#include "corpus/report_json.h"
#include "rowsplit/corpus/job.h"

namespace rowsplit::cli {

namespace {

std::string ToJson(const VocabularyResult& result, const CorpusConfig& config) {
  internal::JsonWriter json(internal::JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("command", "vocab build");
  json.Member("output", config.vocabulary.output);
  internal::WriteReportMembers(result.report, config, json);
  json.EndObject();
  return std::move(json).Take();
}

int RunVocabBuild(const ConfigFlagSet& flags) {
  const absl::StatusOr<CorpusConfig> config = flags.Parse();
  if (!config.ok()) return Fail(config.status(), kExitUsage);
  if (const absl::Status status = CheckInputConfig(*config); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  const std::string& output = config->vocabulary.output;
  if (output.empty()) {
    return Fail(absl::InvalidArgumentError(
                    "no output: vocabulary.output (--output) names none"),
                kExitUsage);
  }
  ProgressPrinter progress(config->run.quiet);
  const absl::StatusOr<VocabularyResult> result = BuildVocabularyFile(
      *config, output,
      {.num_threads = config->run.threads, .cancellation = &Interrupt()},
      progress.callback());
  progress.Clear();
  if (!result.ok()) return Fail(result.status(), kExitFailed);
  if (!config->run.quiet) {
    std::fprintf(
        stderr, "%s: %s tokens of %s different ones, in %.2f s\n",
        output.c_str(), std::to_string(result->report.num_ids - 2).c_str(),
        std::to_string(result->report.types).c_str(), result->times[0].seconds);
  }
  return config->run.json ? PrintAndExit(ToJson(*result, *config)) : kExitDone;
}

}  // namespace

void AddVocabBuild(CLI::App& vocab, RunCommand& run) {
  CLI::App* build =
      vocab.add_subcommand("build", "Learn a vocabulary from a corpus");
  auto flags = std::make_shared<ConfigFlagSet>(*build, kVocabBuildCommand);
  build->footer(
      "Writes a token a line, the most common first; of tokens seen equally "
      "often,\n"
      "the greater bytes first, as Keras' adapt() orders them. Padding (id 0) "
      "and\n"
      "[UNK] (id 1) have no line: line n, from 0, is id n + 2.\n\n"
      "Examples:\n"
      "  rowsplit vocab build --input books/ --output vocab.txt --max-tokens "
      "5000\n"
      "  rowsplit vocab build --config corpus.toml --output vocab.txt "
      "--min-count 2");
  build->callback(
      [flags, &run] { run = [flags] { return RunVocabBuild(*flags); }; });
}

}  // namespace rowsplit::cli
