#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/tile.h"
#include "support/ragged_rows.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 300'000;

// What one would write first: an insert for each repetition of each row.
void BM_TileReference(benchmark::State& state) {
  const Tensor input =
      bench::RaggedNumbers<int64_t>(bench::RaggedRows(kNumValues, 17, 1));
  const auto items = input.items<int64_t>();
  const auto splits = input.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<int64_t> values;
    for (int64_t row = 0; row < input.num_rows(); ++row) {
      for (int time = 0; time < 3; ++time) {
        values.insert(values.end(), items.begin() + splits[row],
                      items.begin() + splits[row + 1]);
      }
    }
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * 3 * input.num_items());
}

void BM_Tile(benchmark::State& state) {
  const Tensor input = bench::RaggedNumbers<int64_t>(
      bench::RaggedRows(kNumValues, state.range(0), 1));
  const std::vector<int64_t> multiples = {state.range(1), state.range(2)};
  TileOptions options;
  options.exec.num_threads = 1;
  const auto checked = Tile(input, multiples, options);
  if (!checked.ok()) state.SkipWithError("wrong tensor");
  for (auto _ : state)
    benchmark::DoNotOptimize(Tile(input, multiples, options));
  state.SetItemsProcessed(state.iterations() * checked->num_items());
}

BENCHMARK(BM_TileReference);
// Arguments: mean row length, multiples. The worst case is rows of one value.
BENCHMARK(BM_Tile)->Args({17, 1, 3})->Args({17, 3, 1})->Args({1, 1, 3});

}  // namespace
}  // namespace rowsplit
