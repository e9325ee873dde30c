#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/window.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 1'000'000;

// 1,000,000 ids in rows of 0 to 40.
struct Ids {
  Ids() : values(kNumValues) {
    std::mt19937_64 random(3);
    for (int64_t& value : values)
      value = static_cast<int64_t>(bench::Below(random, 5000));
    while (splits.back() < kNumValues) {
      splits.push_back(std::min<int64_t>(
          kNumValues,
          splits.back() + static_cast<int64_t>(bench::Below(random, 41))));
    }
  }
  std::vector<int64_t> values;
  std::vector<Offset> splits = {0};
};

// What one would write first: a vector a window.
void BM_WindowReference(benchmark::State& state) {
  const Ids ids;
  const int64_t size = state.range(0);
  const int64_t shift = state.range(1);
  for (auto _ : state) {
    std::vector<std::vector<int64_t>> windows;
    for (int64_t begin = 0; begin < kNumValues; begin += shift) {
      windows.emplace_back(
          ids.values.begin() + begin,
          ids.values.begin() + std::min(begin + size, kNumValues));
    }
    benchmark::DoNotOptimize(windows.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumValues);
}

void BM_Window(benchmark::State& state, WindowScope scope, int64_t stride) {
  const Ids ids;
  WindowOptions options{.size = state.range(0),
                        .shift = state.range(1),
                        .stride = stride,
                        .scope = scope};
  options.exec.num_threads = 1;
  const RaggedView<int64_t> view{ids.splits, ids.values};
  const auto checked = Window(view, options);
  if (!checked.ok() || checked->view().row(0)[0] != ids.values[0])
    state.SkipWithError("wrong windows");
  for (auto _ : state) benchmark::DoNotOptimize(Window(view, options));
  state.SetItemsProcessed(state.iterations() * kNumValues);
}

// Arguments: size, shift.
BENCHMARK(BM_WindowReference)->Args({11, 11})->Args({11, 1});
BENCHMARK_CAPTURE(BM_Window, across, WindowScope::kAcrossRows, 1)
    ->Args({11, 11})
    ->Args({11, 1});
BENCHMARK_CAPTURE(BM_Window, within, WindowScope::kWithinRow, 1)
    ->Args({11, 11})
    ->Args({11, 1});
// The worst case: windows of single values, and strides.
BENCHMARK_CAPTURE(BM_Window, across, WindowScope::kAcrossRows, 1)->Args({1, 1});
BENCHMARK_CAPTURE(BM_Window, across_stride, WindowScope::kAcrossRows, 3)
    ->Args({11, 11});

}  // namespace
}  // namespace rowsplit
