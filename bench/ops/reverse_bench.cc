#include <algorithm>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/reverse.h"
#include "support/ragged_rows.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 1'000'000;

// What one would write first: a copy of the values, row by row.
void BM_ReverseReference(benchmark::State& state) {
  const Tensor input =
      bench::RaggedNumbers<int64_t>(bench::RaggedRows(kNumValues, 17, 1));
  const auto items = input.items<int64_t>();
  const auto splits = input.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<int64_t> values(items.begin(), items.end());
    for (int64_t row = 0; row < input.num_rows(); ++row) {
      std::reverse(values.begin() + splits[row],
                   values.begin() + splits[row + 1]);
    }
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * input.num_items());
}

void BM_Reverse(benchmark::State& state, bool words) {
  const RowPartition rows = bench::RaggedRows(kNumValues, 17, 1);
  const Tensor input =
      words ? bench::RaggedWords(rows, 2) : bench::RaggedNumbers<int64_t>(rows);
  const std::vector<int> axes = {static_cast<int>(state.range(0))};
  ReverseOptions options;
  options.exec.num_threads = 1;
  const auto checked = Reverse(input, axes, options);
  if (!checked.ok() || *Reverse(*checked, axes, options) != input)
    state.SkipWithError("wrong tensor");
  for (auto _ : state) benchmark::DoNotOptimize(Reverse(input, axes, options));
  state.SetItemsProcessed(state.iterations() * input.num_items());
}

BENCHMARK(BM_ReverseReference);
// Argument: axis. The worst case is the order of single words.
BENCHMARK_CAPTURE(BM_Reverse, numbers, false)->Arg(0)->Arg(1);
BENCHMARK_CAPTURE(BM_Reverse, words, true)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
