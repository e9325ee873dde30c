#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/split_merge.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Argument 0: many languages; 1: English prose.
const StringTensor& Dataset(int64_t prose) {
  return prose == 0 ? bench::LanguageLines() : bench::ProseLines();
}

void BM_SplitMerge(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  // A label for each byte, though there are fewer characters.
  const std::vector<int32_t> zeros(lines.bytes().size(), 0);
  const RaggedView<int32_t> labels = {lines.view().offsets(), zeros};
  const auto checked = SplitMerge(lines, labels, {.exec = {.num_threads = 1}});
  if (!checked.ok() || checked->tokens.num_rows() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(
        SplitMerge(lines, labels, {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_SplitMerge)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
