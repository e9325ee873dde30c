#include "cli/vocab.h"

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace rowsplit::cli {

void AddVocab(CLI::App& app, RunCommand& run) {
  CLI::App* command =
      app.add_subcommand("vocab", "Make, change and show vocabularies");
  command->require_subcommand(1);
  AddVocabBuild(*command, run);
  AddVocabMerge(*command, run);
  AddVocabPrune(*command, run);
  AddVocabDiff(*command, run);
  AddVocabShow(*command, run);
  AddVocabConvert(*command, run);
}

}  // namespace rowsplit::cli
