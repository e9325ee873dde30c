#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/segment.h"
#include "rowsplit/ragged/tensor.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRows = 1'000'000;
constexpr int64_t kNumSegments = 60'000;

Tensor Values() {
  std::mt19937_64 random(3);
  BufferBuilder<float> values(kNumRows);
  for (int64_t i = 0; i < kNumRows; ++i)
    values[i] = static_cast<float>(bench::Below(random, 1000));
  return Tensor::Vector(std::move(values).Build());
}

Tensor Ids(bool sorted) {
  std::mt19937_64 random(5);
  BufferBuilder<int64_t> ids(kNumRows);
  for (int64_t i = 0; i < kNumRows; ++i) {
    ids[i] = sorted ? i * kNumSegments / kNumRows
                    : static_cast<int64_t>(bench::Below(random, kNumSegments));
  }
  return Tensor::Vector(std::move(ids).Build());
}

// What one would write first.
void BM_SegmentReference(benchmark::State& state) {
  const Tensor values = Values();
  const Tensor ids = Ids(true);
  for (auto _ : state) {
    std::vector<float> sums(kNumSegments);
    for (int64_t i = 0; i < kNumRows; ++i)
      sums[ids.items<int64_t>()[i]] += values.items<float>()[i];
    benchmark::DoNotOptimize(sums.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumRows);
}
BENCHMARK(BM_SegmentReference);

void BM_Segment(benchmark::State& state, SegmentOp op) {
  const Tensor values = Values();
  const Tensor ids = Ids(true);
  const SegmentOptions options{.exec = {.num_threads = 1}};
  if (!SegmentReduce(values, ids, op, options).ok())
    state.SkipWithError("failed");
  for (auto _ : state)
    benchmark::DoNotOptimize(SegmentReduce(values, ids, op, options));
  state.SetItemsProcessed(state.iterations() * kNumRows);
}
BENCHMARK_CAPTURE(BM_Segment, sum, SegmentOp::kSum);
BENCHMARK_CAPTURE(BM_Segment, max, SegmentOp::kMax);
BENCHMARK_CAPTURE(BM_Segment, mean, SegmentOp::kMean);

// Random ids are the worst case: a miss for nearly every value.
void BM_UnsortedSegment(benchmark::State& state, bool sorted) {
  const Tensor values = Values();
  const Tensor ids = Ids(sorted);
  const SegmentOptions options{.exec = {.num_threads = 1}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(UnsortedSegmentReduce(values, ids, kNumSegments,
                                                   SegmentOp::kSum, options));
  }
  state.SetItemsProcessed(state.iterations() * kNumRows);
}
BENCHMARK_CAPTURE(BM_UnsortedSegment, sorted, true);
BENCHMARK_CAPTURE(BM_UnsortedSegment, random, false);

}  // namespace
}  // namespace rowsplit
