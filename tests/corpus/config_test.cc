#include "rowsplit/corpus/config.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace rowsplit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::VariantWith;

constexpr std::string_view kEverything = R"(
[input]
paths = ["a", "b"]
format = "jsonl"
compression = "gzip"
text_field = "body"
tfrecord_feature = "f"
on_error = "skip"
max_line_bytes = "1M"
block_bytes = 4096

[[clean]]
drop_full_match = "x.*"
[[clean]]
replace = "[,.]"
with = " "
[[clean]]
replace = "a"
with = "b"
all = false
[[clean]]
lower = true
[[clean]]
delete_punctuation = true
[[clean]]
lower_unicode = true
[[clean]]
fold_case = true

[window]
size = 5
shift = 2
stride = 3
drop_remainder = true
scope = "within_row"
label = "none"

[shuffle]
buffer_size = 10
seed = 7

[vocabulary]
file = "v.txt"
max_tokens = 50
min_count = 2
memory = "64M"
temporary_folder = "/scratch"
output = "new.txt"

[vectorize]
standardize = "lower"
output_sequence_length = 4

[vectorizer]
file = "v.json"
output = "ids.jsonl"
format = "jsonl"

[stats]
top = 6

[output]
folder = "out"
format = "npy"
shards = 3
prefix = "part"
dtype = "int64"
force = true

[run]
threads = 2
quiet = true
json = true
)";

absl::StatusOr<CorpusConfig> Parse(
    std::string_view toml, const std::vector<ConfigOverride>& overrides = {}) {
  return ParseCorpusConfig(toml, "c.toml", overrides);
}

std::string Error(std::string_view toml) {
  return std::string(Parse(toml).status().message());
}

TEST(ParseCorpusConfig, ReadsEveryKey) {
  const absl::StatusOr<CorpusConfig> parsed = Parse(kEverything);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const CorpusConfig& config = *parsed;
  EXPECT_THAT(config.input.paths, ElementsAre("a", "b"));
  EXPECT_EQ(config.input.format, InputFormat::kJsonLines);
  EXPECT_EQ(config.input.compression, Compression::kGzip);
  EXPECT_EQ(config.input.read.text_field, "body");
  EXPECT_EQ(config.input.read.tfrecord_feature, "f");
  EXPECT_EQ(config.input.read.on_error, ErrorPolicy::kSkip);
  EXPECT_EQ(config.input.read.max_line_bytes, 1 << 20);
  EXPECT_EQ(config.input.read.block_bytes, 4096);
  EXPECT_THAT(
      config.clean,
      ElementsAre(VariantWith<DropFullMatch>(DropFullMatch{"x.*"}),
                  VariantWith<ReplaceRegex>(ReplaceRegex{"[,.]", " ", true}),
                  VariantWith<ReplaceRegex>(ReplaceRegex{"a", "b", false}),
                  VariantWith<LowerCase>(LowerCase{}),
                  VariantWith<DeletePunctuation>(DeletePunctuation{}),
                  VariantWith<UnicodeLowerCase>(UnicodeLowerCase{}),
                  VariantWith<UnicodeFoldCase>(UnicodeFoldCase{})));
  ASSERT_TRUE(config.window.has_value());
  EXPECT_EQ(config.window->options.size, 5);
  EXPECT_EQ(config.window->options.shift, 2);
  EXPECT_EQ(config.window->options.stride, 3);
  EXPECT_TRUE(config.window->options.drop_remainder);
  EXPECT_EQ(config.window->options.scope, WindowScope::kWithinRow);
  EXPECT_EQ(config.window->label, WindowLabel::kNone);
  EXPECT_EQ(config.shuffle.buffer_size, 10);
  EXPECT_EQ(config.shuffle.seed, 7u);
  EXPECT_EQ(config.vocabulary.file, "v.txt");
  EXPECT_EQ(config.vectorize.min_count, 2);
  EXPECT_EQ(config.vocabulary.memory, 64 << 20);
  EXPECT_EQ(config.vocabulary.temporary_folder, "/scratch");
  EXPECT_EQ(config.vocabulary.output, "new.txt");
  EXPECT_EQ(config.vectorize.max_tokens, 50);
  EXPECT_EQ(config.vectorize.standardize, Standardize::kLower);
  EXPECT_EQ(config.vectorize.output_sequence_length, 4);
  EXPECT_EQ(config.vectorizer.file, "v.json");
  EXPECT_EQ(config.vectorizer.output, "ids.jsonl");
  EXPECT_EQ(config.vectorizer.format, RecordFormat::kJsonLines);
  EXPECT_EQ(config.stats.top, 6);
  EXPECT_EQ(config.output.folder, "out");
  EXPECT_EQ(config.output.format, RecordFormat::kNpy);
  EXPECT_EQ(config.output.shards, 3);
  EXPECT_EQ(config.output.prefix, "part");
  EXPECT_EQ(config.output.dtype, NpyDtype::kInt64);
  EXPECT_TRUE(config.output.force);
  EXPECT_EQ(config.run.threads, 2);
  EXPECT_TRUE(config.run.quiet);
  EXPECT_TRUE(config.run.json);
}

