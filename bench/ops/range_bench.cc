#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/range.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

// Sizes of 0 to twice the mean.
std::vector<int64_t> Sizes(int64_t mean) {
  std::mt19937_64 random(5);
  std::vector<int64_t> sizes;
  for (int row = 0; row < 20'000; ++row)
    sizes.push_back(static_cast<int64_t>(bench::Below(random, 2 * mean + 1)));
  return sizes;
}

void BM_RangeReference(benchmark::State& state) {
  const std::vector<int64_t> sizes = Sizes(state.range(0));
  int64_t num_values = 0;
  for (auto _ : state) {
    std::vector<int64_t> values;
    for (const int64_t size : sizes)
      for (int64_t i = 0; i < size; ++i) values.push_back(i);
    num_values = static_cast<int64_t>(values.size());
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * num_values);
}

void BM_Range(benchmark::State& state) {
  const std::vector<int64_t> sizes = Sizes(state.range(0));
  const Tensor limits =
      Tensor::Vector(Buffer<int64_t>::Copy(std::span<const int64_t>(sizes)));
  const RangeOptions options = {.exec = {.num_threads = 1}};
  const auto checked = Range(limits, options);
  if (!checked.ok() || checked->num_rows() != limits.num_rows()) {
    state.SkipWithError("wrong rows");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(Range(limits, options));
  state.SetItemsProcessed(state.iterations() * checked->num_values());
}

// Argument: the mean length of a row.
BENCHMARK(BM_RangeReference)->Arg(17)->Arg(1000);
BENCHMARK(BM_Range)->Arg(17)->Arg(1000);

}  // namespace
}  // namespace rowsplit
