#ifndef ROWSPLIT_SRC_CLI_VOCAB_H_
#define ROWSPLIT_SRC_CLI_VOCAB_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/vocab/id_map.h"
#include "rowsplit/vocab/vocabulary_formats.h"

// What the commands below `rowsplit vocab` share. `-` as a vocabulary to read
// is standard input; a file to write that is left out is standard output.
namespace rowsplit::cli {

// Each adds its command to `vocab`.
void AddVocabBuild(CLI::App& vocab, RunCommand& run);
void AddVocabMerge(CLI::App& vocab, RunCommand& run);
void AddVocabPrune(CLI::App& vocab, RunCommand& run);
void AddVocabDiff(CLI::App& vocab, RunCommand& run);
void AddVocabShow(CLI::App& vocab, RunCommand& run);
void AddVocabConvert(CLI::App& vocab, RunCommand& run);

// --from-format; --threads.
struct VocabReadFlags {
  std::string format;
  int threads = 0;

  void Add(CLI::App& command);
  ExecOptions exec() const;
  // InvalidArgument for a word that is no format.
  absl::Status Check() const;
  absl::StatusOr<VocabularyFile> Read(
      const std::string& path,
      ChecksumMode checksum = ChecksumMode::kFull) const;
  // The same of a list beside it, of whatever format.
  absl::StatusOr<VocabularyFile> ReadList(const std::string& path) const;
};

// A file of counts that is written beside a vocabulary; none if it has no path.
struct CountsFile {
  std::string path;
  std::span<const int64_t> counts;
};

// --output, --format, --unk-token, --id-map, --leading-ids, --force, --quiet.
struct VocabWriteFlags {
  std::string output;
  std::string format;
  std::optional<std::string> unk_token;
  std::vector<std::string> id_maps;
  int64_t leading_ids = 0;
  bool force = false;
  bool quiet = false;

  void Add(CLI::App& command, std::string_view id_map_help);
  // InvalidArgument for a word that is no format and for flags that do not go
  // together.
  absl::Status Check() const;
  // All files that will be written, with those beside them.
  std::vector<std::string> Outputs(const std::string& counts = "") const;
  // Writes the vocabulary in the format that is given, that the output's name
  // means, or else that of `source`, which was read; and the maps and counts.
  // All files are whole before the first gets its name.
  absl::Status Write(const Vocabulary& vocabulary, const VocabularyFile& source,
                     std::span<const IdMap> maps,
                     const CountsFile& counts = {}) const;
  // What was done, on standard error, unless it shall be quiet.
  void Say(const std::string& message) const;
};

// InvalidArgument if two of the paths are the same; "" is none.
absl::Status CheckDiffer(std::span<const std::string> paths);
// AlreadyExists that names the first path that is there; "" never is.
absl::Status CheckAreFree(std::span<const std::string> paths, bool force);
// The format that a file's name means: of *tokenizer.json, *vocab.json, .json,
// .txt, .rsv.
std::optional<VocabularyFormat> FormatOfName(std::string_view path);

// A token in quotes, with escapes for what is no text.
std::string ShowToken(std::string_view token);

}  // namespace rowsplit::cli

#endif  // ROWSPLIT_SRC_CLI_VOCAB_H_
