#include "rowsplit/corpus/stats.h"

#include <algorithm>
#include <cstdint>
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
#include "core/json_writer.h"
#include "corpus/report_json.h"

namespace rowsplit::cli {

namespace {

std::string ToJson(const CorpusStats& stats, const CorpusConfig& config) {
  internal::JsonWriter json(internal::JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("command", "stats");
  internal::WriteReportMembers(stats.report, config, json);
  json.Key("words_a_line");
  json.BeginArray();
  for (const LengthBin& bin : stats.lengths) {
    json.BeginObject();
    json.Member("lowest", bin.lowest);
    json.Member("highest", bin.highest);
    json.Member("lines", bin.lines);
    json.EndObject();
  }
  json.EndArray();
  json.Key("top_tokens");
  json.BeginArray();
  for (const TokenShare& token : stats.top_tokens) {
    json.BeginObject();
    json.Member("token", token.token);
    json.Member("count", token.count);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return std::move(json).Take();
}

std::string ToText(const CorpusStats& stats) {
  const CorpusReport& report = stats.report;
  std::string text = absl::StrFormat("inputs            %15d\n", report.inputs);
  if (report.ignored_files > 0) {
    text += absl::StrFormat("  files ignored   %15d  first: %s\n",
                            report.ignored_files, report.first_ignored_file);
  }
  text += absl::StrFormat(
      "bytes stored      %15d\nbytes of text     %15d\n"
      "lines             %15d\n  dropped         %15d\n"
      "tokens            %15d\ntypes             %15d\n",
      report.input_bytes, report.text_bytes, report.rows, report.rows_dropped(),
      report.tokens, report.types);
  if (stats.has_vocabulary) {
    text += absl::StrFormat("out of vocabulary %15d  %.2f %%\n",
                            report.unknown_tokens, 100 * report.oov_share());
  }
  int64_t most = 1;
  for (const LengthBin& bin : stats.lengths) most = std::max(most, bin.lines);
  text += "\nwords a line            lines\n";
  for (const LengthBin& bin : stats.lengths) {
    const std::string range =
        bin.lowest == bin.highest
            ? std::to_string(bin.lowest)
            : absl::StrFormat("%d-%d", bin.lowest, bin.highest);
    const auto width = static_cast<size_t>((bin.lines * 40 + most - 1) / most);
    text += absl::StrFormat("%12s %16d %s\n", range, bin.lines,
                            std::string(width, '#'));
  }
  text += absl::StrFormat("\n%-20s %8s %8s\n", "token", "count", "share");
  for (const TokenShare& token : stats.top_tokens) {
    text += absl::StrFormat(
        "%-20s %8d %6.2f %%\n", token.token, token.count,
        100.0 * static_cast<double>(token.count) /
            static_cast<double>(std::max<int64_t>(1, report.tokens)));
  }
  return text;
}

int RunStats(const ConfigFlagSet& flags) {
  const absl::StatusOr<CorpusConfig> config = flags.Parse();
  if (!config.ok()) return Fail(config.status(), kExitUsage);
  if (const absl::Status status = CheckInputConfig(*config); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  ProgressPrinter progress(config->run.quiet);
  const absl::StatusOr<CorpusStats> stats = ComputeStats(
      *config, config->stats.top,
      {.num_threads = config->run.threads, .cancellation = &Interrupt()},
      progress.callback());
  progress.Clear();
  if (!stats.ok()) return Fail(stats.status(), kExitFailed);
  if (!config->run.quiet && !stats->report.faults.empty()) {
    std::fputs(ReportToText(stats->report, *config).c_str(), stderr);
  }
  return PrintAndExit(config->run.json ? ToJson(*stats, *config)
                                       : ToText(*stats));
}

}  // namespace

void AddStats(CLI::App& app, RunCommand& run) {
  CLI::App* command =
      app.add_subcommand("stats",
                         "Count lines, bytes, tokens and types; show line "
                         "lengths and the top tokens");
  auto flags = std::make_shared<ConfigFlagSet>(*command, kStatsCommand);
  command->footer(
      "Examples:\n"
      "  rowsplit stats --input books/\n"
      "  rowsplit stats --config corpus.toml --input books/ --vocab "
      "out/vocab.txt --json");
  command->callback(
      [flags, &run] { run = [flags] { return RunStats(*flags); }; });
}

}  // namespace rowsplit::cli
