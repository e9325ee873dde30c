#include "rowsplit/corpus/config.h"

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/status_macros.h"
#include "corpus/config_steps.h"
#include "corpus/config_table.h"
#include "pipeline/option_words.h"
#include "rowsplit/text/charset.h"
#include "rowsplit/vocab/token_counter.h"

namespace rowsplit {

namespace {

using internal::Choice;
using internal::ConfigTable;
using internal::Range;

constexpr Choice<std::optional<InputFormat>> kInputFormats[] = {
    {"auto", std::nullopt},
    {"text", InputFormat::kText},
    {"jsonl", InputFormat::kJsonLines},
    {"tfrecord", InputFormat::kTfrecord}};
constexpr Choice<std::optional<Compression>> kCompressions[] = {
    {"auto", std::nullopt},
    {"none", Compression::kNone},
    {"gzip", Compression::kGzip},
    {"zstd", Compression::kZstd}};
constexpr Choice<ErrorPolicy> kErrorPolicies[] = {
    {"strict", ErrorPolicy::kStrict},
    {"replace", ErrorPolicy::kReplace},
    {"skip", ErrorPolicy::kSkip}};
constexpr Choice<WindowScope> kWindowScopes[] = {
    {"across_rows", WindowScope::kAcrossRows},
    {"within_row", WindowScope::kWithinRow}};
constexpr Choice<WindowLabel> kWindowLabels[] = {{"last", WindowLabel::kLast},
                                                 {"none", WindowLabel::kNone}};
constexpr Choice<RecordFormat> kRecordFormats[] = {
    {"tfrecord", RecordFormat::kTfrecord},
    {"jsonl", RecordFormat::kJsonLines},
    {"npy", RecordFormat::kNpy},
    {"text", RecordFormat::kText}};
constexpr Choice<RecordFormat> kLineFormats[] = {
    {"text", RecordFormat::kText}, {"jsonl", RecordFormat::kJsonLines}};
constexpr Choice<NpyDtype> kDtypes[] = {{"int32", NpyDtype::kInt32},
                                        {"int64", NpyDtype::kInt64},
                                        {"uint16", NpyDtype::kUint16}};

constexpr Choice<VocabularyFormat> kVocabularyFormats[] = {
    {"txt", VocabularyFormat::kText},
    {"json", VocabularyFormat::kJson},
    {"vocab.json", VocabularyFormat::kVocabJson},
    {"tokenizer.json", VocabularyFormat::kTokenizerJson},
    {"frozen", VocabularyFormat::kFrozen}};

constexpr Choice<VocabularyModel> kVocabularyModels[] = {
    {"words", VocabularyModel::kWords},
    {"wordpiece", VocabularyModel::kWordpiece}};

constexpr Choice<OffsetUnit> kOffsetUnits[] = {
    {"none", OffsetUnit::kNone},
    {"characters", OffsetUnit::kCharacters},
    {"bytes", OffsetUnit::kBytes}};

using Kind = ConfigFlag::Kind;
constexpr unsigned kPrepare = kPrepareCommand;
constexpr unsigned kVocabBuild = kVocabBuildCommand;
constexpr unsigned kVectorize = kVectorizeCommand;
constexpr unsigned kStats = kStatsCommand;
constexpr unsigned kTokenize = kTokenizeCommand;
constexpr unsigned kAll =
    kPrepare | kVocabBuild | kVectorize | kStats | kTokenize;
constexpr ConfigFlag kFlags[] = {
    {"--input", "input.paths", Kind::kStrings, kAll, "",
     "File, folder or glob to read; may be given several times; - is standard "
     "input"},
    {"--input-format", "input.format", Kind::kString, kAll, "auto",
     "auto, text, jsonl or tfrecord"},
    {"--compression", "input.compression", Kind::kString, kAll, "auto",
     "auto, none, gzip or zstd"},
    {"--text-field", "input.text_field", Kind::kString, kAll, "text",
     "The member of a JSON line that is the text"},
    {"--tfrecord-feature", "input.tfrecord_feature", Kind::kString, kAll,
     "text",
     "The feature of a tf.train.Example that is the text; empty: the record "
     "is"},
    {"--on-error", "input.on_error", Kind::kString, kAll, "strict",
     "strict stops at bad data; replace and skip go on, and count"},
    {"--encoding", "input.encoding", Kind::kString, kAll, "utf-8",
     "utf-8, another encoding that ICU knows, or auto"},
    {"--max-line-bytes", "input.max_line_bytes", Kind::kBytes, kAll, "4M",
     "A longer line is bad data"},
    {"--block-bytes", "input.block_bytes", Kind::kBytes, kAll, "256K",
     "How much is read at a time"},
    {"--window-size", "window.size", Kind::kInteger, kPrepare, "",
     "Words in a window"},
    {"--window-shift", "window.shift", Kind::kInteger, kPrepare, "size",
     "Words from one window to the next"},
    {"--window-stride", "window.stride", Kind::kInteger, kPrepare, "1",
     "Words from one to the next inside"},
    {"--drop-remainder", "window.drop_remainder", Kind::kSwitch, kPrepare, "",
     "Drop the windows that are short"},
    {"--window-scope", "window.scope", Kind::kString, kPrepare, "across_rows",
     "across_rows or within_row"},
    {"--label", "window.label", Kind::kString, kPrepare, "last",
     "last: a window's last word is its label; none: all are the example"},
    {"--shuffle-buffer", "shuffle.buffer_size", Kind::kInteger, kPrepare, "0",
     "Examples to shuffle among; 0: none"},
    {"--seed", "shuffle.seed", Kind::kInteger, kPrepare, "0",
     "Seed of the shuffle"},
    {"--vocab", "vocabulary.file", Kind::kString, kPrepare | kStats, "",
     "Use this vocabulary instead of learning one"},
    {"--max-tokens", "vocabulary.max_tokens", Kind::kInteger,
     kPrepare | kVocabBuild, "-1",
     "The most ids, padding and [UNK] among them; -1: all"},
    {"--min-count", "vocabulary.min_count", Kind::kInteger,
     kPrepare | kVocabBuild, "1", "Leave out words seen less often"},
    {"--memory", "vocabulary.memory", Kind::kBytes, kPrepare | kVocabBuild, "",
     "The most memory for counting words; more goes to a temporary file"},
    {"--temporary-folder", "vocabulary.temporary_folder", Kind::kString,
     kPrepare | kVocabBuild, "",
     "Where that file is; without it, $TMPDIR or /tmp"},
    {"--model", "vocabulary.model", Kind::kString, kVocabBuild, "words",
     "words, or wordpiece: subwords, as many as --max-tokens says"},
    {"--reserved-token", "vocabulary.reserved_tokens", Kind::kStrings,
     kVocabBuild, "[PAD] [UNK] [CLS] [SEP] [MASK]",
     "A first token of wordpiece; may be given several times"},
    {"--lower-case", "vocabulary.lower_case", Kind::kSwitch, kVocabBuild, "",
     "For wordpiece: make words small, without accents"},
    {"--output", "vocabulary.output", Kind::kString, kVocabBuild, "",
     "File to write; required without --partial"},
    {"--format", "vocabulary.format", Kind::kString, kVocabBuild, "txt",
     "txt, json, vocab.json, tokenizer.json or frozen"},
    {"--from-partial", "vocabulary.from_partial", Kind::kStrings, kVocabBuild,
     "", "Add the counts of a file of --partial; may be given several times"},
    {"--partial", "vocabulary.partial", Kind::kString, kVocabBuild, "",
     "Write all counts to this file, to be merged later"},
    {"--counts", "vocabulary.counts", Kind::kString, kVocabBuild, "",
     "Write the counts of the vocabulary's tokens to this file: count, tab, "
     "token a line"},
    {"--force", "vocabulary.force", Kind::kSwitch, kVocabBuild, "",
     "Replace files that are there"},
    {"--standardize", "vectorize.standardize", Kind::kString,
     kPrepare | kVocabBuild | kStats, "lower_and_strip_punctuation",
     "lower_and_strip_punctuation, lower, strip_punctuation or none"},
    {"--sequence-length", "vectorize.output_sequence_length", Kind::kInteger,
     kPrepare, "", "Cut and pad each example to this many ids"},
    {"--vectorizer", "vectorizer.file", Kind::kString, kVectorize, "",
     "The vectorizer.json of a run; required"},
    {"--output", "vectorizer.output", Kind::kString, kVectorize, "",
     "File to write; without it, standard output"},
    {"--format", "vectorizer.format", Kind::kString, kVectorize, "text",
     "text (ids with spaces between) or jsonl"},
    {"--tokenizer", "tokenizer.file", Kind::kString, kTokenize, "",
     "The tokenizer.json; required"},
    {"--output", "tokenizer.output", Kind::kString, kTokenize, "",
     "File to write; without it, standard output"},
    {"--format", "tokenizer.format", Kind::kString, kTokenize, "text",
     "text (ids with spaces between) or jsonl"},
    {"--offsets", "tokenizer.offsets", Kind::kString, kTokenize, "none",
     "Of jsonl: where tokens lie in the line; none, characters or bytes"},
    {"--no-special-tokens", "tokenizer.no_special_tokens", Kind::kSwitch,
     kTokenize, "", "Leave the post-processor's tokens ([CLS], [SEP]) out"},
    {"--max-length", "tokenizer.max_length", Kind::kInteger, kTokenize, "",
     "Cut each line to this many ids; where the tokenizer pads, pad to it too"},
    {"--top", "stats.top", Kind::kInteger, kStats, "20",
     "How many of the most common tokens to show"},
    {"--output", "output.folder", Kind::kString, kPrepare, "",
     "Folder to write to; required"},
    {"--format", "output.format", Kind::kString, kPrepare, "tfrecord",
     "tfrecord, jsonl, npy or text"},
    {"--shards", "output.shards", Kind::kInteger, kPrepare, "1",
     "Files to spread the examples over"},
    {"--prefix", "output.prefix", Kind::kString, kPrepare, "train",
     "First part of the shards' names"},
    {"--dtype", "output.dtype", Kind::kString, kPrepare, "int32",
     "Type of ids in .npy: int32, int64 or uint16"},
    {"--force", "output.force", Kind::kSwitch, kPrepare, "",
     "Replace or remove what the folder's manifest names, and all files with "
     "a run's names"},
    {"--threads", "run.threads", Kind::kInteger, kAll, "0",
     "Threads; 0: one a core"},
    {"--quiet", "run.quiet", Kind::kSwitch, kAll, "",
     "No progress and no summary on standard error"},
    {"--json", "run.json", Kind::kSwitch, kAll, "",
     "Print the summary on standard output as JSON"},
};

absl::Status ReadInput(ConfigTable table, InputConfig& input) {
  ROWSPLIT_RETURN_IF_ERROR(table.Read("paths", input.paths));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("format", kInputFormats, input.format));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("compression", kCompressions, input.compression));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("text_field", input.read.text_field));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("tfrecord_feature", input.read.tfrecord_feature));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("on_error", kErrorPolicies, input.read.on_error));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("encoding", input.read.encoding));
  if (input.read.encoding != "auto" && !IsKnownCharset(input.read.encoding)) {
    return table.Error(
        "encoding (--encoding) must be auto or one that ICU knows, got \"" +
        input.read.encoding + "\"");
  }
  ROWSPLIT_RETURN_IF_ERROR(table.ReadBytes(
      "max_line_bytes", Range{4, int64_t{1} << 30}, input.read.max_line_bytes));
  ROWSPLIT_RETURN_IF_ERROR(table.ReadBytes(
      "block_bytes", Range{1, int64_t{1} << 28}, input.read.block_bytes));
  return table.Finish();
}

