#include "corpus/example_stream.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rowsplit/vocab/vocabulary.h"

namespace rowsplit::internal {
namespace {

using Words = std::vector<std::string>;

TextVectorization MakeLayer(std::optional<int64_t> sequence_length) {
  const std::vector<std::string_view> tokens = {"a", "b", "cat", "dog"};
  return *TextVectorization::Create(
      {.output_sequence_length = sequence_length},
      *Vocabulary::FromTokens(StringTensor::FromStrings(tokens)));
}

int64_t IdOf(const TextVectorization& layer, const std::string& word) {
  const auto ids = *layer.VectorizeRagged(
      StringTensor::FromStrings(std::vector<std::string_view>{word}));
  return ids.flat_values().empty() ? -1 : ids.flat_values()[0];
}

// The example of some words, as JSON Lines.
std::string ExpectedExample(const TextVectorization& layer,
                            const CorpusConfig& config, Words words,
                            std::string text) {
  std::string label;
  const bool has_label =
      config.window.has_value() && config.window->label == WindowLabel::kLast;
  if (has_label) {
    label = words.back();
    words.pop_back();
  }
  if (config.window.has_value()) text = absl::StrJoin(words, " ");
  std::vector<int64_t> ids;
  for (const std::string& word : words) {
    if (const int64_t id = IdOf(layer, word); id >= 0) ids.push_back(id);
  }
  if (const auto length = config.vectorize.output_sequence_length)
    ids.resize(*length, 0);
  std::string json = absl::StrCat("{\"text\":\"", text, "\",");
  if (has_label) absl::StrAppend(&json, "\"label_text\":\"", label, "\",");
  absl::StrAppend(&json, "\"ids\":[", absl::StrJoin(ids, ","), "]");
  if (has_label)
    absl::StrAppend(&json,
                    ",\"label\":", std::max<int64_t>(0, IdOf(layer, label)));
  return json + "}\n";
}

// Windows over one run of words, by the definition of tf.data's window.
void ExpectWindows(const TextVectorization& layer, const CorpusConfig& config,
                   const Words& words, std::string& out) {
  const WindowOptions& options = config.window->options;
  for (size_t begin = 0; begin < words.size();
       begin += options.shift.value_or(options.size)) {
    Words window;
    for (size_t i = begin;
         i < words.size() && window.size() < static_cast<size_t>(options.size);
         i += options.stride) {
      window.push_back(words[i]);
    }
    if (options.drop_remainder &&
        window.size() < static_cast<size_t>(options.size))
      continue;
    out += ExpectedExample(layer, config, window, "");
  }
}

std::string Expected(const TextVectorization& layer, const CorpusConfig& config,
                     const std::vector<Words>& rows) {
  std::string out;
  Words all;
  for (const Words& row : rows) {
    if (!config.window.has_value()) {
      out += ExpectedExample(layer, config, row, absl::StrJoin(row, " "));
    } else if (config.window->options.scope == WindowScope::kWithinRow) {
      ExpectWindows(layer, config, row, out);
    }
    all.insert(all.end(), row.begin(), row.end());
  }
  if (config.window.has_value() &&
      config.window->options.scope == WindowScope::kAcrossRows) {
    ExpectWindows(layer, config, all, out);
  }
  return out;
}

struct StreamResult {
  std::string records;
  ExampleCounts counts;
  size_t most_bytes = 0;  // of records in a batch at a time
};

// Sends the rows through a stream, `rows_a_batch` at a time.
StreamResult RunStream(const TextVectorization& layer,
                       const CorpusConfig& config,
                       const std::vector<Words>& rows, size_t rows_a_batch) {
  const ExampleEncoder encoder = *ExampleEncoder::Create(
      {.format = RecordFormat::kJsonLines,
       .has_labels = config.window.has_value() &&
                     config.window->label == WindowLabel::kLast});
  ExampleStream stream = *ExampleStream::Create(config, layer, encoder);
  StreamResult run;
  ExampleBatch batch;
  const auto encode = [&] {
    while (!batch.is_encoded) {
      EXPECT_TRUE(stream.Encode(batch).ok());
      run.records.append(batch.records.data(), batch.records.size());
      run.most_bytes = std::max(run.most_bytes, batch.records.size());
    }
    run.counts.Add(batch.counts);
  };
  for (size_t row = 0; row < rows.size();) {
    batch.text.bytes.Clear();
    batch.text.rows.Clear();
    for (size_t i = 0; i < rows_a_batch && row < rows.size(); ++i, ++row) {
      const std::string text = absl::StrJoin(rows[row], " ");
      batch.text.rows.Append({static_cast<uint32_t>(batch.text.bytes.size()),
                              static_cast<uint32_t>(text.size())});
      batch.text.bytes.Append(std::span<const char>(text.data(), text.size()));
    }
    EXPECT_TRUE(stream.Tokenize(batch).ok());
    EXPECT_TRUE(stream.Place(batch).ok());
    encode();
  }
  stream.Flush(batch);
  encode();
  return run;
}

std::vector<Words> RandomRows(std::mt19937& random) {
  const std::vector<std::string> choices = {"a", "B",   "cat",  "Dog",
                                            "x", "...", "do-g", "\xc3\xa9"};
  std::vector<Words> rows(random() % 12);
  for (Words& row : rows) {
    for (size_t i = random() % 3 == 0 ? random() % 30 : random() % 4; i > 0;
         --i) {
      row.push_back(choices[random() % choices.size()]);
    }
  }
  return rows;
}

TEST(ExampleStream, EqualsTheDefinitionForAnyBatchSize) {
  std::mt19937 random(11);
  for (int repeat = 0; repeat < 300; ++repeat) {
    CorpusConfig config;
    config.output.format = RecordFormat::kJsonLines;
    if (random() % 3 != 0)
      config.vectorize.output_sequence_length = 1 + random() % 6;
    if (random() % 6 != 0) {
      config.window.emplace();
      config.window->options.size = 1 + random() % 6;
      if (random() % 2 == 0) config.window->options.shift = 1 + random() % 8;
      config.window->options.stride = 1 + random() % 3;
      config.window->options.drop_remainder = random() % 2 == 0;
      config.window->options.scope = random() % 3 == 0
                                         ? WindowScope::kWithinRow
                                         : WindowScope::kAcrossRows;
      config.window->label =
          random() % 3 == 0 ? WindowLabel::kNone : WindowLabel::kLast;
    }
    const TextVectorization layer =
        MakeLayer(config.vectorize.output_sequence_length);
    const std::vector<Words> rows = RandomRows(random);
    const std::string expected = Expected(layer, config, rows);
    for (const size_t rows_a_batch : {1, 2, 5, 100}) {
      EXPECT_EQ(RunStream(layer, config, rows, rows_a_batch).records, expected)
          << "repeat " << repeat << ", " << rows_a_batch << " rows a batch";
    }
  }
}

CorpusConfig WindowsOf(int64_t size, bool drop_remainder) {
  CorpusConfig config;
  config.output.format = RecordFormat::kJsonLines;
  config.window.emplace();
  config.window->options.size = size;
  config.window->options.drop_remainder = drop_remainder;
  config.window->options.scope = WindowScope::kAcrossRows;
  return config;
}

TEST(ExampleStream, AccountsForEveryWord) {
  const std::vector<Words> rows = {{"a", "x", "..."}, {}, {"b", "cat"}};
  const TextVectorization layer = MakeLayer(std::nullopt);
  const ExampleCounts kept =
      RunStream(layer, WindowsOf(2, false), rows, 1).counts;
  EXPECT_EQ(kept.examples, 3);
  EXPECT_EQ(kept.short_examples, 1);
  EXPECT_EQ(kept.dropped_windows, 0);
  EXPECT_EQ(kept.unknown_tokens, 1);
  EXPECT_EQ(kept.empty_tokens, 1);
  const ExampleCounts dropped =
      RunStream(layer, WindowsOf(2, true), rows, 1).counts;
  EXPECT_EQ(dropped.examples, 2);
  EXPECT_EQ(dropped.short_examples, 0);
  EXPECT_EQ(dropped.dropped_windows, 1);
  EXPECT_EQ(dropped.dropped_window_tokens, 1);
}

// Windows that overlap are encoded piece by piece, and none is lost between.
TEST(ExampleStream, HoldsABoundedPartOfTheExamplesOfOverlappingWindows) {
  for (const WindowScope scope :
       {WindowScope::kAcrossRows, WindowScope::kWithinRow}) {
    CorpusConfig config = WindowsOf(500, false);
    config.window->options.shift = 1;
    config.window->options.scope = scope;
    const Words row(8000, "cat");
    const StreamResult run =
        RunStream(MakeLayer(std::nullopt), config, {row, row}, 2);
    EXPECT_EQ(run.counts.examples, 16000);
    EXPECT_EQ(std::count(run.records.begin(), run.records.end(), '\n'), 16000);
    EXPECT_GT(run.records.size(), size_t{40} << 20);
    EXPECT_LT(run.most_bytes, size_t{9} << 20);
  }
}

TEST(ExampleStream, KeepsNoMoreWordsThanAWindowNeeds) {
  const TextVectorization layer = MakeLayer(std::nullopt);
  const ExampleEncoder encoder =
      *ExampleEncoder::Create({.format = RecordFormat::kJsonLines});
  ExampleStream stream =
      *ExampleStream::Create(WindowsOf(4, false), layer, encoder);
  ExampleBatch batch;
  for (int repeat = 0; repeat < 50; ++repeat) {
    batch.text.bytes.Clear();
    batch.text.rows.Clear();
    const std::string_view text = "a b cat";
    batch.text.bytes.Append(std::span<const char>(text.data(), text.size()));
    batch.text.rows.Append({0, static_cast<uint32_t>(text.size())});
    EXPECT_TRUE(stream.Tokenize(batch).ok());
    ASSERT_TRUE(stream.Place(batch).ok());
    EXPECT_LT(batch.tail.words.size(), 4u);
    EXPECT_EQ(batch.tail.end(), 3 * repeat);
  }
}

}  // namespace
}  // namespace rowsplit::internal
