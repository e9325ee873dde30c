#ifndef ROWSPLIT_SRC_CLI_CONFIG_FLAGS_H_
#define ROWSPLIT_SRC_CLI_CONFIG_FLAGS_H_

#include <deque>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "rowsplit/corpus/config.h"

namespace rowsplit::cli {

// The flags of a sub-command that stand for keys of corpus.toml, and --config.
class ConfigFlagSet {
 public:
  // Adds the flags that ConfigFlags() has for `which`, and --config.
  ConfigFlagSet(CLI::App& command, ConfigCommand which);

  // The configuration file, if one was given, with the flags over it.
  absl::StatusOr<CorpusConfig> Parse() const;

 private:
  struct Given {
    const ConfigFlag* flag;
    CLI::Option* option;
    std::vector<std::string> values;
    bool is_set = false;
  };

  std::string config_path_;
  std::deque<Given> given_;  // options point into it
};

}  // namespace rowsplit::cli

#endif  // ROWSPLIT_SRC_CLI_CONFIG_FLAGS_H_
