#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/vocab.h"
#include "core/status_macros.h"
#include "rowsplit/vocab/merge.h"
#include "rowsplit/vocab/vocabulary_formats.h"

namespace rowsplit::cli {

namespace {

struct ConvertFlags {
  VocabReadFlags read;
  VocabWriteFlags write;
  std::string file;
  std::vector<std::string> prepend;
};

// The vocabulary after the tokens that go before it, and its map.
absl::StatusOr<MergedVocabulary> Prepend(const ConvertFlags& flags,
                                         const Vocabulary& vocabulary) {
  const std::vector<std::string_view> tokens(flags.prepend.begin(),
                                             flags.prepend.end());
  ROWSPLIT_ASSIGN_OR_RETURN(
      const Vocabulary before,
      Vocabulary::FromTokens(StringTensor::FromStrings(tokens)));
  for (const std::string& token : flags.prepend) {
    if (vocabulary.Find(token) < 0) continue;
    return absl::InvalidArgumentError(
        absl::StrFormat("--prepend: the vocabulary has %s already, as id %d",
                        ShowToken(token), vocabulary.Find(token)));
  }
  const Vocabulary parts[] = {before, vocabulary};
  return MergeVocabularies(parts, MergeOptions{.exec = flags.read.exec()});
}

absl::Status Convert(const ConvertFlags& flags) {
  ROWSPLIT_RETURN_IF_ERROR(
      CheckAreFree(flags.write.Outputs(), flags.write.force));
  ROWSPLIT_ASSIGN_OR_RETURN(const VocabularyFile file,
                            flags.read.Read(flags.file));
  Vocabulary vocabulary = file.vocabulary;
  IdMap map;
  if (flags.prepend.empty()) {
    ROWSPLIT_ASSIGN_OR_RETURN(
        map, MapIds(vocabulary, vocabulary, flags.read.exec()));
  } else {
    ROWSPLIT_ASSIGN_OR_RETURN(const MergedVocabulary merged,
                              Prepend(flags, vocabulary));
    vocabulary = merged.vocabulary;
    map = merged.id_maps[1];
  }
  ROWSPLIT_RETURN_IF_ERROR(
      flags.write.Write(vocabulary, file, std::span(&map, 1)));
  flags.write.Say(absl::StrFormat("%d tokens", vocabulary.size()));
  return absl::OkStatus();
}

absl::Status CheckUsage(const ConvertFlags& flags) {
  if (flags.write.id_maps.size() > 1) {
    return absl::InvalidArgumentError("--id-map can be given once only");
  }
  ROWSPLIT_RETURN_IF_ERROR(flags.read.Check());
  ROWSPLIT_RETURN_IF_ERROR(flags.write.Check());
  return CheckDiffer(flags.write.Outputs());
}

int RunVocabConvert(const ConvertFlags& flags) {
  if (const absl::Status status = CheckUsage(flags); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  const absl::Status status = Convert(flags);
  return status.ok() ? kExitDone : Fail(status, kExitFailed);
}

}  // namespace

void AddVocabConvert(CLI::App& vocab, RunCommand& run) {
  CLI::App* command =
      vocab.add_subcommand("convert", "Write a vocabulary in another format");
  auto flags = std::make_shared<ConvertFlags>();
  command->add_option("file", flags->file, "The vocabulary")
      ->required()
      ->type_name("FILE");
  flags->read.Add(*command);
  command
      ->add_option("--prepend", flags->prepend,
                   "A token to put before the others; may be given several "
                   "times")
      ->type_name("TOKEN")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  flags->write.Add(*command, "Write the new id of each old id as .npy (int64)");
  command->footer(
      "Examples:\n"
      "  rowsplit vocab convert vocab.txt -o vocab.rsv\n"
      "  rowsplit vocab convert vocab.txt --prepend '' --prepend '[UNK]' \\\n"
      "      -o tokenizer.json\n"
      "  rowsplit vocab convert tokenizer.json --format txt | head");
  command->callback(
      [flags, &run] { run = [flags] { return RunVocabConvert(*flags); }; });
}

}  // namespace rowsplit::cli
