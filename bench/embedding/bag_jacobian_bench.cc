#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/embedding/bag_jacobian.h"

namespace rowsplit {
namespace {

// 50 bags of 20 ids of a table of 1,000 rows of 32 items, their maxima.
struct JacobianData {
  JacobianData() : table(*EmbeddingTable::Uniform(1'000, 32)) {
    std::mt19937_64 random(5);
    BufferBuilder<int64_t> flat(1'000);
    for (int64_t& id : flat.span()) id = static_cast<int64_t>(random() % 1'000);
    ids = *Tensor::Dense(std::move(flat).Build(), {50, 20});
    options.gradient.bag.mode = BagMode::kMax;
    options.gradient.bag.exec.num_threads = 1;
  }
  EmbeddingTable table;
  Tensor ids;
  BagJacobianOptions options;
};

// What one would write first: a gradient for each item of the result.
void BM_BagJacobianReference(benchmark::State& state) {
  const JacobianData data;
  for (auto _ : state) {
    for (int64_t item = 0; item < 32; ++item) {
      std::vector<float> upstream(size_t{50} * 32, 0.0f);
      for (int64_t bag = 0; bag < 50; ++bag) upstream[bag * 32 + item] = 1;
      benchmark::DoNotOptimize(EmbeddingBagGradient(
          data.table, data.ids,
          *Tensor::Dense(Buffer<float>::Copy(upstream), {50, 32}),
          data.options.gradient));
    }
  }
  state.SetItemsProcessed(state.iterations() * 1'000);
}

void BM_BagJacobian(benchmark::State& state) {
  JacobianData data;
  data.options.form = static_cast<JacobianForm>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        EmbeddingBagJacobian(data.table, data.ids, data.options));
  }
  state.SetItemsProcessed(state.iterations() * 1'000);
}

BENCHMARK(BM_BagJacobianReference);
BENCHMARK(BM_BagJacobian)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
