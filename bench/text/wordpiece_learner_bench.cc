#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/wordpiece_learner.h"
#include "support/subword_tokens.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// The first step alone as one would write it: every subword is counted.
void BM_LearnWordpieceReference(benchmark::State& state) {
  for (auto _ : state) {
    std::map<std::string, int64_t> counts;
    for (const auto& [word, count] : bench::WordCounts()) {
      for (size_t begin = 0; begin < word.size(); ++begin) {
        for (size_t end = begin + 1; end <= word.size(); ++end)
          counts[word.substr(begin, end - begin)] += count;
      }
    }
    benchmark::DoNotOptimize(counts);
  }
}

void BM_LearnWordpiece(benchmark::State& state) {
  StringTensorBuilder builder;
  std::vector<int64_t> counts;
  for (const auto& [word, count] : bench::WordCounts()) {
    builder.Append(word);
    counts.push_back(count);
  }
  const StringTensor words = std::move(builder).Build();
  const WordpieceLearnerOptions options{.vocab_size = 2000};
  if (!LearnWordpiece(words, counts, options).ok())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(LearnWordpiece(words, counts, options));
  bench::SetRowCounters(state, words);
}

BENCHMARK(BM_LearnWordpieceReference);
BENCHMARK(BM_LearnWordpiece);

}  // namespace
}  // namespace rowsplit
