#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/first_last.h"
#include "rowsplit/ragged/tensor.h"
#include "support/float_rows.h"

namespace rowsplit {
namespace {

// What one would write first. Argument: the mean length of a row.
void BM_FirstLastReference(benchmark::State& state) {
  const Tensor input = bench::FloatRows(state.range(0));
  const auto splits = input.partition(0).row_splits();
  const auto items = input.items<float>();
  for (auto _ : state) {
    std::vector<float> result;
    for (size_t row = 0; row + 1 < splits.size(); ++row) {
      result.push_back(splits[row] < splits[row + 1] ? items[splits[row]]
                                                     : 0.0F);
    }
    benchmark::DoNotOptimize(result.data());
  }
  state.SetItemsProcessed(state.iterations() * bench::kNumFloats);
}
BENCHMARK(BM_FirstLastReference)->Arg(17)->Arg(1000);

void BM_FirstLast(benchmark::State& state) {
  const Tensor input = bench::FloatRows(state.range(0));
  const auto run = [&] {
    return First(input,
                 {.empty = Tensor::Scalar(0.0F), .exec = {.num_threads = 1}});
  };
  if (!run().ok()) state.SkipWithError("failed");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.SetItemsProcessed(state.iterations() * bench::kNumFloats);
}
BENCHMARK(BM_FirstLast)->Arg(17)->Arg(1000);

}  // namespace
}  // namespace rowsplit
