#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/spans.h"
#include "support/segment_rows.h"

namespace rowsplit {
namespace {

Spans SpansOf(int64_t mean_length, int which) {
  const Tensor start = bench::TwoSegments(mean_length)[which];
  BufferBuilder<int32_t> limits(static_cast<size_t>(start.num_values()));
  for (size_t i = 0; i < limits.size(); ++i)
    limits[i] = static_cast<int32_t>(i) + 3;
  return {start,
          *start.WithFlatValues(Tensor::Vector(std::move(limits).Build()))};
}

// What one would write first: a bool for each pair.
void BM_SpanOverlapsReference(benchmark::State& state) {
  const Spans source = SpansOf(10, 0);
  const Spans target = SpansOf(10, 1);
  const auto from = source.start.partition(0).row_splits();
  const auto to = target.start.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<char> overlaps;
    for (int64_t row = 0; row < bench::kSegmentRows; ++row) {
      for (Offset s = from[row]; s < from[row + 1]; ++s) {
        for (Offset t = to[row]; t < to[row + 1]; ++t) {
          overlaps.push_back(source.start.items<int32_t>()[s] <=
                                 target.start.items<int32_t>()[t] &&
                             target.limit.items<int32_t>()[t] <=
                                 source.limit.items<int32_t>()[s]);
        }
      }
    }
    benchmark::DoNotOptimize(overlaps.data());
  }
  state.SetItemsProcessed(state.iterations() * bench::kSegmentRows);
}

void BM_SpanOverlaps(benchmark::State& state) {
  const Spans source = SpansOf(state.range(0), 0);
  const Spans target = SpansOf(state.range(0), 1);
  const SpanOptions options = {.contains = true, .exec = {.num_threads = 1}};
  if (!SpanOverlaps(source, target, options).ok())
    state.SkipWithError("wrong spans");
  for (auto _ : state)
    benchmark::DoNotOptimize(SpanOverlaps(source, target, options));
  state.SetItemsProcessed(state.iterations() * bench::kSegmentRows);
}

void BM_SpanAlignment(benchmark::State& state) {
  const Spans source = SpansOf(state.range(0), 0);
  const Spans target = SpansOf(state.range(0), 1);
  const SpanOptions options = {.contains = true, .exec = {.num_threads = 1}};
  for (auto _ : state)
    benchmark::DoNotOptimize(SpanAlignment(source, target, options));
  state.SetItemsProcessed(state.iterations() * bench::kSegmentRows);
}

BENCHMARK(BM_SpanOverlapsReference);
// Arguments: mean number of spans in a row. The worst case is many.
BENCHMARK(BM_SpanOverlaps)->Arg(10)->Arg(50);
BENCHMARK(BM_SpanAlignment)->Arg(10);

}  // namespace
}  // namespace rowsplit
