#include <cstdint>
#include <sstream>
#include <string>
#include <unordered_map>

#include "benchmark/benchmark.h"
#include "rowsplit/vocab/vocabulary_formats.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

Vocabulary Words() {
  return *Vocabulary::FromTokens(
      bench::FrequentTokens(bench::Uniform(), 100'000));
}

// What one would write first: getline and a map.
void BM_ReadLinesToUnorderedMap(benchmark::State& state) {
  const std::string bytes = *FormatVocabulary(Words());
  for (auto _ : state) {
    std::istringstream lines(bytes);
    std::unordered_map<std::string, int64_t> ids;
    for (std::string line; std::getline(lines, line);) {
      ids.try_emplace(line, ids.size());
    }
    benchmark::DoNotOptimize(ids.size());
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(bytes.size()));
}

void BM_ParseVocabulary(benchmark::State& state, VocabularyFormat format) {
  const Vocabulary words = Words();
  const std::string bytes = *FormatVocabulary(
      words, {.format = format, .unk_token = std::string(words.token(0))});
  const auto once = ParseVocabulary(bytes, "words");
  if (!once.ok() || once->format != format ||
      once->vocabulary.Find(words.token(77)) != 77) {
    state.SkipWithError("wrong vocabulary");
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(ParseVocabulary(bytes, "words"));
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(bytes.size()));
}

void BM_FormatVocabulary(benchmark::State& state, VocabularyFormat format) {
  const Vocabulary words = Words();
  for (auto _ : state) {
    benchmark::DoNotOptimize(FormatVocabulary(words, {.format = format}));
  }
  state.SetItemsProcessed(state.iterations() * words.size());
}

BENCHMARK(BM_ReadLinesToUnorderedMap);
BENCHMARK_CAPTURE(BM_ParseVocabulary, txt, VocabularyFormat::kText);
BENCHMARK_CAPTURE(BM_ParseVocabulary, json, VocabularyFormat::kJson);
BENCHMARK_CAPTURE(BM_ParseVocabulary, vocab_json, VocabularyFormat::kVocabJson);
BENCHMARK_CAPTURE(BM_ParseVocabulary, tokenizer_json,
                  VocabularyFormat::kTokenizerJson);
BENCHMARK_CAPTURE(BM_ParseVocabulary, frozen, VocabularyFormat::kFrozen);
BENCHMARK_CAPTURE(BM_FormatVocabulary, txt, VocabularyFormat::kText);
BENCHMARK_CAPTURE(BM_FormatVocabulary, json, VocabularyFormat::kJson);

}  // namespace
}  // namespace rowsplit
