#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/gather_axes.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRows = 100'000;

// Rows of 0 to 34 numbers below `end`.
Tensor RandomRows(int64_t end) {
  std::mt19937_64 random(7);
  std::vector<Offset> splits = {0};
  for (int64_t row = 0; row < kNumRows; ++row) {
    splits.push_back(splits.back() +
                     static_cast<int64_t>(bench::Below(random, 35)));
  }
  BufferBuilder<int64_t> values(static_cast<size_t>(splits.back()));
  for (int64_t& value : values.span())
    value = static_cast<int64_t>(bench::Below(random, end));
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values).Build()),
                                splits);
}

Tensor RandomIndices(int64_t count) {
  std::mt19937_64 random(9);
  BufferBuilder<int64_t> ids(static_cast<size_t>(count));
  for (int64_t& id : ids.span())
    id = static_cast<int64_t>(bench::Below(random, kNumRows));
  return Tensor::Vector(std::move(ids).Build());
}

// What one would write first: row by row into a vector.
void BM_GatherRowsReference(benchmark::State& state) {
  const Tensor input = RandomRows(1000);
  const Tensor indices = RandomIndices(kNumRows);
  const auto splits = input.partition(0).row_splits();
  const auto values = input.items<int64_t>();
  for (auto _ : state) {
    std::vector<Offset> taken_splits = {0};
    std::vector<int64_t> taken;
    for (const int64_t row : indices.items<int64_t>()) {
      taken.insert(taken.end(), values.begin() + splits[row],
                   values.begin() + splits[row + 1]);
      taken_splits.push_back(static_cast<Offset>(taken.size()));
    }
    benchmark::DoNotOptimize(taken.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumRows);
}

void Run(benchmark::State& state, const Tensor& params, const Tensor& indices,
         int batch_dims) {
  const GatherAxesOptions options{.batch_dims = batch_dims,
                                  .exec = {.num_threads = 1}};
  if (const auto checked = Gather(params, indices, options);
      !checked.ok() || checked->num_rows() != kNumRows)
    state.SkipWithError("wrong rows");
  for (auto _ : state)
    benchmark::DoNotOptimize(Gather(params, indices, options));
  state.SetItemsProcessed(state.iterations() * kNumRows);
}

void BM_GatherRows(benchmark::State& state) {
  Run(state, RandomRows(1000), RandomIndices(kNumRows), 0);
}

// Every place of every row, which is the most that a batch may ask for.
void BM_GatherInRows(benchmark::State& state) {
  const Tensor params = RandomRows(1000);
  BufferBuilder<int64_t> places(static_cast<size_t>(params.num_values()));
  const auto splits = params.partition(0).row_splits();
  for (int64_t row = 0; row < kNumRows; ++row) {
    for (Offset i = splits[row]; i < splits[row + 1]; ++i)
      places[i] = splits[row + 1] - 1 - i;
  }
  Run(state, params,
      *params.WithFlatValues(Tensor::Vector(std::move(places).Build())), 1);
}

// Items are rows.
BENCHMARK(BM_GatherRowsReference);
BENCHMARK(BM_GatherRows);
BENCHMARK(BM_GatherInRows);

}  // namespace
}  // namespace rowsplit
