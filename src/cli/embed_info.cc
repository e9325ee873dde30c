#include <memory>
#include <string>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/embed.h"
#include "core/json_writer.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/embedding.h"

namespace rowsplit::cli {

namespace {

struct InfoFlags {
  EmbedReadFlags read;
  bool json = false;
};

std::string ToText(const Embedding& embedding) {
  const EmbeddingTable& table = embedding.table();
  return absl::StrFormat(
      "rows      %d\nwidth     %d\nstored    %s%s\nbytes     %d\n"
      "tokens    %d\n%s",
      table.num_rows(), table.width(), RowFormatName(table.format()),
      table.is_factorized()
          ? absl::StrFormat(", factorized to %d", table.factor().width())
          : "",
      table.size_bytes(), embedding.vocabulary().size(),
      FaultsAsText(embedding.load_report()));
}

std::string ToJson(const Embedding& embedding, const std::string& file) {
  const EmbeddingTable& table = embedding.table();
  internal::JsonWriter json(internal::JsonWriter::Style::kPretty);
  json.BeginObject();
  json.Member("command", "embed info");
  json.Member("file", file);
  json.Member("rows", table.num_rows());
  json.Member("width", table.width());
  json.Member("row_format", RowFormatName(table.format()));
  if (table.is_factorized()) json.Member("rank", table.factor().width());
  json.Member("bytes", table.size_bytes());
  json.Member("tokens", embedding.vocabulary().size());
  json.Member("skipped", embedding.load_report().skipped.count);
  json.Member("replaced", embedding.load_report().replaced.count);
  json.Member("repeated", embedding.load_report().duplicates.count);
  json.EndObject();
  return std::move(json).Take();
}

int RunEmbedInfo(const InfoFlags& flags) {
  if (const absl::Status status = flags.read.Check(); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  const absl::StatusOr<Embedding> embedding = flags.read.Read();
  if (!embedding.ok()) return Fail(embedding.status(), kExitFailed);
  return PrintAndExit(flags.json ? ToJson(*embedding, flags.read.file)
                                 : ToText(*embedding));
}

}  // namespace

void AddEmbedInfo(CLI::App& embed, RunCommand& run) {
  CLI::App* command =
      embed.add_subcommand("info", "What a file of vectors holds");
  auto flags = std::make_shared<InfoFlags>();
  flags->read.Add(*command);
  command->add_flag("--json", flags->json, "As JSON");
  command->footer("Example:\n  rowsplit embed info vectors.vec");
  command->callback(
      [flags, &run] { run = [flags] { return RunEmbedInfo(*flags); }; });
}

}  // namespace rowsplit::cli
