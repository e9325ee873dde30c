#include <algorithm>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/concat.h"
#include "support/ragged_rows.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 1'000'000;

// Two tensors of equally many rows.
template <typename T>
std::vector<Tensor> TwoInputs(int64_t mean_length) {
  RowPartition first = bench::RaggedRows(kNumValues, mean_length, 1);
  RowPartition second = bench::RaggedRows(kNumValues, mean_length, 2);
  const int64_t num_rows = std::min(first.num_rows(), second.num_rows());
  const auto cut = [&](const RowPartition& rows) {
    return *RowPartition::FromRowSplits(
        rows.row_splits().first(static_cast<size_t>(num_rows) + 1));
  };
  first = cut(first);
  second = cut(second);
  if constexpr (std::is_same_v<T, char>) {
    return {bench::RaggedWords(first, 3), bench::RaggedWords(second, 4)};
  } else {
    return {bench::RaggedNumbers<T>(first), bench::RaggedNumbers<T>(second)};
  }
}

int64_t NumItems(std::span<const Tensor> inputs) {
  int64_t items = 0;
  for (const Tensor& input : inputs) items += input.num_items();
  return items;
}

// What one would write first: an insert a row.
void BM_ConcatReference(benchmark::State& state) {
  const auto inputs = TwoInputs<int64_t>(state.range(0));
  for (auto _ : state) {
    std::vector<int64_t> values;
    std::vector<Offset> splits = {0};
    for (int64_t row = 0; row < inputs[0].num_rows(); ++row) {
      for (const Tensor& input : inputs) {
        const auto rows = input.partition(0).row_splits();
        const auto items = input.items<int64_t>();
        values.insert(values.end(), items.begin() + rows[row],
                      items.begin() + rows[row + 1]);
      }
      splits.push_back(static_cast<Offset>(values.size()));
    }
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * NumItems(inputs));
}

template <typename T>
void BM_Concat(benchmark::State& state) {
  const auto inputs = TwoInputs<T>(state.range(0));
  const auto axis = static_cast<int>(state.range(1));
  ConcatOptions options;
  options.exec.num_threads = 1;
  const auto checked = Concat(inputs, axis, options);
  if (!checked.ok() || checked->num_items() != NumItems(inputs))
    state.SkipWithError("wrong tensor");
  for (auto _ : state) benchmark::DoNotOptimize(Concat(inputs, axis, options));
  state.SetItemsProcessed(state.iterations() * NumItems(inputs));
}

// Argument: mean row length.
BENCHMARK(BM_ConcatReference)->Arg(17);
// Arguments: mean row length, axis. The worst case is rows of one value.
BENCHMARK(BM_Concat<int64_t>)
    ->Args({17, 1})
    ->Args({1, 1})
    ->Args({1000, 1})
    ->Args({17, 0});
BENCHMARK(BM_Concat<int32_t>)->Args({17, 1});
BENCHMARK(BM_Concat<int8_t>)->Args({17, 1})->Args({1, 1});
BENCHMARK(BM_Concat<char>)->Args({17, 1});  // words

}  // namespace
}  // namespace rowsplit