absl::Status ReadWindow(ConfigTable table,
                        std::optional<WindowConfig>& window) {
  constexpr Range kSizes{1, 1000000};
  window.emplace();
  window->options.scope = WindowScope::kAcrossRows;
  std::optional<int64_t> size, shift;
  ROWSPLIT_RETURN_IF_ERROR(table.Read("size", kSizes, size));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("shift", kSizes, shift));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("stride", kSizes, window->options.stride));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("drop_remainder", window->options.drop_remainder));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("scope", kWindowScopes, window->options.scope));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("label", kWindowLabels, window->label));
  ROWSPLIT_RETURN_IF_ERROR(table.Finish());
  if (!size.has_value())
    return table.Error("[window] needs size (--window-size)");
  window->options.size = *size;
  window->options.shift = shift;
  return absl::OkStatus();
}

absl::Status ReadShuffle(ConfigTable table, ShuffleOptions& shuffle) {
  int64_t seed = 0;
  ROWSPLIT_RETURN_IF_ERROR(table.Read("buffer_size", Range{0, int64_t{1} << 40},
                                      shuffle.buffer_size));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("seed", Range{0, INT64_MAX}, seed));
  shuffle.seed = static_cast<uint64_t>(seed);
  return table.Finish();
}

absl::Status ReadVocabulary(ConfigTable table, CorpusConfig& config) {
  ROWSPLIT_RETURN_IF_ERROR(table.Read("file", config.vocabulary.file));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("max_tokens", Range{-1, INT32_MAX},
                                      config.vectorize.max_tokens));
  std::optional<int64_t> min_count;
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("min_count", Range{1, INT64_MAX}, min_count));
  if (min_count.has_value()) {
    config.vectorize.min_count = *min_count;
    config.vocabulary.lower_thresh = *min_count;
  }
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("model", kVocabularyModels, config.vocabulary.model));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("reserved_tokens", config.vocabulary.reserved_tokens));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("lower_case", config.vocabulary.lower_case));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("output", config.vocabulary.output));
  ROWSPLIT_RETURN_IF_ERROR(table.ReadBytes(
      "memory", Range{TokenCounter::kMinMemoryLimit, int64_t{1} << 50},
      config.vocabulary.memory));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("temporary_folder", config.vocabulary.temporary_folder));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("format", kVocabularyFormats, config.vocabulary.format));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("from_partial", config.vocabulary.from_partial));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("partial", config.vocabulary.partial));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("counts", config.vocabulary.counts));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("force", config.vocabulary.force));
  return table.Finish();
}

