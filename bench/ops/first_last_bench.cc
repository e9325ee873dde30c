#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ops/first_last.h"
#include "rowsplit/ragged/tensor.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 1'000'000;

// 1,000,000 floats in rows of 0 to 2 * mean.
Tensor Floats(int64_t mean) {
  std::mt19937_64 random(3);
  BufferBuilder<float> values(kNumValues);
  for (int64_t i = 0; i < kNumValues; ++i)
    values[i] = static_cast<float>(bench::Below(random, 1000));
  std::vector<Offset> splits = {0};
  while (splits.back() < kNumValues) {
    splits.push_back(std::min<int64_t>(
        kNumValues, splits.back() + static_cast<int64_t>(
                                        bench::Below(random, 2 * mean + 1))));
  }
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values).Build()),
                                splits);
}

// What one would write first. Argument: the mean length of a row.
void BM_FirstLastReference(benchmark::State& state) {
  const Tensor input = Floats(state.range(0));
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
  state.SetItemsProcessed(state.iterations() * kNumValues);
}
BENCHMARK(BM_FirstLastReference)->Arg(17)->Arg(1000);

void BM_FirstLast(benchmark::State& state) {
  const Tensor input = Floats(state.range(0));
  const auto run = [&] {
    return First(input,
                 {.empty = Tensor::Scalar(0.0F), .exec = {.num_threads = 1}});
  };
  if (!run().ok()) state.SkipWithError("failed");
  for (auto _ : state) benchmark::DoNotOptimize(run());
  state.SetItemsProcessed(state.iterations() * kNumValues);
}
BENCHMARK(BM_FirstLast)->Arg(17)->Arg(1000);

}  // namespace
}  // namespace rowsplit
