#include <string>

#include "benchmark/benchmark.h"
#include "re2/re2.h"
#include "rowsplit/text/mask.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Prose, or what the op is for in every line.
const StringTensor& Dataset(int64_t dense) {
  if (dense == 0) return bench::ProseLines();
  static const auto* lines = [] {
    std::string text;
    for (int i = 0; i < 20'000; ++i)
      text += "mail a.b@c.org, see http://d.org/e in 2024.\n";
    return new StringTensor(bench::Lines(text));
  }();
  return *lines;
}

// The peer: RE2, a string a row.
void BM_MaskRE2(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const RE2 re(R"(https?://\S+|[\w.]+@[\w.]+|\d+)");
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      std::string line(lines[row]);
      RE2::GlobalReplace(&line, re, " ");
      benchmark::DoNotOptimize(line.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_Mask(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  if (!Mask(lines, {.urls = "<u>",
                    .emails = "<m>",
                    .numbers = "0",
                    .exec = {.num_threads = 1}})
           .ok())
    state.SkipWithError("no result");
  for (auto _ : state)
    benchmark::DoNotOptimize(Mask(lines, {.urls = "<u>",
                                          .emails = "<m>",
                                          .numbers = "0",
                                          .exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

// Argument: 0 prose, 1 dense.
BENCHMARK(BM_MaskRE2)->Arg(0)->Arg(1);
BENCHMARK(BM_Mask)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
