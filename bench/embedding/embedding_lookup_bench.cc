#include <cstdint>
#include <random>
#include <utility>

#include "benchmark/benchmark.h"
#include "rowsplit/embedding/embedding_lookup.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumIds = 100'000;
constexpr int64_t kWidth = 64;

struct Data {
  explicit Data(int64_t num_rows)
      : table(*EmbeddingTable::Uniform(num_rows, kWidth)) {
    std::mt19937_64 random(5);
    BufferBuilder<int64_t> builder(kNumIds);
    for (int64_t& id : builder.span())
      id = static_cast<int64_t>(bench::Below(random, num_rows));
    ids = Tensor::Vector(std::move(builder).Build());
  }
  EmbeddingTable table;
  Tensor ids;
};

// The loop that one would write first.
void BM_EmbeddingLookupReference(benchmark::State& state) {
  const Data data(state.range(0));
  for (auto _ : state) {
    BufferBuilder<float> found;
    for (const int64_t id : data.ids.items<int64_t>())
      found.Append(data.table.view().row(id));
    benchmark::DoNotOptimize(found.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumIds);
}

void BM_EmbeddingLookup(benchmark::State& state) {
  const Data data(state.range(0));
  EmbeddingLookupOptions options{.exec = {.num_threads = 1}};
  if (state.range(1) != 0) options.max_norm = 0.1;
  if (!EmbeddingLookup(data.table, data.ids, options).ok())
    state.SkipWithError("failed");
  for (auto _ : state)
    benchmark::DoNotOptimize(EmbeddingLookup(data.table, data.ids, options));
  state.SetItemsProcessed(state.iterations() * kNumIds);
}

// Arguments: rows of the table; whether rows are scaled to a norm.
BENCHMARK(BM_EmbeddingLookupReference)->Arg(5'000)->Arg(200'000);
BENCHMARK(BM_EmbeddingLookup)
    ->Args({5'000, 0})
    ->Args({200'000, 0})
    ->Args({5'000, 1});

}  // namespace
}  // namespace rowsplit
