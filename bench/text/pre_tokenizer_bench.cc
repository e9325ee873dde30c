#include <cstdint>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/pre_tokenizer.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Argument 0: many languages; 1: English prose.
const StringTensor& Dataset(int64_t prose) {
  return prose == 0 ? bench::LanguageLines() : bench::ProseLines();
}

void BM_PreTokenize(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const PreTokenizer tokenizer = PreTokenizer::Whitespace();
  const auto checked = tokenizer.Split(lines, {.exec = {.num_threads = 1}});
  if (!checked.ok() || checked->tokens.num_rows() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(
        tokenizer.Split(lines, {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_PreTokenize)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
