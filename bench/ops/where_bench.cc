#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ops/where.h"
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

void BM_WhereReference(benchmark::State& state) {
  const Tensor x = RandomRows(1000);
  const Tensor mask = RandomMask(x, 2);
  for (auto _ : state) {
    std::vector<int64_t> chosen;
    for (int64_t i = 0; i < x.num_values(); ++i)
      chosen.push_back(mask.items<bool>()[i] ? x.items<int64_t>()[i] : 0);
    benchmark::DoNotOptimize(chosen.data());
  }
  state.SetItemsProcessed(state.iterations() * x.num_values());
}

void BM_Where(benchmark::State& state) {
  const Tensor x = RandomRows(1000);
  const Tensor mask = RandomMask(x, 2);
  const Tensor y = state.range(0) == 0 ? Tensor::Scalar(int64_t{0}) : x;
  const WhereOptions options{.exec = {.num_threads = 1}};
  if (const auto checked = Where(mask, x, y, options);
      !checked.ok() || checked->num_rows() != kNumRows)
    state.SkipWithError("wrong rows");
  for (auto _ : state) benchmark::DoNotOptimize(Where(mask, x, y, options));
  state.SetItemsProcessed(state.iterations() * x.num_values());
}

void BM_WherePlaces(benchmark::State& state) {
  const Tensor mask = RandomMask(RandomRows(1000), 2);
  const WhereOptions options{.exec = {.num_threads = 1}};
  if (const auto checked = Where(mask, options);
      !checked.ok() || checked->rank() != 2)
    state.SkipWithError("wrong places");
  for (auto _ : state) benchmark::DoNotOptimize(Where(mask, options));
  state.SetItemsProcessed(state.iterations() * mask.num_values());
}

// Argument: whether the other side is a tensor or a scalar.
BENCHMARK(BM_WhereReference);
BENCHMARK(BM_Where)->Arg(0)->Arg(1);
BENCHMARK(BM_WherePlaces);

}  // namespace
}  // namespace rowsplit
