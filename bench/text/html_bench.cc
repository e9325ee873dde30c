#include <string>

#include "benchmark/benchmark.h"
#include "re2/re2.h"
#include "rowsplit/text/html.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Prose, or what the op is for in every line.
const StringTensor& Dataset(int64_t dense) {
  if (dense == 0) return bench::ProseLines();
  static const auto* lines = [] {
    std::string text;
    for (int i = 0; i < 20'000; ++i)
      text += "<p>Caf&eacute; &amp; <b>bar</b><br>open\n";
    return new StringTensor(bench::Lines(text));
  }();
  return *lines;
}

// The peer: RE2, a string a row.
void BM_TagsRE2(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const RE2 re("<[^>]*>|&[a-z]+;");
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      std::string line(lines[row]);
      RE2::GlobalReplace(&line, re, " ");
      benchmark::DoNotOptimize(line.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_HtmlToText(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  if (!HtmlToText(lines, {.exec = {.num_threads = 1}}).ok())
    state.SkipWithError("no result");
  for (auto _ : state)
    benchmark::DoNotOptimize(HtmlToText(lines, {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

// Argument: 0 prose, 1 dense.
BENCHMARK(BM_TagsRE2)->Arg(0)->Arg(1);
BENCHMARK(BM_HtmlToText)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
