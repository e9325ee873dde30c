#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/one_hot.h"
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

constexpr int64_t kDepth = 16;

void BM_OneHotReference(benchmark::State& state) {
  const Tensor indices = RandomRows(kDepth);
  for (auto _ : state) {
    std::vector<float> hot(static_cast<size_t>(indices.num_values() * kDepth));
    for (int64_t i = 0; i < indices.num_values(); ++i)
      hot[i * kDepth + indices.items<int64_t>()[i]] = 1.0f;
    benchmark::DoNotOptimize(hot.data());
  }
  state.SetItemsProcessed(state.iterations() * indices.num_values());
}

void BM_OneHot(benchmark::State& state) {
  const Tensor indices = RandomRows(kDepth);
  const OneHotOptions options{.exec = {.num_threads = 1}};
  if (const auto checked = OneHot(indices, kDepth, options);
      !checked.ok() || checked->num_rows() != kNumRows)
    state.SkipWithError("wrong rows");
  for (auto _ : state)
    benchmark::DoNotOptimize(OneHot(indices, kDepth, options));
  state.SetItemsProcessed(state.iterations() * indices.num_values());
}

// Items are indices.
BENCHMARK(BM_OneHotReference);
BENCHMARK(BM_OneHot);

}  // namespace
}  // namespace rowsplit
