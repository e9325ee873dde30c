#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/sparse.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

// 20,000 rows of 0 to 34 values.
Tensor RandomRows() {
  std::mt19937_64 random(5);
  std::vector<int64_t> lengths;
  for (int row = 0; row < 20'000; ++row)
    lengths.push_back(static_cast<int64_t>(bench::Below(random, 35)));
  RowPartition rows = *RowPartition::FromRowLengths(lengths);
  BufferBuilder<float> values(static_cast<size_t>(rows.num_values()));
  for (float& value : values.span()) value = 1;
  return *Tensor::FromPartition(std::move(rows),
                                Tensor::Vector(std::move(values).Build()));
}

void BM_ToSparseReference(benchmark::State& state) {
  const Tensor input = RandomRows();
  const auto splits = input.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<int64_t> indices;
    for (size_t row = 0; row + 1 < splits.size(); ++row) {
      for (Offset i = splits[row]; i < splits[row + 1]; ++i) {
        indices.push_back(static_cast<int64_t>(row));
        indices.push_back(i - splits[row]);
      }
    }
    benchmark::DoNotOptimize(indices.data());
  }
  state.SetItemsProcessed(state.iterations() * input.num_items());
}

void BM_ToSparse(benchmark::State& state) {
  const Tensor input = RandomRows();
  for (auto _ : state) benchmark::DoNotOptimize(ToSparse(input));
  state.SetItemsProcessed(state.iterations() * input.num_items());
}

void BM_FromSparse(benchmark::State& state) {
  const Tensor input = RandomRows();
  const SparseTensor sparse = *ToSparse(input);
  if (*FromSparse(sparse) != input) state.SkipWithError("wrong rows");
  for (auto _ : state) benchmark::DoNotOptimize(FromSparse(sparse));
  state.SetItemsProcessed(state.iterations() * input.num_items());
}

BENCHMARK(BM_ToSparseReference);
BENCHMARK(BM_ToSparse);
BENCHMARK(BM_FromSparse);

}  // namespace
}  // namespace rowsplit