TEST(ParseCorpusConfig, HasDefaultsForAll) {
  const CorpusConfig config = *Parse("");
  EXPECT_TRUE(config.input.paths.empty());
  EXPECT_FALSE(config.input.format.has_value());
  EXPECT_EQ(config.input.read.on_error, ErrorPolicy::kStrict);
  EXPECT_FALSE(config.window.has_value());
  EXPECT_EQ(config.vectorize.max_tokens, -1);
  EXPECT_EQ(config.vectorize.standardize,
            Standardize::kLowerAndStripPunctuation);
  EXPECT_FALSE(config.vectorize.output_sequence_length.has_value());
  EXPECT_EQ(config.vectorizer.format, RecordFormat::kText);
  EXPECT_EQ(config.stats.top, 20);
  EXPECT_EQ(config.output.shards, 1);
  EXPECT_EQ(Parse("[window]\nsize = 3")->window->options.scope,
            WindowScope::kAcrossRows);
}

TEST(ParseCorpusConfig, ReadsTheSampleConfiguration) {
  std::string toml =
      "[[clean]]\nreplace = "
      "'''[!\"#$%&()\\*\\+,-\\./:;<=>?@\\[\\\\\\]^_`{|}~']'''\nwith = ' '";
  const CorpusConfig config = *Parse(toml);
  EXPECT_THAT(
      config.clean,
      ElementsAre(VariantWith<ReplaceRegex>(ReplaceRegex{
          "[!\"#$%&()\\*\\+,-\\./:;<=>?@\\[\\\\\\]^_`{|}~']", " ", true})));
}

TEST(ParseCorpusConfig, NamesWhatIsWrong) {
  EXPECT_EQ(Error("[inputs]\n"),
            "c.toml:1: inputs: unknown key; did you mean input?");
  EXPECT_EQ(Error("[vocabulary]\nmax_token = 5"),
            "c.toml:2: vocabulary.max_token: unknown key; did you mean "
            "vocabulary.max_tokens?");
  EXPECT_EQ(Error("[input]\non_error = 'ignore'"),
            "c.toml:2: input.on_error: expected strict, replace or skip, got "
            "\"ignore\"");
  EXPECT_EQ(Error("[window]\nshift = 2"),
            "c.toml:1: [window] needs size (--window-size)");
  EXPECT_EQ(Error("[window]\nsize = 0"),
            "c.toml:2: window.size: must be from 1 to 1000000, got 0");
  EXPECT_THAT(Error("[[clean]]\nlower = true\ndelete_punctuation = true"),
              HasSubstr("got 2"));
  EXPECT_THAT(Error("[[clean]]\n"), HasSubstr("got 0"));
  EXPECT_THAT(Error("[[clean]]\nreplace = 'a'"),
              HasSubstr("replace and with go together"));
  EXPECT_THAT(Error("[[clean]]\nlower = true\nall = true"),
              HasSubstr("all only with them"));
  EXPECT_THAT(Error("[[clean]]\nlower = false"), HasSubstr("leave it out"));
  EXPECT_THAT(Error("[[clean]]\nfold_case = false"), HasSubstr("leave it out"));
  EXPECT_EQ(Error("[vectorizer]\nformat = 'npy'"),
            "c.toml:2: vectorizer.format: expected text or jsonl, got \"npy\"");
  EXPECT_EQ(Error("[stats]\ntop = -1"),
            "c.toml:2: stats.top: must be from 0 to 1099511627776, got -1");
  EXPECT_THAT(Error("[output]\nprefix = 'a/b'"), HasSubstr("got \"a/b\""));
  EXPECT_THAT(Error("input = 3"),
              HasSubstr("input: expected a table, got an integer"));
}

TEST(ParseCorpusConfig, LetsFlagsGoOverTheFile) {
  const CorpusConfig config =
      *Parse(kEverything, {{"input.paths", {"c"}},
                           {"input.max_line_bytes", {"2K"}},
                           {"vocabulary.max_tokens", {"9"}},
                           {"output.format", {"text"}}});
  EXPECT_THAT(config.input.paths, ElementsAre("c"));
  EXPECT_EQ(config.input.read.max_line_bytes, 2048);
  EXPECT_EQ(config.vectorize.max_tokens, 9);
  EXPECT_EQ(config.output.format, RecordFormat::kText);
}

