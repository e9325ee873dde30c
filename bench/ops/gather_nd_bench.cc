#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/gather_nd.h"
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

// A random row and the first place of it, for rows that have one.
Tensor RandomTuples(const Tensor& params) {
  std::mt19937_64 random(9);
  std::vector<int64_t> tuples;
  while (tuples.size() < 2 * kNumRows) {
    const auto row = static_cast<int64_t>(bench::Below(random, kNumRows));
    if (params.partition(0).row_length(row) == 0) continue;
    tuples.insert(tuples.end(), {row, 0});
  }
  return *Tensor::Dense(Buffer<int64_t>::Copy(tuples), {kNumRows, 2});
}

void BM_GatherNdReference(benchmark::State& state) {
  const Tensor params = RandomRows(1000);
  const Tensor tuples = RandomTuples(params);
  const auto splits = params.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<int64_t> taken;
    const auto places = tuples.items<int64_t>();
    for (size_t i = 0; i < places.size(); i += 2)
      taken.push_back(
          params.items<int64_t>()[splits[places[i]] + places[i + 1]]);
    benchmark::DoNotOptimize(taken.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumRows);
}

void BM_GatherNd(benchmark::State& state) {
  const Tensor params = RandomRows(1000);
  const Tensor tuples = RandomTuples(params);
  const GatherNdOptions options{.exec = {.num_threads = 1}};
  if (const auto checked = GatherNd(params, tuples, options);
      !checked.ok() || checked->num_rows() != kNumRows)
    state.SkipWithError("wrong values");
  for (auto _ : state)
    benchmark::DoNotOptimize(GatherNd(params, tuples, options));
  state.SetItemsProcessed(state.iterations() * kNumRows);
}

// Items are tuples.
BENCHMARK(BM_GatherNdReference);
BENCHMARK(BM_GatherNd);

}  // namespace
}  // namespace rowsplit
