#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

std::vector<std::string> Outputs(const VocabularyConfig& vocabulary) {
  return {vocabulary.output, vocabulary.partial, vocabulary.counts};
}

// What only one of the two models has.
absl::Status CheckModel(const CorpusConfig& config) {
  const VocabularyConfig& vocabulary = config.vocabulary;
  const std::vector<std::string>& reserved = vocabulary.reserved_tokens;
  if (vocabulary.model == VocabularyModel::kWords) {
    if (vocabulary.lower_case) {
      return absl::InvalidArgumentError(
          "vocabulary.lower_case (--lower-case) needs vocabulary.model "
          "(--model) wordpiece");
    }
    if (reserved != VocabularyConfig().reserved_tokens) {
      return absl::InvalidArgumentError(
          "vocabulary.reserved_tokens (--reserved-token) needs "
          "vocabulary.model (--model) wordpiece");
    }
    return absl::OkStatus();
  }
  if (!vocabulary.counts.empty()) {
    return absl::InvalidArgumentError(
        "vocabulary.counts (--counts) is of words, and vocabulary.model "
        "(--model) is wordpiece");
  }
  if (vocabulary.output.empty()) return absl::OkStatus();
  if (config.vectorize.max_tokens < 0) {
    return absl::InvalidArgumentError(
        "vocabulary.model (--model) wordpiece needs vocabulary.max_tokens "
        "(--max-tokens)");
  }
  if (vocabulary.format == VocabularyFormat::kTokenizerJson &&
      std::find(reserved.begin(), reserved.end(), "[UNK]") == reserved.end()) {
    return absl::InvalidArgumentError(
        "vocabulary.format (--format) tokenizer.json needs [UNK] among "
        "vocabulary.reserved_tokens (--reserved-token)");
  }
  return absl::OkStatus();
}

absl::Status CheckUsage(const CorpusConfig& config) {
  const VocabularyConfig& vocabulary = config.vocabulary;
  if (vocabulary.from_partial.empty() || !config.input.paths.empty()) {
    if (absl::Status status = CheckInputConfig(config); !status.ok()) {
      return status;
    }
  }
  if (vocabulary.output.empty() && vocabulary.partial.empty()) {
    return absl::InvalidArgumentError(
        "no output: vocabulary.output (--output) names none");
  }
  if (vocabulary.output.empty() && !vocabulary.counts.empty()) {
    return absl::InvalidArgumentError(
        "vocabulary.counts (--counts) needs vocabulary.output (--output)");
  }
  if (absl::Status status = CheckModel(config); !status.ok()) return status;
  return CheckDiffer(Outputs(vocabulary));
}

void SayWhatWasDone(const VocabularyConfig& config,
                    const VocabularyResult& result) {
  const std::string types = std::to_string(result.report.types);
  const double seconds = result.times[0].seconds;
  if (config.output.empty()) {
    std::fprintf(stderr, "%s: counts of %s different tokens, in %.2f s\n",
                 config.partial.c_str(), types.c_str(), seconds);
    return;
  }
  // Words have ids behind padding and [UNK].
  const int num_special = config.model == VocabularyModel::kWords ? 2 : 0;
  std::fprintf(stderr, "%s: %s tokens of %s different ones, in %.2f s\n",
               config.output.c_str(),
               std::to_string(result.report.num_ids - num_special).c_str(),
               types.c_str(), seconds);
}

int RunVocabBuild(const ConfigFlagSet& flags) {
  const absl::StatusOr<CorpusConfig> config = flags.Parse();
  if (!config.ok()) return Fail(config.status(), kExitUsage);
  if (const absl::Status status = CheckUsage(*config); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  const VocabularyConfig& vocabulary = config->vocabulary;
  if (const absl::Status status =
          CheckAreFree(Outputs(vocabulary), vocabulary.force);
      !status.ok()) {
    return Fail(status, kExitFailed);
  }
  ProgressPrinter progress(config->run.quiet);
  const absl::StatusOr<VocabularyResult> result = BuildVocabularyFile(
      *config, vocabulary.output,
      {.num_threads = config->run.threads, .cancellation = &Interrupt()},
      progress.callback());
  progress.Clear();
  if (!result.ok()) return Fail(result.status(), kExitFailed);
  if (!config->run.quiet) SayWhatWasDone(vocabulary, *result);
  return config->run.json ? PrintAndExit(ToJson(*result, *config)) : kExitDone;
}

}  // namespace

void AddVocabBuild(CLI::App& vocab, RunCommand& run) {
  CLI::App* build =
      vocab.add_subcommand("build", "Learn a vocabulary from a corpus");
  auto flags = std::make_shared<ConfigFlagSet>(*build, kVocabBuildCommand);
  build->footer(
      "The most common tokens come first; of tokens seen equally often, the "
      "greater\nbytes, as Keras' adapt() orders them. In lines padding (id 0) "
      "and [UNK] (id 1)\nhave no line: line n, from 0, is id n + 2. Other "
      "formats "
      "hold both.\n\n"
      "Examples:\n"
      "  rowsplit vocab build --input books/ --output vocab.txt --max-tokens "
      "5000\n"
      "  rowsplit vocab build --config corpus.toml --output vocab.rsv "
      "--format frozen\n"
      "  rowsplit vocab build --input books/ --output tokenizer.json "
      "--format tokenizer.json \\\n      --model wordpiece --max-tokens 30000 "
      "--lower-case\n"
      "  rowsplit vocab build --input part1/ --partial part1.counts\n"
      "  rowsplit vocab build --from-partial part1.counts --from-partial "
      "part2.counts \\\n      --output vocab.txt --counts vocab.tsv");
  build->callback(
      [flags, &run] { run = [flags] { return RunVocabBuild(*flags); }; });
}

}  // namespace rowsplit::cli
