#include "next_word/windows.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iomanip>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rowsplit/rowsplit.h"

namespace next_word {

namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  if (!(bytes << file.rdbuf()))
    return absl::NotFoundError("can't read " + path);
  return std::move(bytes).str();
}

// The int32 values of a .npy file.
absl::StatusOr<std::vector<int32_t>> ReadNpy(const std::string& path) {
  const auto bytes = ReadFile(path);
  if (!bytes.ok()) return bytes.status();
  const auto header = rowsplit::ReadNpyHeader(*bytes);
  if (!header.ok()) return header.status();
  const int64_t size = header->num_rows * header->num_columns.value_or(1);
  if (bytes->size() != header->size_bytes + size * sizeof(int32_t))
    return absl::DataLossError(path + " is no array of int32");
  std::vector<int32_t> values(size);
  std::memcpy(values.data(), bytes->data() + header->size_bytes,
              size * sizeof(int32_t));
  return values;
}

// Adds the windows of one shard: of each one the whole context alone, or every
// beginning of it too. A word that is not in the vocabulary is no answer.
absl::Status AddShard(const std::string& stem, bool every_beginning,
                      Examples& out) {
  const auto ids = ReadNpy(stem + ".ids.npy");
  if (!ids.ok()) return ids.status();
  const auto labels = ReadNpy(stem + ".labels.npy");
  if (!labels.ok()) return labels.status();
  for (size_t window = 0; window < labels->size(); ++window) {
    const int64_t begin = static_cast<int64_t>(out.ids.size());
    for (int64_t i = 0; i < kContext; ++i) {
      const int32_t id = (*ids)[window * kContext + i];
      if (id != 0) out.ids.push_back(id);
    }
    out.ids.push_back((*labels)[window]);
    const int64_t last = static_cast<int64_t>(out.ids.size()) - 1;
    for (int64_t end = every_beginning ? begin + 1 : last; end <= last; ++end) {
      if (end > begin && out.ids[end] >= kFirstWord)
        out.items.push_back({begin, end});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Data> PrepareWindows(const WindowsOptions& options) {
  constexpr int kShards = 8;
  const auto toml = ReadFile(options.config);
  if (!toml.ok()) return toml.status();
  std::vector<rowsplit::ConfigOverride> overrides = {
      {"output.folder", {options.output}},
      {"output.format", {"npy"}},
      {"output.shards", {std::to_string(kShards)}},
      {"output.force", {}}};
  if (!options.input.empty())
    overrides.push_back({"input.paths", {options.input}});
  if (options.max_tokens > 0) {
    overrides.push_back(
        {"vocabulary.max_tokens", {std::to_string(options.max_tokens)}});
  }
  const auto config =
      rowsplit::ParseCorpusConfig(*toml, options.config, overrides);
  if (!config.ok()) return config.status();
  const auto result =
      rowsplit::Prepare(*config, {.num_threads = options.threads});
  if (!result.ok()) return result.status();

  const auto json = ReadFile(config->output.folder + "/vectorizer.json");
  if (!json.ok()) return json.status();
  auto vectorizer = rowsplit::VectorizerFromJson(*json, "vectorizer.json");
  if (!vectorizer.ok()) return vectorizer.status();
  Data data{{}, {}, *std::move(vectorizer)};
  for (int shard = 0; shard < kShards; ++shard) {
    const bool is_held_out = shard == kShards - 1;
    std::ostringstream stem;
    stem << config->output.folder << "/train-" << std::setfill('0')
         << std::setw(5) << shard << "-of-" << std::setw(5) << kShards;
    absl::Status status = AddShard(stem.str(), !is_held_out,
                                   is_held_out ? data.held_out : data.train);
    if (!status.ok()) return status;
  }
  if (data.train.items.empty() || data.held_out.items.empty())
    return absl::InvalidArgumentError("the text has too few words");
  return data;
}

std::vector<int64_t> CountWords(const Examples& examples, int64_t num_ids) {
  std::vector<int64_t> counts(num_ids);
  for (const Example& example : examples.items)
    ++counts[examples.ids[example.end]];
  return counts;
}

double BigramAccuracy(const Data& data, int64_t default_id) {
  std::map<std::pair<int64_t, int64_t>, int64_t> counts;
  for (const Example& example : data.train.items)
    ++counts[{data.train.ids[example.end - 1], data.train.ids[example.end]}];
  std::map<int64_t, std::pair<int64_t, int64_t>> best;  // count, next word
  for (const auto& [pair, count] : counts) {
    if (count > best[pair.first].first) best[pair.first] = {count, pair.second};
  }
  int64_t right = 0;
  for (const Example& example : data.held_out.items) {
    const auto found = best.find(data.held_out.ids[example.end - 1]);
    const int64_t answer =
        found == best.end() ? default_id : found->second.second;
    right += answer == data.held_out.ids[example.end];
  }
  return static_cast<double>(right) /
         static_cast<double>(data.held_out.items.size());
}

double ConstantAccuracy(const Examples& examples, int64_t id) {
  const auto right = std::count_if(
      examples.items.begin(), examples.items.end(),
      [&](const Example& example) { return examples.ids[example.end] == id; });
  return static_cast<double>(right) /
         static_cast<double>(examples.items.size());
}

}  // namespace next_word
