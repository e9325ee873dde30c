#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/data/npy.h"

namespace rowsplit {
namespace {

// A push_back for each value, after its own check.
void BM_NarrowReference(benchmark::State& state) {
  const std::vector<int64_t> values(state.range(0), 4999);
  std::vector<int32_t> narrow;
  for (auto _ : state) {
    narrow.clear();
    for (const int64_t value : values) {
      if (value < INT32_MIN || value > INT32_MAX) {
        state.SkipWithError("does not fit");
      }
      narrow.push_back(static_cast<int32_t>(value));
    }
    benchmark::DoNotOptimize(narrow.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void BM_AppendNpyInts(benchmark::State& state, NpyDtype dtype) {
  const std::vector<int64_t> values(state.range(0), 4999);
  BufferBuilder<char> out;
  for (auto _ : state) {
    out.Clear();
    if (!AppendNpyInts(values, dtype, out).ok()) {
      state.SkipWithError("does not fit");
    }
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// Argument: values; 10 is a row of the main job.
BENCHMARK(BM_NarrowReference)->Arg(10)->Arg(10000);
BENCHMARK_CAPTURE(BM_AppendNpyInts, uint16, NpyDtype::kUint16)
    ->Arg(10)
    ->Arg(10000);
BENCHMARK_CAPTURE(BM_AppendNpyInts, int32, NpyDtype::kInt32)
    ->Arg(10)
    ->Arg(10000);
BENCHMARK_CAPTURE(BM_AppendNpyInts, int64, NpyDtype::kInt64)
    ->Arg(10)
    ->Arg(10000);

}  // namespace
}  // namespace rowsplit
