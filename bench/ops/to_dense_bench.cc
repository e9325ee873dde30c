#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/to_dense.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRows = 20'000;

// Rows of 0 to twice the mean length.
template <typename T>
Tensor RandomRows(int64_t mean_length) {
  std::mt19937_64 random(5);
  std::vector<int64_t> lengths;
  for (int64_t row = 0; row < kNumRows; ++row)
    lengths.push_back(
        static_cast<int64_t>(bench::Below(random, 2 * mean_length + 1)));
  RowPartition rows = *RowPartition::FromRowLengths(lengths);
  BufferBuilder<T> values(static_cast<size_t>(rows.num_values()));
  for (T& value : values.span()) value = static_cast<T>(random());
  return *Tensor::FromPartition(std::move(rows),
                                Tensor::Vector(std::move(values).Build()));
}

void Count(benchmark::State& state, const Tensor& input, const Tensor& dense) {
  const auto per_second = benchmark::Counter::kIsIterationInvariantRate;
  state.SetItemsProcessed(state.iterations() * input.num_items());
  state.counters["bytes_written"] =
      benchmark::Counter(static_cast<double>(dense.bytes().size()), per_second);
}

template <typename T>
void BM_ToDenseReference(benchmark::State& state) {
  const Tensor input = RandomRows<T>(state.range(0));
  const Tensor dense = *ToDense(input);
  const int64_t width = dense.flat_shape()[1];
  const auto splits = input.partition(0).row_splits();
  const auto values = input.items<T>();
  for (auto _ : state) {
    std::vector<T> padded(static_cast<size_t>(kNumRows * width), T{0});
    for (int64_t row = 0; row < kNumRows; ++row) {
      std::copy(values.begin() + splits[row], values.begin() + splits[row + 1],
                padded.begin() + row * width);
    }
    benchmark::DoNotOptimize(padded.data());
  }
  Count(state, input, dense);
}

template <typename T>
void BM_ToDense(benchmark::State& state) {
  const Tensor input = RandomRows<T>(state.range(0));
  const ToDenseOptions options = {.exec = {.num_threads = 1}};
  const auto dense = ToDense(input, options);
  if (!dense.ok() || dense->num_rows() != kNumRows) {
    state.SkipWithError("wrong rows");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(ToDense(input, options));
  Count(state, input, *dense);
}

// One row of a million among short ones: the result is nearly all padding.
void BM_ToDenseOneHugeRow(benchmark::State& state) {
  std::vector<int64_t> lengths(64, 3);
  lengths[7] = 1'000'000;
  RowPartition rows = *RowPartition::FromRowLengths(lengths);
  const std::vector<float> values(rows.num_values(), 1.0f);
  const Tensor input = *Tensor::FromPartition(
      std::move(rows),
      Tensor::Vector(Buffer<float>::Copy(std::span<const float>(values))));
  const ToDenseOptions options = {.exec = {.num_threads = 1}};
  for (auto _ : state) benchmark::DoNotOptimize(ToDense(input, options));
  state.SetBytesProcessed(state.iterations() * 64 * 4'000'000);
}

// Argument: the mean length of a row. Items are the values, not the padding.
BENCHMARK(BM_ToDenseReference<float>)->Arg(4)->Arg(17)->Arg(100)->Arg(1000);
BENCHMARK(BM_ToDense<float>)->Arg(4)->Arg(17)->Arg(100)->Arg(1000);
BENCHMARK(BM_ToDenseReference<int64_t>)->Arg(17);
BENCHMARK(BM_ToDense<int64_t>)->Arg(17);
BENCHMARK(BM_ToDense<int8_t>)->Arg(17);
BENCHMARK(BM_ToDenseOneHugeRow);

}  // namespace
}  // namespace rowsplit
