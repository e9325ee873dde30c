#include <string>

#include "benchmark/benchmark.h"
#include "re2/re2.h"
#include "rowsplit/text/controls.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Prose, or what the op is for in every line.
const StringTensor& Dataset(int64_t dense) {
  if (dense == 0) return bench::ProseLines();
  static const auto* lines = [] {
    std::string text;
    for (int i = 0; i < 20'000; ++i)
      text += "a\xE2\x80\x8B b\x07 c\xE2\x80\xAE\n";
    return new StringTensor(bench::Lines(text));
  }();
  return *lines;
}

// The peer: RE2, a string a row.
void BM_ControlsRE2(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const RE2 re(
      R"([\x00-\x08\x0B\x0C\x0E-\x1F\x{7F}-\x{9F}\x{200B}\x{202A}-\x{202E}])");
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      std::string line(lines[row]);
      RE2::GlobalReplace(&line, re, " ");
      benchmark::DoNotOptimize(line.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_RemoveControls(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  if (!RemoveControls(lines, {.exec = {.num_threads = 1}}).ok())
    state.SkipWithError("no result");
  for (auto _ : state)
    benchmark::DoNotOptimize(
        RemoveControls(lines, {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

// Argument: 0 prose, 1 dense.
BENCHMARK(BM_ControlsRE2)->Arg(0)->Arg(1);
BENCHMARK(BM_RemoveControls)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
