#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/prune.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

Vocabulary All() {
  return *Vocabulary::FromTokens(
      bench::FrequentTokens(bench::Uniform(), 100'000));
}

// A new table of the first half.
void BM_PruneInUnorderedMap(benchmark::State& state) {
  const Vocabulary all = All();
  for (auto _ : state) {
    std::unordered_map<std::string_view, int64_t> ids;
    for (int64_t id = 0; id < all.size() / 2; ++id) ids[all.token(id)] = id;
    benchmark::DoNotOptimize(ids.size());
  }
  state.SetItemsProcessed(state.iterations() * all.size());
}

void BM_PruneToFirst(benchmark::State& state) {
  const Vocabulary all = All();
  const PruneOptions options{.max_tokens = all.size() / 2,
                             .exec = {.num_threads = 1}};
  const auto once = PruneVocabulary(all, options);
  if (!once.ok() || once->vocabulary.size() != all.size() / 2) {
    state.SkipWithError("wrong tokens");
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(PruneVocabulary(all, options));
  }
  state.SetItemsProcessed(state.iterations() * all.size());
}

void BM_PruneByList(benchmark::State& state) {
  const Vocabulary all = All();
  PruneOptions options{.exec = {.num_threads = 1}};
  options.drop =
      PruneVocabulary(all, {.max_tokens = all.size() / 2})->vocabulary;
  for (auto _ : state) {
    benchmark::DoNotOptimize(PruneVocabulary(all, options));
  }
  state.SetItemsProcessed(state.iterations() * all.size());
}

BENCHMARK(BM_PruneInUnorderedMap);
BENCHMARK(BM_PruneToFirst);
BENCHMARK(BM_PruneByList);

}  // namespace
}  // namespace rowsplit
