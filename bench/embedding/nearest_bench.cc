#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/embedding/nearest.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRows = 20'000;
constexpr int64_t kWidth = 300;

// Every dot product, the plain way, and no choice of the nearest.
void BM_NearestReference(benchmark::State& state) {
  const auto table = *EmbeddingTable::Uniform(kNumRows, kWidth);
  const auto query = table.view().row(7);
  std::vector<float> scores(kNumRows);
  for (auto _ : state) {
    for (int64_t row = 0; row < kNumRows; ++row) {
      float dot = 0;
      for (int64_t i = 0; i < kWidth; ++i)
        dot += query[i] * table.view().row(row)[i];
      scores[row] = dot;
    }
    benchmark::DoNotOptimize(scores.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumRows);
}
BENCHMARK(BM_NearestReference);

void BM_Nearest(benchmark::State& state, RowFormat format) {
  const auto floats = *EmbeddingTable::Uniform(kNumRows, kWidth);
  const auto table = *floats.ConvertTo(format);
  const int64_t num_queries = state.range(0);
  const Tensor queries = *Tensor::Dense(
      floats.values().Slice(0, num_queries * kWidth), {num_queries, kWidth});
  const NearestOptions options{.exec = {.num_threads = 1}};
  if (FindNearest(table, queries, options)->ids.items<int64_t>()[0] != 0)
    state.SkipWithError("not itself");
  for (auto _ : state)
    benchmark::DoNotOptimize(FindNearest(table, queries, options));
  state.SetItemsProcessed(state.iterations() * kNumRows * num_queries);
}
// Argument: queries.
BENCHMARK_CAPTURE(BM_Nearest, float32, RowFormat::kFloat32)->Arg(1)->Arg(16);
BENCHMARK_CAPTURE(BM_Nearest, int8, RowFormat::kInt8)->Arg(1)->Arg(16);

}  // namespace
}  // namespace rowsplit
