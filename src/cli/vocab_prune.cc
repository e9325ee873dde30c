#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/vocab.h"
#include "core/status_macros.h"
#include "rowsplit/vocab/prune.h"
#include "rowsplit/vocab/vocabulary_formats.h"
#include "vocab/count_lines.h"

namespace rowsplit::cli {

namespace {

struct PruneFlags {
  VocabReadFlags read;
  VocabWriteFlags write;
  std::string file;
  int64_t max_tokens = -1;
  std::optional<int64_t> min_count;
  std::string counts;
  std::string keep;
  std::string drop;
  std::vector<std::string> special_tokens;
};

absl::Status CheckUsage(const PruneFlags& flags) {
  if (flags.min_count.has_value() != !flags.counts.empty()) {
    return absl::InvalidArgumentError("--min-count and --counts go together");
  }
  if (flags.write.id_maps.size() > 1) {
    return absl::InvalidArgumentError("--id-map can be given once only");
  }
  if (flags.max_tokens == -1 && !flags.min_count.has_value() &&
      flags.keep.empty() && flags.drop.empty()) {
    return absl::InvalidArgumentError(
        "nothing to prune: give --max-tokens, --min-count, --keep or --drop");
  }
  ROWSPLIT_RETURN_IF_ERROR(flags.read.Check());
  ROWSPLIT_RETURN_IF_ERROR(flags.write.Check());
  return CheckDiffer(flags.write.Outputs());
}

absl::Status ReadList(const VocabReadFlags& read, const std::string& path,
                      std::optional<Vocabulary>& list) {
  if (path.empty()) return absl::OkStatus();
  ROWSPLIT_ASSIGN_OR_RETURN(const VocabularyFile file, read.ReadList(path));
  list = file.vocabulary;
  return absl::OkStatus();
}

absl::Status Prune(const PruneFlags& flags) {
  ROWSPLIT_RETURN_IF_ERROR(
      CheckAreFree(flags.write.Outputs(), flags.write.force));
  ROWSPLIT_ASSIGN_OR_RETURN(const VocabularyFile file,
                            flags.read.Read(flags.file));
  PruneOptions options;
  options.exec = flags.read.exec();
  options.max_tokens = flags.max_tokens;
  options.min_count = flags.min_count;
  std::vector<int64_t> counts;
  if (!flags.counts.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        counts, internal::ReadCountLines(flags.counts, file.vocabulary));
    options.counts = counts;
  }
  ROWSPLIT_RETURN_IF_ERROR(ReadList(flags.read, flags.keep, options.keep));
  ROWSPLIT_RETURN_IF_ERROR(ReadList(flags.read, flags.drop, options.drop));
  std::vector<std::string>& special = options.special_tokens;
  if (file.unk_token.has_value()) special.push_back(*file.unk_token);
  special.insert(special.end(), file.special_tokens.begin(),
                 file.special_tokens.end());
  special.insert(special.end(), flags.special_tokens.begin(),
                 flags.special_tokens.end());
  ROWSPLIT_ASSIGN_OR_RETURN(const PrunedVocabulary pruned,
                            PruneVocabulary(file.vocabulary, options));
  ROWSPLIT_RETURN_IF_ERROR(
      flags.write.Write(pruned.vocabulary, file, std::span(&pruned.id_map, 1)));
  flags.write.Say(absl::StrFormat("%d of %d tokens", pruned.vocabulary.size(),
                                  file.vocabulary.size()));
  return absl::OkStatus();
}

int RunVocabPrune(const PruneFlags& flags) {
  if (const absl::Status status = CheckUsage(flags); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  const absl::Status status = Prune(flags);
  return status.ok() ? kExitDone : Fail(status, kExitFailed);
}

void AddRules(CLI::App& command, PruneFlags& flags) {
  command
      .add_option(
          "--max-tokens", flags.max_tokens,
          "Keep the first tokens only, special ones among them; -1: all")
      ->type_name("INTEGER")
      ->check(CLI::Range(int64_t{-1}, int64_t{1} << 31));
  command
      .add_option("--min-count", flags.min_count,
                  "Leave out tokens that --counts counts less often")
      ->type_name("INTEGER");
  command
      .add_option("--counts", flags.counts,
                  "A file of counts: count, tab, token a line")
      ->type_name("FILE");
  command
      .add_option("--keep", flags.keep,
                  "Leave out tokens that this vocabulary lacks")
      ->type_name("FILE");
  command
      .add_option("--drop", flags.drop,
                  "Leave out the tokens of this vocabulary")
      ->type_name("FILE");
  command
      .add_option("--special", flags.special_tokens,
                  "A token that stays in any case, beside '', [UNK] and those "
                  "of a tokenizer.json; may be given several times")
      ->type_name("TOKEN")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
}

}  // namespace

void AddVocabPrune(CLI::App& vocab, RunCommand& run) {
  CLI::App* command =
      vocab.add_subcommand("prune", "Leave tokens out of a vocabulary");
  auto flags = std::make_shared<PruneFlags>();
  command->add_option("file", flags->file, "The vocabulary")
      ->required()
      ->type_name("FILE");
  flags->read.Add(*command);
  AddRules(*command, *flags);
  flags->write.Add(*command,
                   "Write the new id of each old id, or -1, as .npy (int64)");
  command->footer(
      "Tokens that stay keep their order, so their ids have no gaps.\n\n"
      "Examples:\n"
      "  rowsplit vocab prune vocab.txt --max-tokens 5000 -o small.txt\n"
      "  rowsplit vocab prune vocab.txt --drop names.txt --id-map ids.npy \\\n"
      "      --leading-ids 2 -o fewer.txt");
  command->callback(
      [flags, &run] { run = [flags] { return RunVocabPrune(*flags); }; });
}

}  // namespace rowsplit::cli
