#include <cstdint>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/sentence_breaker.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Argument 0: many languages; 1: English prose.
const StringTensor& Dataset(int64_t prose) {
  return prose == 0 ? bench::LanguageLines() : bench::ProseLines();
}

void BM_BreakSentences(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const auto checked = BreakSentences(lines, {.exec = {.num_threads = 1}});
  if (!checked.ok() || checked->num_rows() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(
        BreakSentences(lines, {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_BreakSentences)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
