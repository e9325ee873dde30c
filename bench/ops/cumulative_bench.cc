#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/cumulative.h"
#include "rowsplit/ragged/tensor.h"
#include "support/float_rows.h"

namespace rowsplit {
namespace {

// What one would write first. Argument: the mean length of a row.
void BM_CumulativeReference(benchmark::State& state) {
  const Tensor input = bench::FloatRows(state.range(0));
  const auto splits = input.partition(0).row_splits();
  const auto items = input.items<float>();
  for (auto _ : state) {
    std::vector<float> result(items.size());
    for (size_t row = 0; row + 1 < splits.size(); ++row) {
      float sum = 0;
      for (Offset i = splits[row]; i < splits[row + 1]; ++i)
        result[i] = sum += items[i];
    }
    benchmark::DoNotOptimize(result.data());
  }
  state.SetItemsProcessed(state.iterations() * bench::kNumFloats);
}
BENCHMARK(BM_CumulativeReference)->Arg(17)->Arg(1000);

void BM_Cumulative(benchmark::State& state) {
  const Tensor input = bench::FloatRows(state.range(0));
  const auto run = [&] {
    return Cumulative(input, CumulativeOp::kSum, 1,
                      {.exec = {.num_threads = 1}});
  };
  if (!run().ok()) state.SkipWithError("failed");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.SetItemsProcessed(state.iterations() * bench::kNumFloats);
}
BENCHMARK(BM_Cumulative)->Arg(17)->Arg(1000);

}  // namespace
}  // namespace rowsplit
