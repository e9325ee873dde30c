#include <signal.h>
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "corpus/config_table.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/core/version.h"

namespace rowsplit::cli {

CancellationToken& Interrupt() {
  static CancellationToken token;
  return token;
}

int Fail(const absl::Status& status, int exit_code) {
  const std::string message =
      absl::IsCancelled(status) ? "interrupted" : std::string(status.message());
  std::fprintf(stderr, "rowsplit: %s\n", message.c_str());
  return exit_code;
}

absl::Status Print(std::string_view text) {
  const bool is_written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (is_written && std::fflush(stdout) == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrFormat(
      "can't write to standard output: %s", std::strerror(errno)));
}

int PrintAndExit(std::string_view text) {
  const absl::Status status = Print(text);
  return status.ok() ? kExitDone : Fail(status, kExitFailed);
}

namespace {

// A first word that is no command, with the one that may be meant; "" if it is.
std::string UnknownCommand(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return "";
  std::vector<std::string_view> known;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == argv[1]) return "";
    known.push_back(command->get_name());
  }
  const std::string_view nearest = internal::NearestWord(argv[1], known);
  return absl::StrFormat("unknown command \"%s\"%s", argv[1],
                         nearest.empty()
                             ? std::string()
                             : "; did you mean " + std::string(nearest) + "?");
}

// The first signal asks the job to stop; a second one ends the process.
extern "C" void OnInterrupt(int) { Interrupt().Cancel(); }

void InstallSignalHandlers() {
  Interrupt();  // made before a signal can need it
  struct sigaction action = {};
  action.sa_handler = OnInterrupt;
  action.sa_flags = SA_RESETHAND;  // no SA_RESTART: a blocked read returns
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  signal(SIGPIPE, SIG_IGN);  // a closed standard output is an error of write
}

// Gives the memory of large buffers back when they are freed. glibc would raise
// this threshold as it sees large ones, and then keep them.
void LimitKeptMemory() {
#ifdef M_MMAP_THRESHOLD
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

int Main(int argc, char** argv) {
  LimitKeptMemory();
  CLI::App app(
      "Prepares text for training: cleans, splits, cuts windows, vectorizes.",
      "rowsplit");
  app.set_version_flag("--version", "rowsplit " + std::string(Version()));
  app.require_subcommand(1);
  app.get_formatter()->column_width(34);
  app.footer("'rowsplit COMMAND --help' explains a command.");
  RunCommand run;
  AddPrepare(app, run);
  AddVocab(app, run);
  AddVectorize(app, run);
  AddStats(app, run);
  if (const std::string unknown = UnknownCommand(app, argc, argv);
      !unknown.empty()) {
    return Fail(absl::InvalidArgumentError(unknown), kExitUsage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  InstallSignalHandlers();
  try {
    return run();
  } catch (const std::bad_alloc&) {
    return Fail(absl::ResourceExhaustedError("out of memory"), kExitFailed);
  }
}

}  // namespace
}  // namespace rowsplit::cli

int main(int argc, char** argv) { return rowsplit::cli::Main(argc, argv); }
