// A next-word model: ten words in, the word that follows out. The main job
// makes the windows, the embedding table and its gradient are the library's,
// and the two layers above it are a few products of matrices.
//
//   next_word                                     on the sample stories
//   next_word --input english.txt --max-tokens 5000 --epochs 3
//   next_word --pool mean                         the mean of the words' rows
//
// Each epoch prints loss and accuracy on windows that were held out, beside
// what two tables of counts reach; the folder --output gets the curve. Then the
// prompt is continued: that of --prompt, or each line of standard input. The
// same bits for any number of threads.

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <functional>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "next_word/curve.h"
#include "next_word/model.h"
#include "next_word/windows.h"
#include "rowsplit/rowsplit.h"

namespace {

using next_word::Baselines;
using next_word::Data;
using next_word::Epoch;
using next_word::Example;
using next_word::kFirstWord;
using next_word::Model;

struct Options {
  next_word::WindowsOptions windows;
  next_word::ModelOptions model;
  std::string output = "out/next_word";
  std::string prompt;  // lines of standard input, if empty
  int64_t epochs = 6;
  int64_t batch = 16;
  int64_t words = 20;  // to add to a prompt
  int threads = static_cast<int>(std::thread::hardware_concurrency());
};

// In an order that depends on the generator alone.
void Shuffle(std::vector<Example>& items, std::mt19937_64& random) {
  for (size_t i = items.size(); i > 1; --i)
    std::swap(items[i - 1], items[random() % i]);
}

// Prints each epoch as it ends.
absl::StatusOr<std::vector<Epoch>> TrainModel(const Options& options,
                                              Data& data, Model& model) {
  std::vector<Epoch> curve;
  std::mt19937_64 random(options.model.seed);
  std::cout << "epoch  loss learning  held out  accuracy\n";
  for (int64_t epoch = 1; epoch <= options.epochs; ++epoch) {
    Shuffle(data.train.items, random);
    const std::span<const Example> all = data.train.items;
    const size_t batch = static_cast<size_t>(options.batch);
    double loss = 0;
    for (size_t begin = 0; begin < all.size(); begin += batch) {
      const auto examples =
          all.subspan(begin, std::min(batch, all.size() - begin));
      const auto sum = model.Train(data.train, examples);
      if (!sum.ok()) return sum.status();
      loss += *sum;
    }
    const auto score = model.Evaluate(data.held_out);
    if (!score.ok()) return score.status();
    curve.push_back({loss / static_cast<double>(all.size()), *score});
    std::cout << std::setw(5) << epoch << std::setw(15)
              << curve.back().train_loss << std::setw(10) << score->loss
              << std::setw(8) << 100 * score->accuracy << " %" << std::endl;
  }
  return curve;
}

// Adds words to a line: each is drawn from the five likeliest ones.
absl::Status Continue(const Options& options, const Data& data,
                      const Model& model, std::string_view line) {
  // The line is cleaned and vectorized as the windows were.
  rowsplit::TextRows text;
  text.bytes.Append(std::span<const char>(line));
  text.rows.Append({0, static_cast<uint32_t>(line.size())});
  absl::Status status = data.vectorizer.clean.Apply(text, nullptr);
  if (!status.ok()) return status;
  std::vector<std::string_view> rows;
  for (const rowsplit::TokenSpan span : text.rows.span())
    rows.emplace_back(text.bytes.data() + span.begin, span.size);
  const auto& layer = data.vectorizer.layer;
  const auto ids =
      layer.VectorizeRagged(rowsplit::StringTensor::FromStrings(rows).view());
  if (!ids.ok()) return ids.status();
  std::vector<int64_t> words(ids->flat_values().begin(),
                             ids->flat_values().end());

  std::mt19937_64 random(options.model.seed);
  std::cout << line << " …";
  for (int64_t i = 0; i < options.words; ++i) {
    const auto probabilities = model.Predict(words);
    if (!probabilities.ok()) return probabilities.status();
    std::vector<int64_t> likeliest(layer.num_ids() - kFirstWord);
    std::iota(likeliest.begin(), likeliest.end(), kFirstWord);
    const size_t kept = std::min<size_t>(5, likeliest.size());
    std::partial_sort(likeliest.begin(), likeliest.begin() + kept,
                      likeliest.end(), [&](int64_t a, int64_t b) {
                        return (*probabilities)(a) > (*probabilities)(b);
                      });
    likeliest.resize(kept);
    double left = 0;
    for (const int64_t id : likeliest) left += (*probabilities)(id);
    left *= static_cast<double>(random() >> 11) * 0x1p-53;
    size_t drawn = 0;
    while (drawn + 1 < kept && (left -= (*probabilities)(likeliest[drawn])) > 0)
      ++drawn;
    words.push_back(likeliest[drawn]);
    std::cout << ' ' << layer.token(words.back());
  }
  std::cout << std::endl;
  return absl::OkStatus();
}

absl::Status Run(const Options& options) {
  auto data = next_word::PrepareWindows(options.windows);
  if (!data.ok()) return data.status();
  const auto& layer = data->vectorizer.layer;
  const std::vector<int64_t> counts =
      next_word::CountWords(data->train, layer.num_ids());
  const int64_t commonest =
      std::max_element(counts.begin(), counts.end()) - counts.begin();
  const Baselines baselines = {
      next_word::ConstantAccuracy(data->held_out, commonest),
      next_word::BigramAccuracy(*data, commonest)};
  std::cout << std::fixed << std::setprecision(2) << data->train.items.size()
            << " examples to learn from, " << data->held_out.items.size()
            << " windows held out, " << layer.num_ids() << " ids\nalways '"
            << layer.token(commonest) << "': " << 100 * baselines.constant
            << " %\nbigram table: " << 100 * baselines.bigram << " %\n";
  auto model = Model::Create(options.model, counts);
  if (!model.ok()) return model.status();
  const auto curve = TrainModel(options, *data, *model);
  if (!curve.ok()) return curve.status();
  next_word::WriteCsv(options.output + "/curve.csv", *curve, baselines);
  next_word::WriteSvg(options.output + "/curve.svg", *curve, baselines);
  const double reached = curve->back().held_out.accuracy;
  const bool is_better =
      reached > std::max(baselines.constant, baselines.bigram);
  std::cout << "the model is " << (is_better ? "better than" : "no better than")
            << " the tables\n";
  if (!options.prompt.empty())
    return Continue(options, *data, *model, options.prompt);
  for (std::string line; std::getline(std::cin, line);) {
    const absl::Status status = Continue(options, *data, *model, line);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

bool ParseTo(std::string_view text, std::string& value) {
  value = text;
  return true;
}

template <typename Number>
bool ParseTo(std::string_view text, Number& value) {
  const char* const begin = std::to_address(text.begin());
  const char* const end = begin + text.size();
  const auto result = std::from_chars(begin, end, value);
  return result.ec == std::errc() && result.ptr == end && value > 0;
}

absl::StatusOr<Options> ParseFlags(int argc, char** argv) {
  Options options;
  const auto set = [](auto& value) {
    return [&value](std::string_view text) { return ParseTo(text, value); };
  };
  const std::map<std::string_view, std::function<bool(std::string_view)>>
      flags = {{"--config", set(options.windows.config)},
               {"--input", set(options.windows.input)},
               {"--output", set(options.output)},
               {"--prompt", set(options.prompt)},
               {"--pool", set(options.model.pool)},
               {"--max-tokens", set(options.windows.max_tokens)},
               {"--epochs", set(options.epochs)},
               {"--width", set(options.model.width)},
               {"--hidden", set(options.model.hidden)},
               {"--batch", set(options.batch)},
               {"--rate", set(options.model.rate)},
               {"--threads", set(options.threads)},
               {"--words", set(options.words)},
               {"--seed", set(options.model.seed)}};
  for (int i = 1; i < argc; i += 2) {
    const auto flag = flags.find(argv[i]);
    if (flag == flags.end())
      return absl::InvalidArgumentError("no such flag: " +
                                        std::string(argv[i]));
    if (i + 1 == argc || !flag->second(argv[i + 1])) {
      return absl::InvalidArgumentError(std::string(argv[i]) +
                                        " needs a value above 0");
    }
  }
  if (options.model.pool != "concat" && options.model.pool != "mean")
    return absl::InvalidArgumentError("--pool is concat or mean");
  options.windows.output = options.output + "/windows";
  options.windows.threads = options.model.threads = options.threads;
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const absl::StatusOr<Options> options = ParseFlags(argc, argv);
  const absl::Status status = options.ok() ? Run(*options) : options.status();
  if (!status.ok()) std::cerr << "next_word: " << status << '\n';
  return status.ok() ? 0 : 1;
}
