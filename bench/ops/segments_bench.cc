#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/segments.h"
#include "support/segment_rows.h"

namespace rowsplit {
namespace {

// What one would write first: push_back, row by row.
void BM_CombineSegmentsReference(benchmark::State& state) {
  const std::vector<Tensor> segments = bench::TwoSegments(60);
  int64_t items = 0;
  for (auto _ : state) {
    std::vector<int32_t> values;
    std::vector<int32_t> ids;
    for (int64_t row = 0; row < bench::kSegmentRows; ++row) {
      values.push_back(101);
      ids.push_back(0);
      for (int i = 0; i < 2; ++i) {
        const auto splits = segments[i].partition(0).row_splits();
        for (Offset k = splits[row]; k < splits[row + 1]; ++k) {
          values.push_back(segments[i].items<int32_t>()[k]);
          ids.push_back(i);
        }
        values.push_back(102);
        ids.push_back(i);
      }
    }
    items = static_cast<int64_t>(values.size());
    benchmark::DoNotOptimize(values.data());
    benchmark::DoNotOptimize(ids.data());
  }
  state.SetItemsProcessed(state.iterations() * items);
}

void BM_CombineSegments(benchmark::State& state) {
  const std::vector<Tensor> segments = bench::TwoSegments(state.range(0));
  const CombineSegmentsOptions options = {.start_of_sequence_id = 101,
                                          .end_of_segment_id = 102,
                                          .exec = {.num_threads = 1}};
  const auto checked = CombineSegments(segments, options);
  if (!checked.ok()) state.SkipWithError("wrong segments");
  for (auto _ : state)
    benchmark::DoNotOptimize(CombineSegments(segments, options));
  state.SetItemsProcessed(state.iterations() * checked->combined.num_items());
}

BENCHMARK(BM_CombineSegmentsReference);
// Arguments: mean length. The worst case is segments of an id or none.
BENCHMARK(BM_CombineSegments)->Arg(60)->Arg(1);

}  // namespace
}  // namespace rowsplit
