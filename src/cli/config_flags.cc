#include "cli/config_flags.h"

#include <string>
#include <string_view>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_format.h"
#include "core/read_file.h"
#include "rowsplit/corpus/config.h"

namespace rowsplit::cli {

namespace {

std::string_view TypeName(ConfigFlag::Kind kind) {
  switch (kind) {
    case ConfigFlag::Kind::kInteger:
      return "INTEGER";
    case ConfigFlag::Kind::kBytes:
      return "BYTES";
    default:
      return "TEXT";
  }
}

// "input.paths" -> "Input"
std::string GroupName(std::string_view key) {
  std::string group(key.substr(0, key.find('.')));
  group[0] = static_cast<char>(group[0] - 'a' + 'A');
  return group;
}

}  // namespace

ConfigFlagSet::ConfigFlagSet(CLI::App& command, ConfigCommand which) {
  command
      .add_option("--config", config_path_,
                  "Settings (corpus.toml); flags go over them")
      ->type_name("FILE");
  for (const ConfigFlag& flag : ConfigFlags()) {
    if ((flag.commands & which) == 0) continue;
    Given& given = given_.emplace_back();
    given.flag = &flag;
    std::string name(flag.flag);
    // The inputs of `tokenize` may be named without the flag.
    if (which == kTokenizeCommand && flag.key == "input.paths")
      name += ",input";
    std::string help(flag.help);
    if (!flag.default_value.empty()) {
      help += absl::StrFormat(" (default: %s)", flag.default_value);
    }
    help += absl::StrFormat(" [%s]", flag.key);
    if (flag.kind == ConfigFlag::Kind::kSwitch) {
      given.option = command.add_flag(name, given.is_set, help);
    } else {
      given.option = command.add_option(name, given.values, help);
      given.option->type_name(std::string(TypeName(flag.kind)));
      // One value for each flag; otherwise "[a]" would be taken for a list.
      given.option->allow_extra_args(false);
      if (flag.kind != ConfigFlag::Kind::kStrings) given.option->expected(1);
    }
    given.option->group(GroupName(flag.key));
  }
}

absl::StatusOr<CorpusConfig> ConfigFlagSet::Parse() const {
  std::string toml;
  if (!config_path_.empty()) {
    absl::StatusOr<std::string> read = internal::ReadFile(config_path_);
    if (!read.ok()) return std::move(read).status();
    toml = *std::move(read);
  }
  std::vector<ConfigOverride> overrides;
  for (const Given& given : given_) {
    if (given.option->count() > 0)
      overrides.push_back({given.flag->key, given.values});
  }
  return ParseCorpusConfig(toml, config_path_, overrides);
}

}  // namespace rowsplit::cli
