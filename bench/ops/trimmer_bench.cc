#include <algorithm>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/trimmer.h"
#include "support/segment_rows.h"

namespace rowsplit {
namespace {

// What one would write first: an item for each segment in turn.
void BM_TrimReference(benchmark::State& state) {
  const std::vector<Tensor> segments = bench::TwoSegments(60);
  for (auto _ : state) {
    std::vector<int32_t> values;
    for (int64_t row = 0; row < bench::kSegmentRows; ++row) {
      int64_t kept[2] = {0, 0};
      for (bool more = true; more && kept[0] + kept[1] < 100;) {
        more = false;
        for (int i = 0; i < 2 && kept[0] + kept[1] < 100; ++i) {
          if (kept[i] == segments[i].partition(0).row_length(row)) continue;
          ++kept[i];
          more = true;
        }
      }
      for (int i = 0; i < 2; ++i) {
        const int32_t* const begin = segments[i].items<int32_t>().data() +
                                     segments[i].partition(0).row_splits()[row];
        values.insert(values.end(), begin, begin + kept[i]);
      }
    }
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * bench::kSegmentRows);
}

void BM_Trim(benchmark::State& state) {
  const std::vector<Tensor> segments = bench::TwoSegments(state.range(1));
  const TrimOptions options = {
      .strategy = static_cast<TrimStrategy>(state.range(0)),
      .max_seq_length = {100},
      .exec = {.num_threads = 1}};
  if (!TrimSegments(segments, options).ok())
    state.SkipWithError("wrong segments");
  for (auto _ : state)
    benchmark::DoNotOptimize(TrimSegments(segments, options));
  state.SetItemsProcessed(state.iterations() * bench::kSegmentRows);
}

BENCHMARK(BM_TrimReference);
// Arguments: strategy, mean length. The worst case is long rows that are cut.
BENCHMARK(BM_Trim)->ArgsProduct({{0, 1, 2}, {60, 1000}});

}  // namespace
}  // namespace rowsplit
