#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/embed.h"
#include "core/status_macros.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/nearest.h"

namespace rowsplit::cli {

namespace {

struct NearestFlags {
  EmbedReadFlags read;
  std::vector<std::string> tokens;
  std::vector<std::string> minus;
  bool sum = false;
  int64_t top = 10;
  std::string similarity = "cosine";
};

// The row of a token, or NotFound.
absl::StatusOr<int64_t> RowOf(const Embedding& embedding,
                              const std::string& token) {
  const int64_t id = embedding.Find(token);
  if (id >= 0) return id;
  return absl::NotFoundError(
      absl::StrFormat("there is no vector of \"%s\"", token));
}

absl::StatusOr<NearestRows> FindOne(const Embedding& embedding,
                                    const std::string& token,
                                    NearestOptions options) {
  BufferBuilder<float> vector(static_cast<size_t>(embedding.width()));
  ROWSPLIT_RETURN_IF_ERROR(embedding.Vector(token, vector.span()));
  // A word that subwords make has no row to leave out.
  if (const int64_t id = embedding.Find(token); id >= 0) options.exclude = {id};
  return FindNearest(embedding.table(),
                     Tensor::Vector(std::move(vector).Build()), options);
}

std::string ToText(const Embedding& embedding, const NearestRows& found) {
  std::string text;
  for (int64_t i = 0; i < found.ids.num_items(); ++i) {
    const int64_t id = found.ids.items<int64_t>()[i];
    text += absl::StrFormat("%.6f\t%s\n", found.scores.items<float>()[i],
                            embedding.vocabulary().token(id));
  }
  return text;
}

absl::Status Nearest(const NearestFlags& flags) {
  ROWSPLIT_ASSIGN_OR_RETURN(const Embedding embedding, flags.read.Read());
  if (embedding.vocabulary().size() != embedding.num_rows()) {
    return absl::InvalidArgumentError(absl::StrFormat(
        "%s has no tokens; --vocab names the file with them", flags.read.file));
  }
  NearestOptions options{.k = flags.top, .exec = flags.read.exec()};
  ROWSPLIT_ASSIGN_OR_RETURN(options.similarity,
                            ParseSimilarity(flags.similarity));
  if (!flags.sum && flags.minus.empty()) {
    for (const std::string& token : flags.tokens) {
      ROWSPLIT_ASSIGN_OR_RETURN(const NearestRows found,
                                FindOne(embedding, token, options));
      const std::string title =
          flags.tokens.size() > 1 ? token + ":\n" : std::string();
      ROWSPLIT_RETURN_IF_ERROR(Print(title + ToText(embedding, found)));
    }
    return absl::OkStatus();
  }
  std::vector<int64_t> rows[2];
  for (const bool is_minus : {false, true}) {
    for (const std::string& token : is_minus ? flags.minus : flags.tokens) {
      ROWSPLIT_ASSIGN_OR_RETURN(const int64_t id, RowOf(embedding, token));
      rows[is_minus ? 1 : 0].push_back(id);
    }
  }
  ROWSPLIT_ASSIGN_OR_RETURN(
      const NearestRows found,
      FindAnalogies(embedding.table(), rows[0], rows[1], options));
  return Print(ToText(embedding, found));
}

int RunEmbedNearest(const NearestFlags& flags) {
  for (const absl::Status& status :
       {flags.read.Check(), ParseSimilarity(flags.similarity).status()}) {
    if (!status.ok()) return Fail(status, kExitUsage);
  }
  const absl::Status status = Nearest(flags);
  return status.ok() ? kExitDone : Fail(status, kExitFailed);
}

}  // namespace

void AddEmbedNearest(CLI::App& embed, RunCommand& run) {
  CLI::App* command =
      embed.add_subcommand("nearest", "The tokens nearest to others");
  auto flags = std::make_shared<NearestFlags>();
  flags->read.Add(*command);
  command->add_option("tokens", flags->tokens, "The tokens")
      ->required()
      ->type_name("TOKEN");
  command
      ->add_option("--minus", flags->minus,
                   "A token to subtract from the sum of the others; may be "
                   "given several times")
      ->type_name("TOKEN")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  command->add_flag("--sum", flags->sum,
                    "Near to the sum of the tokens, not to each");
  command->add_option("--top", flags->top, "How many to show; 10 without it")
      ->type_name("INTEGER")
      ->check(CLI::Range(int64_t{0}, int64_t{1} << 31));
  command
      ->add_option("--similarity", flags->similarity,
                   "cosine, dot or l2; cosine without it")
      ->type_name("TEXT");
  command->footer(
      "A line for each: its score and the token.\n\n"
      "Examples:\n"
      "  rowsplit embed nearest glove.rse king --top 5\n"
      "  rowsplit embed nearest glove.rse king woman --minus man");
  command->callback(
      [flags, &run] { run = [flags] { return RunEmbedNearest(*flags); }; });
}

}  // namespace rowsplit::cli
