#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/gradient.h"
#include "rowsplit/ragged/row_partition.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

// 200,000 floats in rows of 20.
struct Data {
  Data() {
    std::mt19937_64 random(9);
    BufferBuilder<float> values(200'000);
    for (float& value : values.span())
      value = static_cast<float>(bench::Below(random, 1000)) / 1000;
    BufferBuilder<float> ones(10'000);
    for (float& value : ones.span()) value = 1;
    input =
        *Tensor::FromPartition(*RowPartition::FromUniformRowLength(20, 10'000),
                               Tensor::Vector(std::move(values).Build()));
    upstream = Tensor::Vector(std::move(ones).Build());
  }
  Tensor input;
  Tensor upstream;
};

// What one would write first, for the sum.
void BM_SumGradientReference(benchmark::State& state) {
  const Data data;
  const auto splits = data.input.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<float> output(data.input.num_items());
    for (size_t row = 0; row + 1 < splits.size(); ++row) {
      for (Offset i = splits[row]; i < splits[row + 1]; ++i)
        output[i] = data.upstream.items<float>()[row];
    }
    benchmark::DoNotOptimize(output.data());
  }
  state.SetItemsProcessed(state.iterations() * data.input.num_items());
}

void BM_Reduce(benchmark::State& state, absl::StatusOr<Tensor> (*gradient)(
                                            const Tensor&, const Tensor&,
                                            const ReduceGradientOptions&)) {
  const Data data;
  const ReduceGradientOptions options = {.axes = {{1}}};
  if (!gradient(data.input, data.upstream, options).ok())
    state.SkipWithError("failed");
  for (auto _ : state)
    benchmark::DoNotOptimize(gradient(data.input, data.upstream, options));
  state.SetItemsProcessed(state.iterations() * data.input.num_items());
}

void BM_SoftmaxGradient(benchmark::State& state) {
  const Data data;
  for (auto _ : state)
    benchmark::DoNotOptimize(SoftmaxGradient(data.input, data.input));
  state.SetItemsProcessed(state.iterations() * data.input.num_items());
}

BENCHMARK(BM_SumGradientReference);
BENCHMARK_CAPTURE(BM_Reduce, sum, SumGradient);
BENCHMARK_CAPTURE(BM_Reduce, max, MaxGradient);
BENCHMARK_CAPTURE(BM_Reduce, logsumexp, LogSumExpGradient);
BENCHMARK(BM_SoftmaxGradient);

}  // namespace
}  // namespace rowsplit
