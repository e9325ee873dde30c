#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/text/byte_split.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// What one would write first.
void BM_ByteSplitReference(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  for (auto _ : state) {
    std::vector<uint8_t> bytes;
    std::vector<int32_t> starts;
    std::vector<int32_t> ends;
    for (int64_t row = 0; row < lines.size(); ++row) {
      for (size_t i = 0; i < lines[row].size(); ++i) {
        bytes.push_back(static_cast<uint8_t>(lines[row][i]));
        starts.push_back(static_cast<int32_t>(i));
        ends.push_back(static_cast<int32_t>(i) + 1);
      }
    }
    benchmark::DoNotOptimize(ends.data());
  }
  bench::SetRowCounters(state, lines);
}

void BM_ByteSplit(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const ByteSplitOptions options{.exec = {.num_threads = 1}};
  for (auto _ : state) benchmark::DoNotOptimize(ByteSplit(lines, options));
  bench::SetRowCounters(state, lines);
}

void BM_SplitByOffsets(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const ByteSplitOptions options{.exec = {.num_threads = 1}};
  const auto split = ByteSplit(lines, options);
  const auto starts = *RaggedTensor<int32_t>::FromFlatValues(
      split->bytes.shape(), split->starts);
  const auto checked =
      SplitByOffsets(lines, starts, split->ends.span(), options);
  if (checked->flat_values().view().text() != lines.view().text())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(
        SplitByOffsets(lines, starts, split->ends.span(), options));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_ByteSplitReference);
BENCHMARK(BM_ByteSplit);
// Worst case: a piece for each byte.
BENCHMARK(BM_SplitByOffsets);

}  // namespace
}  // namespace rowsplit
