#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/from_dense.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRows = 20'000;

struct Data {
  // Rows of 1 to `width` values that are not 0, and 0 behind them.
  explicit Data(int64_t width) {
    std::mt19937_64 random(5);
    BufferBuilder<int32_t> values(static_cast<size_t>(kNumRows * width));
    BufferBuilder<int64_t> row_lengths(static_cast<size_t>(kNumRows));
    for (int64_t row = 0; row < kNumRows; ++row) {
      row_lengths[row] = 1 + static_cast<int64_t>(bench::Below(random, width));
      num_values += row_lengths[row];
      for (int64_t i = 0; i < width; ++i)
        values[row * width + i] = i < row_lengths[row] ? 1 : 0;
    }
    dense = *Tensor::Dense(std::move(values).Build(), {kNumRows, width});
    lengths = std::move(row_lengths).Build();
  }
  Tensor dense;
  Buffer<int64_t> lengths;
  int64_t num_values = 0;
};

void BM_FromDenseReference(benchmark::State& state) {
  const Data data(state.range(0));
  const auto items = data.dense.items<int32_t>();
  for (auto _ : state) {
    std::vector<int32_t> values;
    for (int64_t row = 0; row < kNumRows; ++row) {
      const auto begin = items.begin() + row * state.range(0);
      values.insert(values.end(), begin, begin + data.lengths[row]);
    }
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * data.num_values);
}

void Run(benchmark::State& state, const Data& data,
         const FromDenseOptions& options) {
  if (const auto checked = FromDense(data.dense, options);
      !checked.ok() || checked->num_values() != data.num_values)
    state.SkipWithError("wrong values");
  for (auto _ : state) benchmark::DoNotOptimize(FromDense(data.dense, options));
  state.SetItemsProcessed(state.iterations() * data.num_values);
}

void BM_FromDenseLengths(benchmark::State& state) {
  const Data data(state.range(0));
  Run(state, data, {.lengths = data.lengths, .exec = {.num_threads = 1}});
}

void BM_FromDensePadding(benchmark::State& state) {
  const Data data(state.range(0));
  Run(state, data, {.padding = Tensor::Scalar(0), .exec = {.num_threads = 1}});
}

// Argument: the width. Items are the values that are kept.
BENCHMARK(BM_FromDenseReference)->Arg(34)->Arg(500);
BENCHMARK(BM_FromDenseLengths)->Arg(34)->Arg(500);
BENCHMARK(BM_FromDensePadding)->Arg(34)->Arg(500);

}  // namespace
}  // namespace rowsplit
