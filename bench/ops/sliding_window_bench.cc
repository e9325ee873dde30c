#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/sliding_window.h"
#include "support/ragged_rows.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 200'000;

// What one would write first: an insert for each window.
void BM_SlidingWindowReference(benchmark::State& state) {
  const Tensor input =
      bench::RaggedNumbers<int64_t>(bench::RaggedRows(kNumValues, 17, 1));
  const auto items = input.items<int64_t>();
  const auto splits = input.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<int64_t> values;
    for (int64_t row = 0; row < input.num_rows(); ++row) {
      for (Offset i = splits[row]; i + 3 <= splits[row + 1]; ++i)
        values.insert(values.end(), items.begin() + i, items.begin() + i + 3);
    }
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumValues);
}

void BM_SlidingWindow(benchmark::State& state) {
  const Tensor input = bench::RaggedNumbers<int64_t>(
      bench::RaggedRows(kNumValues, state.range(0), 1));
  const SlidingWindowOptions options = {.width = state.range(1),
                                        .exec = {.num_threads = 1}};
  if (!SlidingWindow(input, options).ok()) state.SkipWithError("wrong tensor");
  for (auto _ : state) benchmark::DoNotOptimize(SlidingWindow(input, options));
  state.SetItemsProcessed(state.iterations() * kNumValues);
}

BENCHMARK(BM_SlidingWindowReference);
// Arguments: mean row length, width. The worst case is windows of one item.
BENCHMARK(BM_SlidingWindow)->Args({17, 3})->Args({17, 1})->Args({1000, 100});

}  // namespace
}  // namespace rowsplit
