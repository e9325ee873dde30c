#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/arg_reduce.h"
#include "rowsplit/ragged/tensor.h"
#include "support/float_rows.h"

namespace rowsplit {
namespace {

// What one would write first. Argument: the mean length of a row.
void BM_ArgReduceReference(benchmark::State& state) {
  const Tensor input = bench::FloatRows(state.range(0));
  const auto splits = input.partition(0).row_splits();
  const auto items = input.items<float>();
  for (auto _ : state) {
    std::vector<int64_t> result;
    for (size_t row = 0; row + 1 < splits.size(); ++row) {
      const auto row_items =
          items.subspan(splits[row], splits[row + 1] - splits[row]);
      result.push_back(std::ranges::max_element(row_items) - row_items.begin());
    }
    benchmark::DoNotOptimize(result.data());
  }
  state.SetItemsProcessed(state.iterations() * bench::kNumFloats);
}
BENCHMARK(BM_ArgReduceReference)->Arg(17)->Arg(1000);

void BM_ArgReduce(benchmark::State& state) {
  const Tensor input = bench::FloatRows(state.range(0));
  const auto run = [&] {
    return ArgMax(input, 1, {.empty = -1, .exec = {.num_threads = 1}});
  };
  if (!run().ok()) state.SkipWithError("failed");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.SetItemsProcessed(state.iterations() * bench::kNumFloats);
}
BENCHMARK(BM_ArgReduce)->Arg(17)->Arg(1000);

}  // namespace
}  // namespace rowsplit
