#include "cli/embed.h"

#include <cstdint>
#include <string>
#include <string_view>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "core/status_macros.h"
#include "rowsplit/core/error_policy.h"
#include "rowsplit/embedding/load_report.h"

namespace rowsplit::cli {

namespace {

absl::StatusOr<ErrorPolicy> ParseErrorPolicy(std::string_view word) {
  if (word == "strict") return ErrorPolicy::kStrict;
  if (word == "replace") return ErrorPolicy::kReplace;
  if (word == "skip") return ErrorPolicy::kSkip;
  return absl::InvalidArgumentError(absl::StrFormat(
      "--on-error: expected strict, replace or skip, got \"%s\"", word));
}

void AppendFault(std::string_view name, std::string_view what,
                 const LoadFault& fault, std::string& text) {
  if (fault.count == 0) return;
  absl::StrAppendFormat(&text, "%-9s %d %s, the first: %s\n", name, fault.count,
                        what, fault.first);
}

}  // namespace

void EmbedReadFlags::Add(CLI::App& command) {
  command.add_option("file", file, "The file of vectors, or its URL")
      ->required()
      ->type_name("FILE");
  command
      .add_option("--from-format", format,
                  "The file's format, where its beginning does not tell it")
      ->type_name("FORMAT");
  command
      .add_option("--tensor", tensor,
                  "Of npz and safetensors: the array to take")
      ->type_name("NAME");
  command
      .add_option("--vocab", vocabulary,
                  "Of npy, npz and safetensors: the file with the tokens")
      ->type_name("FILE");
  command.add_option("--max-rows", max_rows, "Read no more rows than this")
      ->type_name("INTEGER")
      ->check(CLI::Range(int64_t{0}, INT64_MAX));
  command
      .add_option("--on-error", errors,
                  "Rows of text that are broken: strict (stop), replace (what "
                  "is no number becomes 0) or skip; strict without it")
      ->type_name("TEXT");
  command
      .add_option("--sha256", sha256, "Fail unless the file has this SHA-256")
      ->type_name("HEX");
  command
      .add_option("--cache-folder", cache_folder,
                  "Of a URL: where downloads are kept; ~/.cache/rowsplit "
                  "without it")
      ->type_name("FOLDER");
  command.add_flag("--offline", offline,
                   "Of a URL: take what is in the cache, download nothing");
  command
      .add_option("--threads", threads,
                  "The most threads; one a core without it")
      ->type_name("INTEGER")
      ->check(CLI::Range(1, 4096));
}

ExecOptions EmbedReadFlags::exec() const {
  return {.num_threads = threads, .cancellation = &Interrupt()};
}

absl::Status EmbedReadFlags::Check() const {
  if (!format.empty())
    ROWSPLIT_RETURN_IF_ERROR(ParseEmbeddingFormat(format).status());
  return ParseErrorPolicy(errors).status();
}

absl::StatusOr<Embedding> EmbedReadFlags::Read() const {
  LoadOptions options{.tensor = tensor,
                      .vocabulary = vocabulary,
                      .max_rows = max_rows,
                      .sha256 = sha256,
                      .cache_folder = cache_folder,
                      .offline = offline,
                      .exec = exec()};
  ROWSPLIT_ASSIGN_OR_RETURN(options.errors, ParseErrorPolicy(errors));
  if (!format.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.format, ParseEmbeddingFormat(format));
  }
  return Embedding::Load(file, options);
}

std::string FaultsAsText(const LoadReport& report) {
  std::string text;
  AppendFault("skipped", "rows", report.skipped, text);
  AppendFault("replaced", "values", report.replaced, text);
  AppendFault("repeated", "tokens", report.duplicates, text);
  return text;
}

void AddEmbed(CLI::App& app, RunCommand& run) {
  CLI::App* command =
      app.add_subcommand("embed", "Show, convert and search files of vectors");
  command->require_subcommand(1);
  AddEmbedInfo(*command, run);
  AddEmbedConvert(*command, run);
  AddEmbedNearest(*command, run);
}

}  // namespace rowsplit::cli
