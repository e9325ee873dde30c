#include <cstdint>
#include <random>
#include <unordered_set>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/unique.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRows = 100'000;

// Rows of 0 to 34 numbers below `end`.
Tensor RandomRows(int64_t end) {
  std::mt19937_64 random(7);
  std::vector<Offset> splits = {0};
  for (int64_t row = 0; row < kNumRows; ++row) {
    splits.push_back(splits.back() +
                     static_cast<int64_t>(bench::Below(random, 35)));
  }
  BufferBuilder<int64_t> values(static_cast<size_t>(splits.back()));
  for (int64_t& value : values.span())
    value = static_cast<int64_t>(bench::Below(random, end));
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values).Build()),
                                splits);
}

void BM_UniqueReference(benchmark::State& state) {
  const Tensor input = RandomRows(state.range(0));
  const auto splits = input.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<int64_t> unique;
    for (int64_t row = 0; row < kNumRows; ++row) {
      std::unordered_set<int64_t> seen;
      for (Offset i = splits[row]; i < splits[row + 1]; ++i) {
        const int64_t value = input.items<int64_t>()[i];
        if (seen.insert(value).second) unique.push_back(value);
      }
    }
    benchmark::DoNotOptimize(unique.data());
  }
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

void BM_Unique(benchmark::State& state) {
  const Tensor input = RandomRows(state.range(0));
  const UniqueOptions options{.exec = {.num_threads = 1}};
  if (const auto checked = Unique(input, options);
      !checked.ok() || checked->values.num_rows() != kNumRows)
    state.SkipWithError("wrong rows");
  for (auto _ : state) benchmark::DoNotOptimize(Unique(input, options));
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

// Argument: how many different values there are.
BENCHMARK(BM_UniqueReference)->Arg(8)->Arg(10'000);
BENCHMARK(BM_Unique)->Arg(8)->Arg(10'000);

}  // namespace
}  // namespace rowsplit
