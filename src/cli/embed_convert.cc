#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/embed.h"
#include "core/status_macros.h"
#include "embedding/embedding_format.h"
#include "embedding/side_vocabulary.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/embedding.h"

namespace rowsplit::cli {

namespace {

struct ConvertFlags {
  EmbedReadFlags read;
  std::string output;
  std::string format;
  std::string row_format;
  std::string output_vocabulary;
  bool force = false;
  bool quiet = false;
};

absl::Status CheckUsage(const ConvertFlags& flags) {
  ROWSPLIT_RETURN_IF_ERROR(flags.read.Check());
  if (!flags.format.empty())
    ROWSPLIT_RETURN_IF_ERROR(ParseEmbeddingFormat(flags.format).status());
  if (!flags.row_format.empty() && !ParseRowFormat(flags.row_format)) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "--rows: rows are float32, float16, bfloat16, int8 or int4, got "
        "\"%s\"",
        flags.row_format));
  }
  return absl::OkStatus();
}

absl::Status CheckIsNew(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrFormat("%s is there already; --force replaces it", path));
}

// The file that Save would write the tokens to; empty if they lie inside.
std::string TokensPath(const ConvertFlags& flags,
                       std::optional<EmbeddingFormat> format) {
  const auto of_name = internal::FormatOfName(flags.output);
  if (!format.has_value() && of_name.ok()) format = *of_name;
  if (format != EmbeddingFormat::kNpy && format != EmbeddingFormat::kNpz &&
      format != EmbeddingFormat::kSafetensors) {
    return "";
  }
  return flags.output_vocabulary.empty()
             ? internal::SideVocabularyPath(flags.output)
             : flags.output_vocabulary;
}

absl::Status Convert(const ConvertFlags& flags) {
  if (!flags.force) ROWSPLIT_RETURN_IF_ERROR(CheckIsNew(flags.output));
  ROWSPLIT_ASSIGN_OR_RETURN(const Embedding embedding, flags.read.Read());
  SaveOptions options{.vocabulary = flags.output_vocabulary,
                      .exec = flags.read.exec()};
  if (!flags.format.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(options.format,
                              ParseEmbeddingFormat(flags.format));
  }
  const std::string tokens = TokensPath(flags, options.format);
  if (!flags.force && !tokens.empty() && embedding.vocabulary().size() > 0)
    ROWSPLIT_RETURN_IF_ERROR(CheckIsNew(tokens));
  if (!flags.row_format.empty())
    options.row_format = ParseRowFormat(flags.row_format);
  ROWSPLIT_RETURN_IF_ERROR(embedding.Save(flags.output, options));
  if (!flags.quiet) {
    std::fprintf(stderr, "%s: %lld rows of %lld\n%s", flags.output.c_str(),
                 static_cast<long long>(embedding.num_rows()),
                 static_cast<long long>(embedding.width()),
                 FaultsAsText(embedding.load_report()).c_str());
  }
  return absl::OkStatus();
}

int RunEmbedConvert(const ConvertFlags& flags) {
  if (const absl::Status status = CheckUsage(flags); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  const absl::Status status = Convert(flags);
  return status.ok() ? kExitDone : Fail(status, kExitFailed);
}

}  // namespace

void AddEmbedConvert(CLI::App& embed, RunCommand& run) {
  CLI::App* command =
      embed.add_subcommand("convert", "Write vectors in another format");
  auto flags = std::make_shared<ConvertFlags>();
  flags->read.Add(*command);
  command->add_option("--output", flags->output, "The file to write")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--format", flags->format,
                   "Its format; what its name means without it")
      ->type_name("FORMAT");
  command
      ->add_option("--rows", flags->row_format,
                   "How rows are stored: float32, float16, bfloat16, int8 or "
                   "int4")
      ->type_name("TEXT");
  command
      ->add_option("--output-vocab", flags->output_vocabulary,
                   "Of npy, npz and safetensors: the file for the tokens")
      ->type_name("FILE");
  command->add_flag("--force", flags->force, "Replace files that are there");
  command->add_flag("--quiet", flags->quiet, "Print errors only");
  command->footer(
      "Formats: frozen (.rse), npy, npz, safetensors, glove (.txt), word2vec "
      "(.vec).\n\n"
      "Examples:\n"
      "  rowsplit embed convert glove.txt --output glove.rse\n"
      "  rowsplit embed convert glove.txt --output glove.rse --rows int8");
  command->callback(
      [flags, &run] { run = [flags] { return RunEmbedConvert(*flags); }; });
}

}  // namespace rowsplit::cli
