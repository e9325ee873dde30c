#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/reshape.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRows = 100'000;

// Rows of two rows of three.
Tensor DeepRows() {
  const std::vector<float> values(kNumRows * 6, 1.0f);
  return *Tensor::FromPartitions(
      {*RowPartition::FromUniformRowLength(2, kNumRows),
       *RowPartition::FromUniformRowLength(3, 2 * kNumRows)},
      Tensor::Vector(Buffer<float>::Copy(std::span<const float>(values))));
}

void BM_MergeDimsReference(benchmark::State& state) {
  const Tensor input = DeepRows();
  const auto outer = input.partition(0).row_splits();
  const auto inner = input.partition(1).row_splits();
  for (auto _ : state) {
    std::vector<int64_t> splits;
    for (const int64_t split : outer) splits.push_back(inner[split]);
    benchmark::DoNotOptimize(splits.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumRows);
}

void BM_MergeDims(benchmark::State& state) {
  const Tensor input = DeepRows();
  if (MergeDims(input, 1, 2)->partition(0).row_length(5) != 6)
    state.SkipWithError("wrong rows");
  for (auto _ : state) benchmark::DoNotOptimize(MergeDims(input, 1, 2));
  state.SetItemsProcessed(state.iterations() * kNumRows);
}

void BM_ExpandDims(benchmark::State& state) {
  const Tensor input = DeepRows();
  for (auto _ : state) benchmark::DoNotOptimize(ExpandDims(input, 1));
  state.SetItemsProcessed(state.iterations() * kNumRows);
}

// Items are the rows.
BENCHMARK(BM_MergeDimsReference);
BENCHMARK(BM_MergeDims);
BENCHMARK(BM_ExpandDims);

}  // namespace
}  // namespace rowsplit
