#include <cstdint>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/embedding/lookup_sparse.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumIds = 100'000;
constexpr int64_t kIdsARow = 20;
constexpr int64_t kNumRows = 50'000;
constexpr int64_t kWidth = 64;

Tensor RandomTable() {
  const auto table = *EmbeddingTable::Uniform(kNumRows, kWidth);
  return *Tensor::Dense(table.values(), {kNumRows, kWidth});
}

Tensor RandomIds() {
  std::mt19937_64 random(5);
  BufferBuilder<int64_t> ids(kNumIds);
  for (int64_t& id : ids.span())
    id = static_cast<int64_t>(bench::Below(random, kNumRows));
  return *Tensor::FromPartition(
      *RowPartition::FromUniformRowLength(kIdsARow, kNumIds / kIdsARow),
      Tensor::Vector(std::move(ids).Build()));
}

// What one would write first: the mean of each row.
void BM_LookupSparseReference(benchmark::State& state) {
  const Tensor table = RandomTable();
  const Tensor ids = RandomIds();
  for (auto _ : state) {
    std::vector<float> means(kNumIds / kIdsARow * kWidth);
    for (int64_t i = 0; i < kNumIds; ++i) {
      const float* row =
          table.items<float>().data() + ids.items<int64_t>()[i] * kWidth;
      for (int64_t k = 0; k < kWidth; ++k)
        means[i / kIdsARow * kWidth + k] += row[k] / kIdsARow;
    }
    benchmark::DoNotOptimize(means.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumIds);
}
BENCHMARK(BM_LookupSparseReference);

void BM_LookupSparse(benchmark::State& state) {
  const Tensor table = RandomTable();
  const Tensor ids = RandomIds();
  const bool sparse = state.range(0) != 0;
  LookupSparseOptions options{.exec = {.num_threads = 1}};
  if (state.range(1) != 0) options.max_norm = 0.1;
  const SparseTensor indices = *ToSparse(ids);
  const auto run = [&] {
    return sparse
               ? EmbeddingLookupSparse({table}, indices, std::nullopt, options)
               : EmbeddingLookupSparse({table}, ids, std::nullopt, options);
  };
  if (!run().ok()) state.SkipWithError("failed");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.SetItemsProcessed(state.iterations() * kNumIds);
}
// Arguments: sparse ids, not ragged ones; whether rows are scaled to a norm.
BENCHMARK(BM_LookupSparse)->Args({0, 0})->Args({1, 0})->Args({0, 1});

void BM_SafeLookupSparse(benchmark::State& state) {
  const Tensor table = RandomTable();
  const Tensor ids = RandomIds();
  const SafeLookupSparseOptions options{.exec = {.num_threads = 1}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        SafeEmbeddingLookupSparse({table}, ids, std::nullopt, options));
  }
  state.SetItemsProcessed(state.iterations() * kNumIds);
}
BENCHMARK(BM_SafeLookupSparse);

}  // namespace
}  // namespace rowsplit
