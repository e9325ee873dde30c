#ifndef ROWSPLIT_SRC_CLI_EMBED_H_
#define ROWSPLIT_SRC_CLI_EMBED_H_

#include <cstdint>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "rowsplit/embedding/embedding.h"
#include "rowsplit/embedding/load_report.h"

// What the commands below `rowsplit embed` share.
namespace rowsplit::cli {

// Each adds its command to `embed`.
void AddEmbedInfo(CLI::App& embed, RunCommand& run);
void AddEmbedConvert(CLI::App& embed, RunCommand& run);
void AddEmbedNearest(CLI::App& embed, RunCommand& run);

// The file to read, and the flags that say how.
struct EmbedReadFlags {
  std::string file;
  std::string format;
  std::string tensor;
  std::string vocabulary;
  int64_t max_rows = -1;
  std::string errors = "strict";
  std::string sha256;
  std::string cache_folder;
  bool offline = false;
  int threads = 0;

  void Add(CLI::App& command);
  ExecOptions exec() const;
  // InvalidArgument for a word that is no format or no policy.
  absl::Status Check() const;
  absl::StatusOr<Embedding> Read() const;
};

// A line for each kind of fault that reading left out or mended; empty if there
// was none.
std::string FaultsAsText(const LoadReport& report);

}  // namespace rowsplit::cli

#endif  // ROWSPLIT_SRC_CLI_EMBED_H_
