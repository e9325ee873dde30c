#include <cstdint>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/regex_split.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Argument 0: many languages; 1: English prose. Second: 0 a class of bytes, 1
// runs of it.
const StringTensor& Dataset(int64_t prose) {
  return prose == 0 ? bench::LanguageLines() : bench::ProseLines();
}

void BM_RegexSplit(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const Regex delimiter =
      *Regex::Compile(state.range(1) == 0 ? "[ ,.]" : "[ ,.]+");
  const auto checked =
      RegexSplit(lines, delimiter, {.exec = {.num_threads = 1}});
  if (!checked.ok() || checked->num_rows() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(
        RegexSplit(lines, delimiter, {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_RegexSplit)->ArgsProduct({{0, 1}, {0, 1}});

}  // namespace
}  // namespace rowsplit
