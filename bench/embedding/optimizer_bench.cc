#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/optimizer.h"

namespace rowsplit {
namespace {

// A step on the mean of 5,000 bags of 20 uniform ids, of a table of 100,000
// rows of 64 items.
struct Batch {
  Batch()
      : variable(*EmbeddingVariable::FromTable(
            *EmbeddingTable::Uniform(100'000, 64))) {
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
  EmbeddingVariable variable;
  Tensor ids;
  Tensor upstream;
};

// What one would write first: a dense gradient, and SGD on the whole table.
void BM_SgdReference(benchmark::State& state) {
  Batch batch;
  const auto ids = batch.ids.items<int64_t>();
  const auto upstream = batch.upstream.items<float>();
  std::vector<float> dense(size_t{100'000} * 64);
  for (auto _ : state) {
    std::fill(dense.begin(), dense.end(), 0.0f);
    for (size_t i = 0; i < ids.size(); ++i) {
      for (size_t item = 0; item < 64; ++item)
        dense[ids[i] * 64 + item] += upstream[i / 20 * 64 + item] / 20;
    }
    float* table = batch.variable.values().data();
    for (size_t i = 0; i < dense.size(); ++i) table[i] -= 0.01f * dense[i];
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * 100'000);
}

const OptimizerOptions kOptions[] = {SgdOptions{}, AdagradOptions{},
                                     RowWiseAdagradOptions{}, AdamOptions{}};
constexpr const char* kNames[] = {"SGD", "Adagrad", "row-wise Adagrad", "Adam"};

// Arguments: the optimizer, threads.
void BM_UpdateBags(benchmark::State& state) {
  Batch batch;
  auto optimizer =
      *EmbeddingOptimizer::Create(kOptions[state.range(0)], 100'000, 64);
  BagGradientOptions options;
  options.bag.exec.num_threads = static_cast<int>(state.range(1));
  for (auto _ : state) {
    if (!optimizer
             .UpdateBags(batch.variable, batch.ids, batch.upstream, options)
             .ok()) {
      state.SkipWithError("failed");
    }
  }
  state.SetLabel(kNames[state.range(0)]);
  state.SetItemsProcessed(state.iterations() * 100'000);
}

// The gradient as slices, then the step.
void BM_GradientThenUpdate(benchmark::State& state) {
  Batch batch;
  auto optimizer =
      *EmbeddingOptimizer::Create(kOptions[state.range(0)], 100'000, 64);
  BagGradientOptions options;
  options.bag.exec.num_threads = static_cast<int>(state.range(1));
  for (auto _ : state) {
    const auto gradient = EmbeddingBagGradient(
        batch.variable.table(), batch.ids, batch.upstream, options);
    if (!gradient.ok() ||
        !optimizer.Update(batch.variable, gradient->rows, options.bag.exec)
             .ok()) {
      state.SkipWithError("failed");
    }
  }
  state.SetLabel(kNames[state.range(0)]);
  state.SetItemsProcessed(state.iterations() * 100'000);
}

BENCHMARK(BM_SgdReference);
BENCHMARK(BM_UpdateBags)->ArgsProduct({{0, 1, 2, 3}, {1, 2}});
BENCHMARK(BM_GradientThenUpdate)->ArgsProduct({{0, 3}, {1, 2}});

}  // namespace
}  // namespace rowsplit
