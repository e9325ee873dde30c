#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "kernels/convert_rows_ref.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/table.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRows = 100'000;

EmbeddingTable TableOf(int64_t format, int64_t width) {
  return *EmbeddingTable::Uniform(kNumRows, width,
                                  {.format = static_cast<RowFormat>(format)});
}

// One row after the other by the plain loop.
void BM_EncodeReference(benchmark::State& state) {
  const auto format = static_cast<RowFormat>(state.range(0));
  const int64_t width = state.range(1);
  const EmbeddingTable table = TableOf(0, width);
  const auto row_bytes = static_cast<size_t>(RowBytes(format, width));
  std::vector<uint8_t> rows(kNumRows * row_bytes);
  for (auto _ : state) {
    for (int64_t row = 0; row < kNumRows; ++row) {
      reference::EncodeRow(format, table.view().row(row).data(),
                           static_cast<size_t>(width),
                           rows.data() + static_cast<size_t>(row) * row_bytes);
    }
    benchmark::DoNotOptimize(rows.data());
  }
  state.SetBytesProcessed(state.iterations() * kNumRows * width * 4);
}

// From float32 to a format; the rate is that of the float32 bytes.
void BM_ConvertTo(benchmark::State& state) {
  const EmbeddingTable table = TableOf(0, state.range(1));
  const auto format = static_cast<RowFormat>(state.range(0));
  if (!table.ConvertTo(format).ok()) state.SkipWithError("failed");
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.ConvertTo(
        format, {.num_threads = static_cast<int>(state.range(2))}));
  }
  state.SetBytesProcessed(state.iterations() * kNumRows * state.range(1) * 4);
}

// Back to float32.
void BM_ToDense(benchmark::State& state) {
  const EmbeddingTable table = TableOf(state.range(0), state.range(1));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        table.ToDense({.num_threads = static_cast<int>(state.range(2))}));
  }
  state.SetBytesProcessed(state.iterations() * kNumRows * state.range(1) * 4);
}

void BM_ReadRows(benchmark::State& state) {
  const EmbeddingTable table = TableOf(state.range(0), state.range(1));
  std::mt19937_64 random(5);
  std::vector<int64_t> ids(50'000);
  for (int64_t& id : ids) {
    id = static_cast<int64_t>(bench::Below(random, kNumRows));
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.ReadRows(ids, {.num_threads = 1}));
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(ids.size()));
}

// Arguments: the format (float32, float16, bfloat16, int8, int4: 0 to 4), the
// width, the threads.
BENCHMARK(BM_EncodeReference)->ArgsProduct({{1, 2, 3, 4}, {64}});
BENCHMARK(BM_ConvertTo)->ArgsProduct({{1, 2, 3, 4}, {64, 300}, {1, 2}});
BENCHMARK(BM_ToDense)->ArgsProduct({{1, 2, 3, 4}, {64, 300}, {1, 2}});
BENCHMARK(BM_ReadRows)->ArgsProduct({{0, 1, 2, 3, 4}, {64, 300}});

}  // namespace
}  // namespace rowsplit
