#include <cstdint>
#include <random>
#include <unordered_map>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/indexed_slices.h"

namespace rowsplit {
namespace {

// Arguments: rows of the table, width. 100,000 slices of uniform rows.
IndexedSlices Slices(int64_t num_rows, int64_t width) {
  std::mt19937_64 random(5);
  BufferBuilder<int64_t> indices(100'000);
  for (int64_t& index : indices.span())
    index = static_cast<int64_t>(random() % static_cast<uint64_t>(num_rows));
  BufferBuilder<float> values(indices.size() * static_cast<size_t>(width));
  for (float& value : values.span())
    value = static_cast<float>(random() % 1'000) / 1'000;
  return {std::move(indices).Build(), std::move(values).Build(), num_rows,
          width};
}

// What one would write first.
void BM_SumPerIdReference(benchmark::State& state) {
  const IndexedSlices slices = Slices(state.range(0), state.range(1));
  for (auto _ : state) {
    std::unordered_map<int64_t, std::vector<float>> sums;
    for (int64_t i = 0; i < slices.num_slices(); ++i) {
      auto& sum = sums[slices.indices[i]];
      sum.resize(static_cast<size_t>(slices.width));
      for (int64_t item = 0; item < slices.width; ++item)
        sum[item] += slices.slice(i)[item];
    }
    benchmark::DoNotOptimize(sums.size());
  }
  state.SetItemsProcessed(state.iterations() * slices.num_slices());
}

void BM_SumPerId(benchmark::State& state) {
  const IndexedSlices slices = Slices(state.range(0), state.range(1));
  const SumPerIdOptions options = {
      .exec = {.num_threads = static_cast<int>(state.range(2))}};
  if (!SumPerId(slices, options).ok()) state.SkipWithError("failed");
  for (auto _ : state) benchmark::DoNotOptimize(SumPerId(slices, options));
  state.SetItemsProcessed(state.iterations() * slices.num_slices());
}

BENCHMARK(BM_SumPerIdReference)->Args({100'000, 64})->Args({100, 64});
BENCHMARK(BM_SumPerId)
    ->Args({100'000, 64, 1})
    ->Args({100'000, 64, 2})
    ->Args({100, 64, 1})
    ->Args({100, 64, 2});

}  // namespace
}  // namespace rowsplit