// A value for each kind of flag that its key takes.
ConfigOverride Sample(const ConfigFlag& flag) {
  static const std::vector<std::pair<std::string_view, std::string>> kWords = {
      {"input.format", "text"},       {"input.compression", "none"},
      {"input.on_error", "skip"},     {"window.scope", "within_row"},
      {"window.label", "none"},       {"vectorize.standardize", "lower"},
      {"output.format", "jsonl"},     {"output.dtype", "uint16"},
      {"vectorizer.format", "jsonl"}, {"vocabulary.format", "json"},
      {"input.encoding", "latin1"},   {"vocabulary.model", "wordpiece"},
      {"tokenizer.format", "jsonl"},  {"tokenizer.offsets", "bytes"}};
  for (const auto& [key, word] : kWords) {
    if (key == flag.key) return {flag.key, {word}};
  }
  switch (flag.kind) {
    case ConfigFlag::Kind::kSwitch:
      return {flag.key, {}};
    case ConfigFlag::Kind::kInteger:
      return {flag.key, {"3"}};
    case ConfigFlag::Kind::kBytes:
      return {flag.key, {"2M"}};
    default:
      return {flag.key, {"word"}};
  }
}

// What the flag's key needs beside it.
std::string_view Beside(const ConfigFlag& flag) {
  return flag.key.starts_with("window.") ? "[window]\nsize = 2\n" : "";
}

TEST(ConfigFlags, EachSetsAKeyThatIsKnown) {
  std::set<std::string_view> keys;
  for (const ConfigFlag& flag : ConfigFlags()) {
    EXPECT_TRUE(keys.insert(flag.key).second) << flag.key;
    const absl::StatusOr<CorpusConfig> config =
        Parse(Beside(flag), {Sample(flag)});
    EXPECT_TRUE(config.ok()) << flag.flag << ": " << config.status();
  }
}

TEST(ConfigFlags, RefusesAnEncodingThatIcuDoesNotKnow) {
  EXPECT_EQ(Parse("[input]\nencoding = \"auto\"\n")->input.read.encoding,
            "auto");
  const absl::Status status =
      Parse("[input]\nencoding = \"nosuch\"\n").status();
  EXPECT_NE(std::string(status.message()).find("got \"nosuch\""),
            std::string::npos)
      << status;
}

TEST(ConfigFlags, EachIsThereOnceInACommand) {
  for (const ConfigCommand command : {kPrepareCommand, kVocabBuildCommand,
                                      kVectorizeCommand, kStatsCommand}) {
    std::set<std::string_view> flags;
    for (const ConfigFlag& flag : ConfigFlags()) {
      if ((flag.commands & command) == 0) continue;
      EXPECT_TRUE(flags.insert(flag.flag).second) << command << flag.flag;
    }
    EXPECT_TRUE(flags.contains("--input")) << command;
    EXPECT_TRUE(flags.contains("--threads")) << command;
  }
}

TEST(ConfigFlags, DefaultsShownAreTheDefaults) {
  int num_compared = 0;
  for (const ConfigFlag& flag : ConfigFlags()) {
    if (flag.default_value.empty()) continue;
    std::string value(flag.default_value);
    if (flag.key == "window.shift") {
      EXPECT_EQ(value, "size");
      value = "2";
    }
    const absl::StatusOr<CorpusConfig> given =
        Parse(Beside(flag), {{flag.key, {value}}});
    ASSERT_TRUE(given.ok()) << flag.key << ": " << given.status();
    const CorpusConfig config = *Parse(Beside(flag));
    EXPECT_EQ(CorpusConfigToToml(*given), CorpusConfigToToml(config))
        << flag.key;
    EXPECT_EQ(given->input.read.block_bytes, config.input.read.block_bytes);
    EXPECT_EQ(given->run.threads, config.run.threads);
    EXPECT_EQ(given->vectorizer.format, config.vectorizer.format);
    EXPECT_EQ(given->stats.top, config.stats.top);
    ++num_compared;
  }
  EXPECT_GT(num_compared, 20);
}

TEST(CorpusConfigToToml, ReadsBackAsTheSameSettings) {
  const CorpusConfig config = *Parse(kEverything);
  const std::string toml = CorpusConfigToToml(config);
  const absl::StatusOr<CorpusConfig> back = Parse(toml);
  ASSERT_TRUE(back.ok()) << back.status() << "\n" << toml;
  EXPECT_EQ(CorpusConfigToToml(*back), toml);
  EXPECT_EQ(back->clean, config.clean);
  EXPECT_EQ(back->vectorize, config.vectorize);
  EXPECT_EQ(back->window->options.shift, config.window->options.shift);
}

TEST(CorpusConfigToToml, LeavesOutWhatDoesNotChangeTheFiles) {
  const std::string toml = CorpusConfigToToml(*Parse(kEverything));
  for (const char* absent : {"threads", "quiet", "json", "folder", "force",
                             "block_bytes", "top", "output"}) {
    EXPECT_THAT(toml, ::testing::Not(HasSubstr(std::string(absent) + " =")))
        << absent;
  }
}

}  // namespace
}  // namespace rowsplit
