#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/boolean_mask.h"
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

// True for one value in `every`.
Tensor RandomMask(const Tensor& like, int64_t every) {
  std::mt19937_64 random(9);
  BufferBuilder<bool> mask(static_cast<size_t>(like.num_values()));
  for (bool& value : mask.span()) value = bench::Below(random, every) == 0;
  return *like.WithFlatValues(Tensor::Vector(std::move(mask).Build()));
}

void BM_BooleanMaskReference(benchmark::State& state) {
  const Tensor data = RandomRows(1000);
  const Tensor mask = RandomMask(data, state.range(0));
  const auto splits = data.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<Offset> kept_splits = {0};
    std::vector<int64_t> kept;
    for (int64_t row = 0; row < kNumRows; ++row) {
      for (Offset i = splits[row]; i < splits[row + 1]; ++i) {
        if (mask.items<bool>()[i]) kept.push_back(data.items<int64_t>()[i]);
      }
      kept_splits.push_back(static_cast<Offset>(kept.size()));
    }
    benchmark::DoNotOptimize(kept.data());
  }
  state.SetItemsProcessed(state.iterations() * data.num_values());
}

void BM_BooleanMask(benchmark::State& state) {
  const Tensor data = RandomRows(1000);
  const Tensor mask = RandomMask(data, state.range(0));
  const BooleanMaskOptions options{.exec = {.num_threads = 1}};
  if (const auto checked = BooleanMask(data, mask, options);
      !checked.ok() || checked->num_rows() != kNumRows)
    state.SkipWithError("wrong rows");
  for (auto _ : state)
    benchmark::DoNotOptimize(BooleanMask(data, mask, options));
  state.SetItemsProcessed(state.iterations() * data.num_values());
}

// Argument: one value in so many is kept; 2 is the worst case, short runs.
BENCHMARK(BM_BooleanMaskReference)->Arg(2)->Arg(20);
BENCHMARK(BM_BooleanMask)->Arg(2)->Arg(20);

}  // namespace
}  // namespace rowsplit
