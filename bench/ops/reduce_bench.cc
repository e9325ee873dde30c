#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "kernels/reduce_rows_ref.h"
#include "rowsplit/ops/reduce.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

// 4 MB of floats in rows of 0 to `max_length` values of `width`.
struct Data {
  Data(int64_t width, int64_t max_length) : values(1 << 20) {
    std::mt19937_64 random(5);
    for (float& value : values)
      value = static_cast<float>(bench::Below(random, 1000)) / 1000;
    const int64_t num_values = static_cast<int64_t>(values.size()) / width;
    while (splits.back() < num_values) {
      const auto length =
          static_cast<int64_t>(bench::Below(random, max_length + 1));
      splits.push_back(std::min(num_values, splits.back() + length));
    }
  }
  std::vector<float> values;
  std::vector<Offset> splits = {0};
};

void BM_SumReference(benchmark::State& state) {
  const Data data(state.range(0), state.range(1));
  const size_t num_rows = data.splits.size() - 1;
  std::vector<float> output(num_rows * state.range(0));
  for (auto _ : state) {
    reference::SumRows(data.splits.data(), num_rows, data.values.data(),
                       static_cast<size_t>(state.range(0)), output.data());
    benchmark::DoNotOptimize(output.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(data.values.size()) * 4);
}

template <typename Reduce>
void Run(benchmark::State& state, Reduce reduce) {
  const Data data(state.range(0), state.range(1));
  const ReduceOptions options{.width = state.range(0),
                              .exec = {.num_threads = 1}};
  const RaggedView<float> view{data.splits, data.values};
  if (const auto checked = reduce(view, options);
      !checked.ok() ||
      checked->size() != (data.splits.size() - 1) * state.range(0))
    state.SkipWithError("wrong sizes");
  for (auto _ : state) benchmark::DoNotOptimize(reduce(view, options));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(data.values.size()) * 4);
}

void BM_Sum(benchmark::State& state) {
  Run(state, [](auto view, auto& options) { return Sum(view, options); });
}
void BM_Mean(benchmark::State& state) {
  Run(state, [](auto view, auto& options) { return Mean(view, options); });
}
void BM_Max(benchmark::State& state) {
  Run(state, [](auto view, auto& options) { return Max(view, options); });
}

// Arguments: width, the longest row. {1, 2} is the worst case.
#define ROWSPLIT_REDUCE_BENCH(name) \
  BENCHMARK(name)->Args({1, 40})->Args({10, 40})->Args({64, 40})->Args({1, 2})
ROWSPLIT_REDUCE_BENCH(BM_SumReference);
ROWSPLIT_REDUCE_BENCH(BM_Sum);
ROWSPLIT_REDUCE_BENCH(BM_Mean);
ROWSPLIT_REDUCE_BENCH(BM_Max);

}  // namespace
}  // namespace rowsplit
