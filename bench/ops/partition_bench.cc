#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/partition.h"
#include "support/ragged_rows.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 1'000'000;

Tensor Ids(int64_t num_partitions) {
  std::mt19937_64 random(5);
  BufferBuilder<int64_t> ids(kNumValues);
  for (int64_t& id : ids.span()) {
    id = static_cast<int64_t>(
        bench::Below(random, static_cast<uint64_t>(num_partitions)));
  }
  return Tensor::Vector(std::move(ids).Build());
}

Tensor Numbers() {
  BufferBuilder<int64_t> values(kNumValues);
  for (int64_t i = 0; i < kNumValues; ++i) values[i] = i;
  return Tensor::Vector(std::move(values).Build());
}

// What one would write first: a vector for each partition.
void BM_PartitionReference(benchmark::State& state) {
  const Tensor data = Numbers();
  const Tensor ids = Ids(state.range(0));
  for (auto _ : state) {
    std::vector<std::vector<int64_t>> rows(static_cast<size_t>(state.range(0)));
    for (int64_t i = 0; i < kNumValues; ++i)
      rows[ids.items<int64_t>()[i]].push_back(data.items<int64_t>()[i]);
    benchmark::DoNotOptimize(rows.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumValues);
}

void BM_Partition(benchmark::State& state) {
  const Tensor data = Numbers();
  const Tensor ids = Ids(state.range(0));
  PartitionOptions options;
  options.exec.num_threads = 1;
  const auto checked =
      StackDynamicPartitions(data, ids, state.range(0), options);
  if (!checked.ok() || checked->num_items() != kNumValues)
    state.SkipWithError("wrong tensor");
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        StackDynamicPartitions(data, ids, state.range(0), options));
  }
  state.SetItemsProcessed(state.iterations() * kNumValues);
}

// Argument: number of partitions. The worst case is many.
BENCHMARK(BM_PartitionReference)->Arg(100)->Arg(100'000);
BENCHMARK(BM_Partition)->Arg(100)->Arg(100'000);

}  // namespace
}  // namespace rowsplit
