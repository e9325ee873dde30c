#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/reduce_axes.h"
#include "rowsplit/ragged/tensor.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 1'000'000;

// 1,000,000 floats in rows of 0 to 34.
Tensor Floats() {
  std::mt19937_64 random(3);
  BufferBuilder<float> values(kNumValues);
  for (int64_t i = 0; i < kNumValues; ++i)
    values[i] = static_cast<float>(bench::Below(random, 1000));
  std::vector<Offset> splits = {0};
  while (splits.back() < kNumValues) {
    splits.push_back(std::min<int64_t>(
        kNumValues,
        splits.back() + static_cast<int64_t>(bench::Below(random, 35))));
  }
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values).Build()),
                                splits);
}

// What one would write first.
void BM_ReduceAxesReference(benchmark::State& state) {
  const Tensor input = Floats();
  const auto splits = input.partition(0).row_splits();
  const auto items = input.items<float>();
  for (auto _ : state) {
    std::vector<float> sums;
    for (size_t row = 0; row + 1 < splits.size(); ++row) {
      float sum = 0;
      for (Offset i = splits[row]; i < splits[row + 1]; ++i) sum += items[i];
      sums.push_back(sum);
    }
    benchmark::DoNotOptimize(sums.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumValues);
}
BENCHMARK(BM_ReduceAxesReference);

// Argument: the axis, or 2 for all of them.
void BM_ReduceAxes(benchmark::State& state, ReduceOp op) {
  const Tensor input = Floats();
  ReduceAxesOptions options;
  if (state.range(0) < 2)
    options.axes = std::vector<int>{static_cast<int>(state.range(0))};
  options.exec.num_threads = 1;
  if (!Reduce(input, op, options).ok()) state.SkipWithError("failed");
  for (auto _ : state) benchmark::DoNotOptimize(Reduce(input, op, options));
  state.SetItemsProcessed(state.iterations() * kNumValues);
}
BENCHMARK_CAPTURE(BM_ReduceAxes, sum, ReduceOp::kSum)->DenseRange(0, 2);
BENCHMARK_CAPTURE(BM_ReduceAxes, max, ReduceOp::kMax)->DenseRange(0, 2);
BENCHMARK_CAPTURE(BM_ReduceAxes, mean, ReduceOp::kMean)->DenseRange(0, 2);
BENCHMARK_CAPTURE(BM_ReduceAxes, variance, ReduceOp::kVariance)
    ->DenseRange(0, 2);
BENCHMARK_CAPTURE(BM_ReduceAxes, logsumexp, ReduceOp::kLogSumExp)
    ->DenseRange(0, 2);

}  // namespace
}  // namespace rowsplit