absl::Status ReadVectorizer(ConfigTable table, VectorizerConfig& vectorizer) {
  ROWSPLIT_RETURN_IF_ERROR(table.Read("file", vectorizer.file));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("output", vectorizer.output));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("format", kLineFormats, vectorizer.format));
  return table.Finish();
}

absl::Status ReadTokenizer(ConfigTable table, TokenizerConfig& tokenizer) {
  ROWSPLIT_RETURN_IF_ERROR(table.Read("file", tokenizer.file));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("output", tokenizer.output));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("format", kLineFormats, tokenizer.format));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("offsets", kOffsetUnits, tokenizer.offsets));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("no_special_tokens", tokenizer.no_special_tokens));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("max_length", Range{0, int64_t{1} << 24},
                                      tokenizer.max_length));
  return table.Finish();
}

absl::Status ReadStats(ConfigTable table, StatsConfig& stats) {
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("top", Range{0, int64_t{1} << 40}, stats.top));
  return table.Finish();
}

absl::Status ReadVectorize(ConfigTable table,
                           TextVectorizationOptions& options) {
  ROWSPLIT_RETURN_IF_ERROR(table.Read(
      "standardize", internal::kStandardizeWords, options.standardize));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("output_sequence_length",
                                      Range{1, 1000000},
                                      options.output_sequence_length));
  return table.Finish();
}

