#include "cli/embed.h"

#include <cstdint>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "core/status_macros.h"

namespace rowsplit::cli {

void EmbedReadFlags::Add(CLI::App& command) {
  command.add_option("file", file, "The file of vectors")
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
      .add_option("--threads", threads,
                  "The most threads; one a core without it")
      ->type_name("INTEGER")
      ->check(CLI::Range(1, 4096));
}

ExecOptions EmbedReadFlags::exec() const {
  return {.num_threads = threads, .cancellation = &Interrupt()};
}

absl::Status EmbedReadFlags::Check() const {
  return format.empty() ? absl::OkStatus()
                        : ParseEmbeddingFormat(format).status();
}

absl::StatusOr<Embedding> EmbedReadFlags::Read() const {
  LoadOptions options{.tensor = tensor,
                      .vocabulary = vocabulary,
                      .max_rows = max_rows,
                      .exec = exec()};
  if (!format.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.format, ParseEmbeddingFormat(format));
  }
  return Embedding::Load(file, options);
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
