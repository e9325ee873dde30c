#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/bag_gradient.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {
namespace {

// 5,000 bags of 20 uniform ids of 100,000 rows of 64 items.
struct Data {
  Data() : table(*EmbeddingTable::Uniform(100'000, 64)) {
    std::mt19937_64 random(5);
    BufferBuilder<int64_t> flat(100'000);
    for (int64_t& id : flat.span())
      id = static_cast<int64_t>(random() % 100'000);
    ids = *Tensor::Dense(std::move(flat).Build(), {5'000, 20});
    BufferBuilder<float> values(size_t{5'000} * 64);
    for (float& value : values.span())
      value = static_cast<float>(random() % 1'000) / 1'000;
    upstream = *Tensor::Dense(std::move(values).Build(), {5'000, 64});
  }
  EmbeddingTable table;
  Tensor ids;
  Tensor upstream;
};

// What one would write first: the dense gradient of a sum.
void BM_BagGradientReference(benchmark::State& state) {
  const Data data;
  const auto ids = data.ids.items<int64_t>();
  const auto upstream = data.upstream.items<float>();
  for (auto _ : state) {
    std::vector<float> dense(size_t{100'000} * 64);
    for (size_t i = 0; i < ids.size(); ++i) {
      for (size_t item = 0; item < 64; ++item)
        dense[ids[i] * 64 + item] += upstream[i / 20 * 64 + item];
    }
    benchmark::DoNotOptimize(dense.data());
  }
  state.SetItemsProcessed(state.iterations() * 100'000);
}

// Arguments: mode, threads.
void BM_BagGradient(benchmark::State& state) {
  const Data data;
  BagGradientOptions options;
  options.bag.mode = static_cast<BagMode>(state.range(0));
  options.bag.exec.num_threads = static_cast<int>(state.range(1));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        EmbeddingBagGradient(data.table, data.ids, data.upstream, options));
  }
  state.SetItemsProcessed(state.iterations() * 100'000);
}

void BM_BagGradientPerId(benchmark::State& state) {
  const Data data;
  BagGradientOptions options;
  options.bag.mode = static_cast<BagMode>(state.range(0));
  options.bag.exec.num_threads = static_cast<int>(state.range(1));
  for (auto _ : state) {
    benchmark::DoNotOptimize(EmbeddingBagGradientPerId(data.table, data.ids,
                                                       data.upstream, options));
  }
  state.SetItemsProcessed(state.iterations() * 100'000);
}

void Modes(benchmark::internal::Benchmark* bench) {
  for (const BagMode mode :
       {BagMode::kSum, BagMode::kMean, BagMode::kMax, BagMode::kLogSumExp}) {
    for (const int threads : {1, 2})
      bench->Args({static_cast<int64_t>(mode), threads});
  }
}

BENCHMARK(BM_BagGradientReference);
BENCHMARK(BM_BagGradient)->Apply(Modes);
BENCHMARK(BM_BagGradientPerId)->Apply(Modes);

}  // namespace
}  // namespace rowsplit