absl::Status ReadOutput(ConfigTable table, OutputConfig& output) {
  ROWSPLIT_RETURN_IF_ERROR(table.Read("folder", output.folder));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("format", kRecordFormats, output.format));
  ROWSPLIT_RETURN_IF_ERROR(
      table.Read("shards", Range{1, 10000}, output.shards));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("prefix", output.prefix));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("dtype", kDtypes, output.dtype));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("force", output.force));
  if (output.prefix.empty() || output.prefix.find('/') != std::string::npos) {
    return table.Error(
        "prefix (--prefix) must be the first part of a file name, got \"" +
        output.prefix + "\"");
  }
  return table.Finish();
}

absl::Status ReadRun(ConfigTable table, RunConfig& run) {
  ROWSPLIT_RETURN_IF_ERROR(table.Read("threads", Range{0, 1024}, run.threads));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("quiet", run.quiet));
  ROWSPLIT_RETURN_IF_ERROR(table.Read("json", run.json));
  return table.Finish();
}

template <typename T, size_t kSize>
std::string WordOf(const Choice<T> (&choices)[kSize], const T& value) {
  for (const auto& [word, meaning] : choices) {
    if (meaning == value) return std::string(word);
  }
  return "";
}

toml::table InputToToml(const InputConfig& input) {
  toml::array paths;
  for (const std::string& path : input.paths) paths.push_back(path);
  return toml::table{{"paths", std::move(paths)},
                     {"format", WordOf(kInputFormats, input.format)},
                     {"compression", WordOf(kCompressions, input.compression)},
                     {"text_field", input.read.text_field},
                     {"tfrecord_feature", input.read.tfrecord_feature},
                     {"on_error", WordOf(kErrorPolicies, input.read.on_error)},
                     {"encoding", input.read.encoding},
                     {"max_line_bytes", input.read.max_line_bytes}};
}

}  // namespace

