#ifndef ROWSPLIT_CORPUS_CONFIG_H_
#define ROWSPLIT_CORPUS_CONFIG_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rowsplit/data/corpus_reader.h"
#include "rowsplit/data/inputs.h"
#include "rowsplit/data/shard_writer.h"
#include "rowsplit/data/shuffle.h"
#include "rowsplit/ops/window.h"
#include "rowsplit/pipeline/plan.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/text/tokenizer.h"
#include "rowsplit/vocab/vocabulary_formats.h"

namespace rowsplit {

// The tables of corpus.toml. A field's name is its key.
struct InputConfig {
  std::vector<std::string> paths;
  std::optional<InputFormat> format;  // by name where not set
  std::optional<Compression> compression;
  ReadOptions read;
};

enum class WindowLabel { kNone, kLast };

// Without it every row is an example.
struct WindowConfig {
  WindowOptions options;
  WindowLabel label = WindowLabel::kLast;
};

// What a vocabulary is made of: the words, or subwords that make up words.
enum class VocabularyModel { kWords, kWordpiece };

struct VocabularyConfig {
  std::string file;  // empty: learn it from the input
  // The most memory for counting, in bytes; -1: no limit.
  int64_t memory = -1;
  // For what does not fit; empty: that of the system.
  std::string temporary_folder;
  // The rest is of `vocab build`.
  VocabularyModel model = VocabularyModel::kWords;
  // Of kWordpiece: the first tokens, whether words are made small, without
  // accents, and where the search for the least count of a subword begins.
  std::vector<std::string> reserved_tokens = {"[PAD]", "[UNK]", "[CLS]",
                                              "[SEP]", "[MASK]"};
  bool lower_case = false;
  int64_t lower_thresh = 10;
  std::string output;
  VocabularyFormat format = VocabularyFormat::kText;
  std::vector<std::string> from_partial;  // counts to add to those of the input
  std::string partial;                    // where to write all counts
  std::string counts;  // where to write those of the vocabulary
  bool force = false;
};

// Of `vectorize`.
struct VectorizerConfig {
  std::string file;
  std::string output;  // empty: standard output
  RecordFormat format = RecordFormat::kText;
};

// Of `tokenize`.
struct TokenizerConfig {
  std::string file;
  std::string output;  // empty: standard output
  RecordFormat format = RecordFormat::kText;
  OffsetUnit offsets = OffsetUnit::kNone;  // of JSON Lines
  bool no_special_tokens = false;
  std::optional<int64_t> max_length;
};

struct StatsConfig {
  int64_t top = 20;
};

struct OutputConfig {
  std::string folder;
  RecordFormat format = RecordFormat::kTfrecord;
  int shards = 1;
  std::string prefix = "train";
  NpyDtype dtype = NpyDtype::kInt32;
  bool force = false;
};

struct RunConfig {
  int threads = 0;
  bool quiet = false;
  bool json = false;
};

// What the sub-commands of `rowsplit` do; each uses a part of it.
struct CorpusConfig {
  InputConfig input;
  std::vector<TextStep> clean;
  std::optional<WindowConfig> window;
  ShuffleOptions shuffle{.buffer_size = 0};
  VocabularyConfig vocabulary;
  TextVectorizationOptions vectorize;
  VectorizerConfig vectorizer;
  TokenizerConfig tokenizer;
  StatsConfig stats;
  OutputConfig output;
  RunConfig run;
};

// The sub-commands, as bits.
enum ConfigCommand : unsigned {
  kPrepareCommand = 1,
  kVocabBuildCommand = 2,
  kVectorizeCommand = 4,
  kStatsCommand = 8,
  kTokenizeCommand = 16
};

// A key of corpus.toml that a command-line flag sets. One flag may stand for
// different keys in different sub-commands.
struct ConfigFlag {
  std::string_view flag;  // "--max-tokens"
  std::string_view key;   // "vocabulary.max_tokens"
  enum class Kind { kString, kStrings, kInteger, kBytes, kSwitch } kind;
  unsigned commands;               // the ConfigCommands that have it
  std::string_view default_value;  // as in corpus.toml; "" where there is none
  std::string_view help;
};

// Every flag that has a key, in the order of corpus.toml.
std::span<const ConfigFlag> ConfigFlags();

// A flag as it was given: `values` has one element, except for kStrings, and is
// empty for kSwitch.
struct ConfigOverride {
  std::string_view key;
  std::vector<std::string> values;
};

// Reads `toml` (may be empty), then lets the overrides replace its keys. Fails
// with InvalidArgument that names source, line and key: for a syntax error, an
// unknown key (with the nearest known one), a wrong type or a value out of
// range.
absl::StatusOr<CorpusConfig> ParseCorpusConfig(
    std::string_view toml, std::string_view source,
    std::span<const ConfigOverride> overrides);

// The settings that decide what a run writes, as a document that
// ParseCorpusConfig reads: without the folder, the threads, and what is shown.
std::string CorpusConfigToToml(const CorpusConfig& config);

}  // namespace rowsplit

#endif  // ROWSPLIT_CORPUS_CONFIG_H_
