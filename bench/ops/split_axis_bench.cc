#include <cstdint>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/split_axis.h"
#include "support/ragged_rows.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 100'000;
constexpr int64_t kWidth = 16;

Tensor Vectors() {
  BufferBuilder<float> items(kNumValues * kWidth);
  for (int64_t i = 0; i < kNumValues * kWidth; ++i)
    items[i] = static_cast<float>(i);
  const RowPartition rows = bench::RaggedRows(kNumValues, 17, 1);
  return *Tensor::FromPartition(
      rows, *Tensor::Dense(
                std::move(items).Build().Slice(0, rows.num_values() * kWidth),
                {rows.num_values(), kWidth}));
}

// What one would write first: a copy for each value of each piece.
void BM_SplitReference(benchmark::State& state) {
  const Tensor input = Vectors();
  const auto items = input.items<float>();
  for (auto _ : state) {
    std::vector<std::vector<float>> pieces(4);
    for (int64_t value = 0; value < input.num_values(); ++value) {
      for (int64_t piece = 0; piece < 4; ++piece) {
        const auto from = items.begin() + value * kWidth + piece * 4;
        pieces[piece].insert(pieces[piece].end(), from, from + 4);
      }
    }
    benchmark::DoNotOptimize(pieces.data());
  }
  state.SetItemsProcessed(state.iterations() * input.num_items());
}

void BM_Split(benchmark::State& state) {
  const Tensor input = Vectors();
  const auto axis = static_cast<int>(state.range(0));
  SplitAxisOptions options;
  options.exec.num_threads = 1;
  std::vector<int64_t> sizes(4, 4);
  if (axis == 0) sizes = {1, 2, 3, input.num_rows() - 6};
  const auto checked = Split(input, sizes, axis, options);
  if (!checked.ok() || checked->size() != 4) state.SkipWithError("wrong split");
  for (auto _ : state)
    benchmark::DoNotOptimize(Split(input, sizes, axis, options));
  state.SetItemsProcessed(state.iterations() * input.num_items());
}

BENCHMARK(BM_SplitReference);
// Argument: axis. The worst case is the inner one, whose values are copied.
BENCHMARK(BM_Split)->Arg(0)->Arg(2);

}  // namespace
}  // namespace rowsplit