std::string CorpusConfigToToml(const CorpusConfig& config) {
  toml::table root;
  root.insert("input", InputToToml(config.input));
  toml::array clean;
  for (const TextStep& step : config.clean)
    clean.push_back(internal::StepToToml(step));
  root.insert("clean", std::move(clean));
  if (config.window.has_value()) {
    const WindowOptions& options = config.window->options;
    root.insert(
        "window",
        toml::table{{"size", options.size},
                    {"shift", options.shift.value_or(options.size)},
                    {"stride", options.stride},
                    {"drop_remainder", options.drop_remainder},
                    {"scope", WordOf(kWindowScopes, options.scope)},
                    {"label", WordOf(kWindowLabels, config.window->label)}});
  }
  root.insert("shuffle",
              toml::table{{"buffer_size", config.shuffle.buffer_size},
                          {"seed", static_cast<int64_t>(config.shuffle.seed)}});
  root.insert("vocabulary",
              toml::table{{"file", config.vocabulary.file},
                          {"max_tokens", config.vectorize.max_tokens},
                          {"min_count", config.vectorize.min_count}});
  toml::table vectorize{{"standardize", WordOf(internal::kStandardizeWords,
                                               config.vectorize.standardize)}};
  if (config.vectorize.output_sequence_length.has_value()) {
    vectorize.insert("output_sequence_length",
                     *config.vectorize.output_sequence_length);
  }
  root.insert("vectorize", std::move(vectorize));
  root.insert(
      "output",
      toml::table{{"format", WordOf(kRecordFormats, config.output.format)},
                  {"shards", config.output.shards},
                  {"prefix", config.output.prefix},
                  {"dtype", WordOf(kDtypes, config.output.dtype)}});
  std::ostringstream text;
  text << root << "\n";
  return text.str();
}

std::span<const ConfigFlag> ConfigFlags() { return kFlags; }

absl::StatusOr<CorpusConfig> ParseCorpusConfig(
    std::string_view toml, std::string_view source,
    std::span<const ConfigOverride> overrides) {
  ROWSPLIT_ASSIGN_OR_RETURN(
      const internal::ConfigDocument document,
      internal::ConfigDocument::Parse(toml, source, overrides));
  ConfigTable root = document.root();
  CorpusConfig config;
  ROWSPLIT_RETURN_IF_ERROR(root.ReadTable("input", [&](ConfigTable table) {
    return ReadInput(std::move(table), config.input);
  }));
  ROWSPLIT_RETURN_IF_ERROR(
      root.ReadTables("clean", [&](ConfigTable table) -> absl::Status {
        ROWSPLIT_ASSIGN_OR_RETURN(TextStep step,
                                  internal::ReadStep(std::move(table)));
        config.clean.push_back(std::move(step));
        return absl::OkStatus();
      }));
  ROWSPLIT_RETURN_IF_ERROR(root.ReadTable("window", [&](ConfigTable table) {
    return ReadWindow(std::move(table), config.window);
  }));
  ROWSPLIT_RETURN_IF_ERROR(root.ReadTable("shuffle", [&](ConfigTable table) {
    return ReadShuffle(std::move(table), config.shuffle);
  }));
  ROWSPLIT_RETURN_IF_ERROR(root.ReadTable("vocabulary", [&](ConfigTable table) {
    return ReadVocabulary(std::move(table), config);
  }));
  ROWSPLIT_RETURN_IF_ERROR(root.ReadTable("vectorize", [&](ConfigTable table) {
    return ReadVectorize(std::move(table), config.vectorize);
  }));
  ROWSPLIT_RETURN_IF_ERROR(root.ReadTable("vectorizer", [&](ConfigTable table) {
    return ReadVectorizer(std::move(table), config.vectorizer);
  }));
  ROWSPLIT_RETURN_IF_ERROR(root.ReadTable("tokenizer", [&](ConfigTable table) {
    return ReadTokenizer(std::move(table), config.tokenizer);
  }));
  ROWSPLIT_RETURN_IF_ERROR(root.ReadTable("stats", [&](ConfigTable table) {
    return ReadStats(std::move(table), config.stats);
  }));
  ROWSPLIT_RETURN_IF_ERROR(root.ReadTable("output", [&](ConfigTable table) {
    return ReadOutput(std::move(table), config.output);
  }));
  ROWSPLIT_RETURN_IF_ERROR(root.ReadTable("run", [&](ConfigTable table) {
    return ReadRun(std::move(table), config.run);
  }));
  ROWSPLIT_RETURN_IF_ERROR(root.Finish());
  return config;
}

}  // namespace rowsplit
