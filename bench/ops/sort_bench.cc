#include <algorithm>
#include <cstdint>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/sort.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

// 1,000,000 random values in rows of 0 to `max_length`.
template <typename T>
Tensor RandomRows(int64_t max_length) {
  constexpr int64_t kNumValues = 1'000'000;
  std::mt19937_64 random(7);
  BufferBuilder<T> values(kNumValues);
  for (T& value : values.span())
    value = static_cast<T>(static_cast<int64_t>(random()) >> 33);
  std::vector<Offset> splits = {0};
  while (splits.back() < kNumValues) {
    splits.push_back(std::min<int64_t>(
        kNumValues, splits.back() + static_cast<int64_t>(
                                        bench::Below(random, max_length + 1))));
  }
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(values).Build()),
                                splits);
}

// What one would write first: std::sort on each row of a copy.
template <typename T>
void BM_SortReference(benchmark::State& state) {
  const Tensor input = RandomRows<T>(state.range(0));
  const auto splits = input.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<T> values(input.items<T>().begin(), input.items<T>().end());
    for (size_t row = 0; row + 1 < splits.size(); ++row)
      std::sort(values.begin() + splits[row], values.begin() + splits[row + 1]);
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

template <typename T>
void BM_Sort(benchmark::State& state) {
  const Tensor input = RandomRows<T>(state.range(0));
  const SortOptions options{.exec = {.num_threads = 1}};
  const auto checked = Sort(input, options);
  const int64_t first_row = input.partition(0).row_length(0);
  if (!checked.ok() || !std::is_sorted(checked->items<T>().begin(),
                                       checked->items<T>().begin() + first_row))
    state.SkipWithError("not sorted");
  for (auto _ : state) benchmark::DoNotOptimize(Sort(input, options));
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

void BM_SortStrings(benchmark::State& state) {
  bench::WordSource words(7);
  std::vector<std::string_view> strings;
  for (int i = 0; i < 100'000; ++i) strings.push_back(words.Next());
  const Tensor input = *Tensor::FromPartition(
      *RowPartition::FromUniformRowLength(20, 5'000),
      Tensor::Vector(StringTensor::FromStrings(strings)));
  const SortOptions options{.exec = {.num_threads = 1}};
  for (auto _ : state) benchmark::DoNotOptimize(Sort(input, options));
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

void BM_TopK(benchmark::State& state) {
  const Tensor input = RandomRows<float>(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(TopK(input, 5, {.exec = {.num_threads = 1}}));
  }
  state.SetItemsProcessed(state.iterations() * input.num_values());
}

// The argument is the greatest length of a row.
BENCHMARK_TEMPLATE(BM_SortReference, float)->Arg(34)->Arg(2000);
BENCHMARK_TEMPLATE(BM_SortReference, int64_t)->Arg(34);
BENCHMARK_TEMPLATE(BM_Sort, float)->Arg(34)->Arg(250)->Arg(2000);
BENCHMARK_TEMPLATE(BM_Sort, int32_t)->Arg(34);
BENCHMARK_TEMPLATE(BM_Sort, int64_t)->Arg(34)->Arg(250)->Arg(2000);
BENCHMARK(BM_SortStrings);
BENCHMARK(BM_TopK)->Arg(34)->Arg(100'000);

}  // namespace
}  // namespace rowsplit
