#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/quantile.h"
#include "rowsplit/ragged/tensor.h"
#include "support/float_rows.h"

namespace rowsplit {
namespace {

// What one would write first. Argument: the mean length of a row.
void BM_QuantileReference(benchmark::State& state) {
  const Tensor input = bench::FloatRows(state.range(0));
  const auto splits = input.partition(0).row_splits();
  const auto items = input.items<float>();
  for (auto _ : state) {
    std::vector<float> result;
    for (size_t row = 0; row + 1 < splits.size(); ++row) {
      std::vector<float> sorted(items.begin() + splits[row],
                                items.begin() + splits[row + 1]);
      std::ranges::sort(sorted);
      result.push_back(sorted.empty() ? 0.0F : sorted[sorted.size() / 2]);
    }
    benchmark::DoNotOptimize(result.data());
  }
  state.SetItemsProcessed(state.iterations() * bench::kNumFloats);
}
BENCHMARK(BM_QuantileReference)->Arg(17)->Arg(1000);

void BM_Quantile(benchmark::State& state) {
  const Tensor input = bench::FloatRows(state.range(0));
  const auto run = [&] {
    return Median(input, 1, {.exec = {.num_threads = 1}});
  };
  if (!run().ok()) state.SkipWithError("failed");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.SetItemsProcessed(state.iterations() * bench::kNumFloats);
}
BENCHMARK(BM_Quantile)->Arg(17)->Arg(1000);

}  // namespace
}  // namespace rowsplit
