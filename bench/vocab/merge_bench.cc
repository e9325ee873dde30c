#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/merge.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

// Two vocabularies, half of whose tokens both have.
std::vector<Vocabulary> Halves(int64_t size) {
  std::vector<Vocabulary> result;
  for (int64_t part = 0; part < 2; ++part) {
    StringTensorBuilder tokens;
    for (int64_t i = 0; i < size; ++i) {
      tokens.Append("token_" + std::to_string(i + part * size / 2));
    }
    result.push_back(*Vocabulary::FromTokens(std::move(tokens).Build()));
  }
  return result;
}

// The merged order alone, without maps: a table of strings.
void BM_MergeInUnorderedMap(benchmark::State& state) {
  const std::vector<Vocabulary> inputs = Halves(state.range(0));
  for (auto _ : state) {
    std::unordered_map<std::string, int64_t> ids;
    for (const Vocabulary& input : inputs) {
      for (int64_t id = 0; id < input.size(); ++id) {
        ids.try_emplace(std::string(input.token(id)), ids.size());
      }
    }
    benchmark::DoNotOptimize(ids.size());
  }
  state.SetItemsProcessed(state.iterations() * 2 * state.range(0));
}

void BM_MergeVocabularies(benchmark::State& state) {
  const std::vector<Vocabulary> inputs = Halves(state.range(0));
  const auto once = MergeVocabularies(inputs);
  if (!once.ok() || once->vocabulary.size() != state.range(0) * 3 / 2) {
    state.SkipWithError("wrong tokens");
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        MergeVocabularies(inputs, {.exec = {.num_threads = 1}}));
  }
  state.SetItemsProcessed(state.iterations() * 2 * state.range(0));
}

void BM_MergeByCounts(benchmark::State& state) {
  const std::vector<Vocabulary> inputs = Halves(state.range(0));
  std::vector<int64_t> counts(state.range(0));
  for (size_t id = 0; id < counts.size(); ++id) {
    counts[id] = static_cast<int64_t>(counts.size() - id);
  }
  MergeOptions options{.exec = {.num_threads = 1}};
  options.counts = {counts, counts};
  for (auto _ : state) {
    benchmark::DoNotOptimize(MergeVocabularies(inputs, options));
  }
  state.SetItemsProcessed(state.iterations() * 2 * state.range(0));
}

// Argument: tokens of each of two vocabularies.
BENCHMARK(BM_MergeInUnorderedMap)->Arg(100'000);
BENCHMARK(BM_MergeVocabularies)->Arg(100'000);
BENCHMARK(BM_MergeByCounts)->Arg(100'000);

}  // namespace
}  // namespace rowsplit
