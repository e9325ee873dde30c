#include <string>

#include "benchmark/benchmark.h"
#include "rowsplit/text/mojibake.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Prose, or what the op is for in every line.
const StringTensor& Dataset(int64_t dense) {
  if (dense == 0) return bench::ProseLines();
  static const auto* lines = [] {
    std::string text;
    for (int i = 0; i < 20'000; ++i)
      text += "caf\xC3\x83\xC2\xA9 na\xC3\x83\xC2\xAFve\n";
    return new StringTensor(bench::Lines(text));
  }();
  return *lines;
}

// The least that it can cost: a copy of each row.
void BM_CopyRows(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      std::string line(lines[row]);
      benchmark::DoNotOptimize(line.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_RepairMojibake(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  if (!RepairMojibake(lines, {.exec = {.num_threads = 1}}).ok())
    state.SkipWithError("no result");
  for (auto _ : state)
    benchmark::DoNotOptimize(
        RepairMojibake(lines, {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

// Argument: 0 prose, 1 dense.
BENCHMARK(BM_CopyRows)->Arg(0)->Arg(1);
BENCHMARK(BM_RepairMojibake)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
