#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/item_selector.h"
#include "support/segment_rows.h"

namespace rowsplit {
namespace {

// What one would write first: a loop over each row's ids.
void BM_SelectFirstReference(benchmark::State& state) {
  const Tensor input = bench::TwoSegments(60)[0];
  const auto splits = input.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<bool> mask(static_cast<size_t>(input.num_values()));
    for (int64_t row = 0; row < input.num_rows(); ++row) {
      int left = 10;
      for (Offset i = splits[row]; i < splits[row + 1] && left > 0; ++i) {
        const int32_t id = input.items<int32_t>()[i];
        if (id == 0 || id == 7) continue;
        mask[i] = true;
        --left;
      }
    }
    benchmark::DoNotOptimize(mask);
  }
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

void BM_SelectItems(benchmark::State& state) {
  const Tensor input = bench::TwoSegments(state.range(1))[0];
  const ItemSelectorOptions options = {
      .selection = static_cast<ItemSelection>(state.range(0)),
      .unselectable_ids = {0, 7},
      .num_to_select = {10},
      .selection_rate = 0.15,
      .exec = {.num_threads = 1}};
  if (!SelectItems(input, options).ok()) state.SkipWithError("wrong tensor");
  for (auto _ : state) benchmark::DoNotOptimize(SelectItems(input, options));
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

BENCHMARK(BM_SelectFirstReference);
// Arguments: selection (1 first, 3 random), mean length. The worst case is
// rows of an id or none.
BENCHMARK(BM_SelectItems)->ArgsProduct({{1, 3}, {60, 1}});

}  // namespace
}  // namespace rowsplit
