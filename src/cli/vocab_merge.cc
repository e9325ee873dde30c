#include <cstdint>
#include <memory>
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
#include "rowsplit/vocab/merge.h"
#include "rowsplit/vocab/vocabulary_formats.h"
#include "vocab/count_lines.h"

namespace rowsplit::cli {

namespace {

struct MergeFlags {
  VocabReadFlags read;
  VocabWriteFlags write;
  std::vector<std::string> files;
  std::vector<std::string> counts;
  std::string counts_output;
};

absl::Status CheckUsage(const MergeFlags& flags) {
  const auto expect = [&](const char* flag, size_t count) {
    if (count == 0 || count == flags.files.size()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrFormat("%s must be given for each of %d vocabularies or for "
                        "none, got %d",
                        flag, flags.files.size(), count));
  };
  ROWSPLIT_RETURN_IF_ERROR(expect("--counts", flags.counts.size()));
  ROWSPLIT_RETURN_IF_ERROR(expect("--id-map", flags.write.id_maps.size()));
  if (!flags.counts_output.empty() && flags.counts.empty()) {
    return absl::InvalidArgumentError("--counts-output needs --counts");
  }
  ROWSPLIT_RETURN_IF_ERROR(flags.read.Check());
  ROWSPLIT_RETURN_IF_ERROR(flags.write.Check());
  return CheckDiffer(flags.write.Outputs(flags.counts_output));
}

absl::Status Merge(const MergeFlags& flags) {
  ROWSPLIT_RETURN_IF_ERROR(CheckAreFree(
      flags.write.Outputs(flags.counts_output), flags.write.force));
  std::vector<VocabularyFile> files;
  std::vector<Vocabulary> vocabularies;
  std::vector<std::vector<int64_t>> counts;
  for (size_t i = 0; i < flags.files.size(); ++i) {
    ROWSPLIT_ASSIGN_OR_RETURN(files.emplace_back(),
                              flags.read.Read(flags.files[i]));
    vocabularies.push_back(files.back().vocabulary);
    if (flags.counts.empty()) continue;
    ROWSPLIT_ASSIGN_OR_RETURN(
        counts.emplace_back(),
        internal::ReadCountLines(flags.counts[i], vocabularies[i]));
  }
  MergeOptions options;
  options.counts.assign(counts.begin(), counts.end());
  options.exec = flags.read.exec();
  ROWSPLIT_ASSIGN_OR_RETURN(const MergedVocabulary merged,
                            MergeVocabularies(vocabularies, options));
  VocabularyFile source = files.front();
  for (const VocabularyFile& file : std::span(files).subspan(1)) {
    source.special_tokens.insert(source.special_tokens.end(),
                                 file.special_tokens.begin(),
                                 file.special_tokens.end());
  }
  ROWSPLIT_RETURN_IF_ERROR(
      flags.write.Write(merged.vocabulary, source, merged.id_maps,
                        {flags.counts_output, merged.counts.span()}));
  flags.write.Say(absl::StrFormat("%d tokens of %d vocabularies",
                                  merged.vocabulary.size(), files.size()));
  return absl::OkStatus();
}

int RunVocabMerge(const MergeFlags& flags) {
  if (const absl::Status status = CheckUsage(flags); !status.ok()) {
    return Fail(status, kExitUsage);
  }
  const absl::Status status = Merge(flags);
  return status.ok() ? kExitDone : Fail(status, kExitFailed);
}

}  // namespace

void AddVocabMerge(CLI::App& vocab, RunCommand& run) {
  CLI::App* command =
      vocab.add_subcommand("merge", "One vocabulary of several");
  auto flags = std::make_shared<MergeFlags>();
  command->add_option("files", flags->files, "The vocabularies to merge")
      ->required()
      ->type_name("FILE");
  flags->read.Add(*command);
  command
      ->add_option("--counts", flags->counts,
                   "A file of counts for each vocabulary, in their order: the "
                   "result is ordered by their sums")
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  command
      ->add_option("--counts-output", flags->counts_output,
                   "Write the sums of the counts to this file")
      ->type_name("FILE");
  flags->write.Add(*command,
                   "Write the new id of each old id as .npy (int64); a file "
                   "for each vocabulary, in their order");
  command->footer(
      "The tokens of the first keep their ids; then come those of the second "
      "that are\nnew, in its order, and so on. With --counts: '' and [UNK], "
      "then "
      "the most common\nfirst.\n\n"
      "Examples:\n"
      "  rowsplit vocab merge base.txt medical.txt -o both.txt\n"
      "  rowsplit vocab merge a.txt b.txt --counts a.tsv --counts b.tsv \\\n"
      "      --id-map a.npy --id-map b.npy -o both.rsv");
  command->callback(
      [flags, &run] { run = [flags] { return RunVocabMerge(*flags); }; });
}

}  // namespace rowsplit::cli
