#include <signal.h>
#include <sys/resource.h>
#if __has_include(<malloc.h>)
#include <malloc.h>
#endif

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
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

std::string DidYouMean(std::string_view word,
                       const std::vector<std::string_view>& known,
                       std::string_view prefix) {
  const std::string_view nearest = internal::NearestWord(word, known);
  if (nearest.empty()) return "";
  return absl::StrFormat("; did you mean %s%s?", prefix, nearest);
}

// The first words, as far as they should be commands: says which is none, with
// the one that may be meant; "" if all are.
std::string UnknownCommand(const CLI::App& app, int argc, char** argv) {
  const CLI::App* parent = &app;
  std::string prefix;
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    const CLI::App* found = nullptr;
    std::vector<std::string_view> known;
    for (const CLI::App* command : parent->get_subcommands({})) {
      if (command->get_name() == argv[i]) found = command;
      known.push_back(command->get_name());
    }
    if (known.empty()) return "";
    if (found == nullptr) {
      return absl::StrFormat("unknown command \"%s%s\"%s", prefix, argv[i],
                             DidYouMean(argv[i], known, prefix));
    }
    parent = found;
    prefix += found->get_name() + " ";
  }
  return "";
}

// The arguments that the command did not expect, and the flag that the first
// may be meant for.
std::string UnknownArguments(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
  }
  std::string message = "unexpected argument";
  const std::vector<std::string> unknown = app.remaining(true);
  for (const std::string& argument : unknown) message += " " + argument;
  if (unknown.empty() || !unknown.front().starts_with("--")) return message;
  std::vector<std::string> names;
  for (const CLI::Option* option : command->get_options()) {
    for (const std::string& name : option->get_lnames()) {
      names.push_back("--" + name);
    }
  }
  const std::string flag = unknown.front().substr(0, unknown.front().find('='));
  return message + DidYouMean(flag, {names.begin(), names.end()}, "");
}

// CLI11 prints what help and version ask for; its errors are said as ours are.
int ExitOfParse(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) {
    app.exit(error);
    return kExitDone;
  }
  const bool is_unknown =
      dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  return Fail(absl::InvalidArgumentError(is_unknown ? UnknownArguments(app)
                                                    : error.what()),
              kExitUsage);
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
  struct sigaction inherited = {};
  sigaction(SIGHUP, nullptr, &inherited);
  if (inherited.sa_handler != SIG_IGN) {  // nohup ignores it for the command
    sigaction(SIGHUP, &action, nullptr);
  }
  signal(SIGPIPE, SIG_IGN);  // a closed standard output is an error of write
}

// Every shard is an open file: allows as many as the system lets a process.
void AllowManyOpenFiles() {
  struct rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
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
  AllowManyOpenFiles();
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
  AddTokenize(app, run);
  AddStats(app, run);
  AddEmbed(app, run);
  if (const std::string unknown = UnknownCommand(app, argc, argv);
      !unknown.empty()) {
    return Fail(absl::InvalidArgumentError(unknown), kExitUsage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return ExitOfParse(app, error);
  }
  InstallSignalHandlers();
  return run();
}

}  // namespace
}  // namespace rowsplit::cli

// We throw nothing; memory runs out, and libraries below may.
int main(int argc, char** argv) {
  try {
    return rowsplit::cli::Main(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("rowsplit: out of memory\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rowsplit: %s\n", error.what());
  }
  return rowsplit::cli::kExitFailed;
}
