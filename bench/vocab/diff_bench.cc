#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/diff.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

Vocabulary First(size_t size) {
  return *Vocabulary::FromTokens(bench::FrequentTokens(bench::Uniform(), size));
}

// What was removed alone: sort both and walk.
void BM_DiffBySorting(benchmark::State& state) {
  const Vocabulary from = First(100'000), to = First(90'000);
  for (auto _ : state) {
    std::vector<std::string_view> a, b, removed;
    for (int64_t id = 0; id < from.size(); ++id) a.push_back(from.token(id));
    for (int64_t id = 0; id < to.size(); ++id) b.push_back(to.token(id));
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(removed));
    benchmark::DoNotOptimize(removed.size());
  }
  state.SetItemsProcessed(state.iterations() * from.size());
}

void BM_DiffVocabularies(benchmark::State& state) {
  const Vocabulary from = First(100'000), to = First(90'000);
  const auto once = DiffVocabularies(from, to);
  if (!once.ok() || once->removed.size() != 10'000) {
    state.SkipWithError("wrong difference");
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(DiffVocabularies(from, to, {.num_threads = 1}));
  }
  state.SetItemsProcessed(state.iterations() * from.size());
}

BENCHMARK(BM_DiffBySorting);
BENCHMARK(BM_DiffVocabularies);

}  // namespace
}  // namespace rowsplit
