#include <algorithm>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/text/rouge.h"
#include "support/ragged_rows.h"

namespace rowsplit {
namespace {

Tensor WordRows(int64_t num_rows, int64_t length, uint64_t seed) {
  return bench::RaggedWords(
      *RowPartition::FromUniformRowLength(length, num_rows), seed);
}

// What one would write first: the table of all pairs.
void BM_RougeLReference(benchmark::State& state) {
  const int64_t length = state.range(1);
  const Tensor a = WordRows(state.range(0), length, 1);
  const Tensor b = WordRows(state.range(0), length, 2);
  for (auto _ : state) {
    int64_t common = 0;
    for (int64_t row = 0; row < state.range(0); ++row) {
      std::vector<int64_t> best(static_cast<size_t>(length) + 1, 0);
      for (int64_t i = 0; i < length; ++i) {
        int64_t diagonal = 0;
        for (int64_t j = 0; j < length; ++j) {
          const int64_t above = best[j + 1];
          best[j + 1] =
              a.strings()[row * length + i] == b.strings()[row * length + j]
                  ? diagonal + 1
                  : std::max(above, best[j]);
          diagonal = above;
        }
      }
      common += best.back();
    }
    benchmark::DoNotOptimize(common);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0) * length);
}

void BM_RougeL(benchmark::State& state) {
  const Tensor a = WordRows(state.range(0), state.range(1), 1);
  const Tensor b = WordRows(state.range(0), state.range(1), 2);
  const RougeLOptions options = {.exec = {.num_threads = 1}};
  if (!RougeL(a, b, options).ok()) state.SkipWithError("wrong rows");
  for (auto _ : state) benchmark::DoNotOptimize(RougeL(a, b, options));
  state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
}

// Arguments: rows, tokens of a row. The worst case is long rows.
BENCHMARK(BM_RougeLReference)->Args({100, 60})->Args({1, 2000});
BENCHMARK(BM_RougeL)->Args({100, 60})->Args({1, 2000});

}  // namespace
}  // namespace rowsplit
