#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/mask_language_model.h"
#include "support/segment_rows.h"

namespace rowsplit {
namespace {

// What one would write first: a generator asked for each id.
void BM_MaskValuesReference(benchmark::State& state) {
  const Tensor input = bench::TwoSegments(60)[0];
  for (auto _ : state) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> unit(0, 1);
    std::uniform_int_distribution<int32_t> word(0, 29'999);
    std::vector<int32_t> values;
    for (const int32_t id : input.items<int32_t>()) {
      const double u = unit(random);
      values.push_back(u < 0.8 ? 103 : u < 0.9 ? word(random) : id);
    }
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

void BM_MaskValues(benchmark::State& state) {
  const Tensor input = bench::TwoSegments(60)[0];
  const MaskValuesOptions options = {
      .vocab_size = 30'000, .mask_token = 103, .exec = {.num_threads = 1}};
  for (auto _ : state)
    benchmark::DoNotOptimize(ChooseMaskValues(input, options));
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

void BM_MaskLanguageModel(benchmark::State& state) {
  const Tensor input = bench::TwoSegments(state.range(0))[0];
  const ItemSelectorOptions selector = {.selection = ItemSelection::kRandom,
                                        .selection_rate = 0.15,
                                        .exec = {.num_threads = 1}};
  const MaskValuesOptions chooser = {
      .vocab_size = 30'000, .mask_token = 103, .exec = {.num_threads = 1}};
  if (!MaskLanguageModel(input, selector, chooser).ok())
    state.SkipWithError("wrong tensor");
  for (auto _ : state)
    benchmark::DoNotOptimize(MaskLanguageModel(input, selector, chooser));
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

BENCHMARK(BM_MaskValuesReference);
BENCHMARK(BM_MaskValues);
// Arguments: mean length. The worst case is rows of an id or none.
BENCHMARK(BM_MaskLanguageModel)->Arg(60)->Arg(1);

}  // namespace
}  // namespace rowsplit
