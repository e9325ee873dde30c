#include <cstdint>
#include <random>
#include <utility>

#include "benchmark/benchmark.h"
#include "rowsplit/embedding/embedding_lookup.h"
#include "rowsplit/embedding/gather_reduce.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumIds = 100'000;
constexpr int64_t kIdsARow = 20;
constexpr int64_t kNumRows = 50'000;

Tensor RandomIds() {
  std::mt19937_64 random(5);
  BufferBuilder<int64_t> ids(kNumIds);
  for (int64_t& id : ids.span())
    id = static_cast<int64_t>(bench::Below(random, kNumRows));
  return *Tensor::FromPartition(
      *RowPartition::FromUniformRowLength(kIdsARow, kNumIds / kIdsARow),
      Tensor::Vector(std::move(ids).Build()));
}

const ReduceAxesOptions kInnermost{.axes = {{1}}, .exec = {.num_threads = 1}};

// Gather, then reduce: the rows go through memory.
void BM_GatherThenReduce(benchmark::State& state) {
  const auto table = *EmbeddingTable::Uniform(kNumRows, 64);
  const Tensor ids = RandomIds();
  for (auto _ : state) {
    const Tensor rows = *EmbeddingLookup(table, ids, {.exec = kInnermost.exec});
    benchmark::DoNotOptimize(Reduce(rows, ReduceOp::kMean, kInnermost));
  }
  state.SetItemsProcessed(state.iterations() * kNumIds);
}
BENCHMARK(BM_GatherThenReduce);

void BM_GatherReduce(benchmark::State& state, ReduceOp op) {
  const auto table = *EmbeddingTable::Uniform(kNumRows, 64);
  const Tensor ids = RandomIds();
  if (!GatherReduce(table, ids, op, kInnermost).ok())
    state.SkipWithError("failed");
  for (auto _ : state)
    benchmark::DoNotOptimize(GatherReduce(table, ids, op, kInnermost));
  state.SetItemsProcessed(state.iterations() * kNumIds);
}
BENCHMARK_CAPTURE(BM_GatherReduce, mean, ReduceOp::kMean);
BENCHMARK_CAPTURE(BM_GatherReduce, max, ReduceOp::kMax);

}  // namespace
}  // namespace rowsplit
