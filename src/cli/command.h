#ifndef ROWSPLIT_SRC_CLI_COMMAND_H_
#define ROWSPLIT_SRC_CLI_COMMAND_H_

#include <functional>
#include <string_view>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "rowsplit/core/exec.h"

namespace rowsplit::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

// Set by SIGINT and SIGTERM.
CancellationToken& Interrupt();

// Prints "rowsplit: message" on standard error and returns the exit code.
int Fail(const absl::Status& status, int exit_code);

// Writes all of `text` to standard output, or returns why not. Fail of it is
// the exit code of a command that has nothing else to say.
absl::Status Print(std::string_view text);
// kExitDone, or what became of Print.
int PrintAndExit(std::string_view text);

// Each adds its sub-command to `app`; `run` becomes what does it, and returns
// the exit code.
using RunCommand = std::function<int()>;
void AddPrepare(CLI::App& app, RunCommand& run);
void AddVocab(CLI::App& app, RunCommand& run);
void AddVectorize(CLI::App& app, RunCommand& run);
void AddTokenize(CLI::App& app, RunCommand& run);
void AddEmbed(CLI::App& app, RunCommand& run);
void AddStats(CLI::App& app, RunCommand& run);

}  // namespace rowsplit::cli

#endif  // ROWSPLIT_SRC_CLI_COMMAND_H_
