#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/slice.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRows = 100'000;

// Rows of 0 to `max_length` numbers.
Tensor RandomRows(int64_t max_length) {
  std::mt19937_64 random(7);
  std::vector<Offset> splits = {0};
  for (int64_t row = 0; row < kNumRows; ++row) {
    splits.push_back(splits.back() + static_cast<int64_t>(
                                         bench::Below(random, max_length + 1)));
  }
  BufferBuilder<float> values(static_cast<size_t>(splits.back()));
  for (float& value : values.span()) value = 1.0f;
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values).Build()),
                                splits);
}

const SliceItem kFirstEight = SliceRange{.end = 8};
const SliceItem kBackwards = SliceRange{.step = -1};

// What one would write first: rt[:, :8] row by row.
void BM_SliceColumnsReference(benchmark::State& state) {
  const Tensor input = RandomRows(state.range(0));
  const auto splits = input.partition(0).row_splits();
  const auto values = input.items<float>();
  for (auto _ : state) {
    std::vector<Offset> cut = {0};
    std::vector<float> taken;
    for (int64_t row = 0; row < kNumRows; ++row) {
      const int64_t end = std::min(splits[row] + 8, splits[row + 1]);
      taken.insert(taken.end(), values.begin() + splits[row],
                   values.begin() + end);
      cut.push_back(static_cast<Offset>(taken.size()));
    }
    benchmark::DoNotOptimize(taken.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumRows);
}

void Run(benchmark::State& state, std::vector<SliceItem> key) {
  const Tensor input = RandomRows(state.range(0));
  const SliceOptions options{.exec = {.num_threads = 1}};
  if (const auto checked = Slice(input, key, options);
      !checked.ok() || checked->rank() != 2)
    state.SkipWithError("wrong rows");
  for (auto _ : state) benchmark::DoNotOptimize(Slice(input, key, options));
  state.SetItemsProcessed(state.iterations() * kNumRows);
}

void BM_SliceColumns(benchmark::State& state) {
  Run(state, {SliceRange{}, kFirstEight});
}
void BM_SliceColumnsBackwards(benchmark::State& state) {
  Run(state, {SliceRange{}, kBackwards});
}
void BM_SliceRows(benchmark::State& state) { Run(state, {SliceRange{1, -1}}); }

// Argument: the longest row. Items are rows.
BENCHMARK(BM_SliceColumnsReference)->Arg(4)->Arg(34);
BENCHMARK(BM_SliceColumns)->Arg(4)->Arg(34);
BENCHMARK(BM_SliceColumnsBackwards)->Arg(4)->Arg(34);
BENCHMARK(BM_SliceRows)->Arg(34);

}  // namespace
}  // namespace rowsplit
