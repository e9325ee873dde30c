#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/text/hash_ngrams.h"
#include "rowsplit/text/split.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

constexpr int64_t kBins = 2'000'000;

const RaggedStringTensor& Tokens() {
  static const auto* tokens = [] {
    const StringTensor& lines = bench::LanguageLines();
    return new RaggedStringTensor(
        *CopyTokens(*SplitWhitespace(lines), lines.bytes().span()));
  }();
  return *tokens;
}

// What one would write first: a string for each n-gram of 3 to 6 characters.
void BM_HashNgramsReference(benchmark::State& state) {
  const StringTensorView words = Tokens().flat_values().view();
  for (auto _ : state) {
    std::vector<int64_t> ids;
    for (int64_t word = 0; word < words.size(); ++word) {
      std::vector<std::string> characters;
      for (const char byte : "<" + std::string(words[word]) + ">") {
        if (static_cast<int8_t>(byte) >= -64) characters.emplace_back();
        characters.back() += byte;
      }
      for (size_t width = 3; width <= 6; ++width) {
        for (size_t i = 0; i + width <= characters.size(); ++i) {
          std::string ngram;
          for (size_t j = 0; j < width; ++j) ngram += characters[i + j];
          ids.push_back(static_cast<int64_t>(Xxh3_64(ngram) % kBins));
        }
      }
    }
    benchmark::DoNotOptimize(ids.data());
  }
  bench::SetRowCounters(state, words);
}

// Argument: the hash, 0 XXH3, 1 FarmHash, 2 fastText's.
void BM_HashNgrams(benchmark::State& state) {
  const HashNgramsOptions options{
      .num_bins = kBins,
      .word_marks = true,
      .hash = static_cast<NgramHash>(state.range(0)),
      .exec = {.num_threads = 1}};
  const auto checked = HashNgrams(Tokens(), options);
  if (!checked.ok()) state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(HashNgrams(Tokens(), options));
  bench::SetRowCounters(state, Tokens().flat_values());
}

void BM_HashTokenNgrams(benchmark::State& state) {
  const HashTokenNgramsOptions options{.num_bins = kBins,
                                       .exec = {.num_threads = 1}};
  const auto checked = HashTokenNgrams(Tokens(), options);
  if (!checked.ok()) state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(HashTokenNgrams(Tokens(), options));
  bench::SetRowCounters(state, Tokens().flat_values());
}

BENCHMARK(BM_HashNgramsReference);
BENCHMARK(BM_HashNgrams)->DenseRange(0, 2);
BENCHMARK(BM_HashTokenNgrams);

}  // namespace
}  // namespace rowsplit
