#include <cstddef>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/boundaries.h"
#include "support/language_rows.h"
#include "support/text_rows.h"
#include "text/break_iterator.h"

namespace rowsplit {
namespace {

using internal::BreakIterator;
using internal::BreakUnit;

// Argument 0: many languages; 1: English prose.
const StringTensor& Dataset(int64_t prose) {
  return prose == 0 ? bench::LanguageLines() : bench::ProseLines();
}

// ICU's iterator, line by line.
void BM_WordsByIcu(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const auto iterator = BreakIterator::OpenPlain(BreakUnit::kWord);
  std::vector<size_t> ends;
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      ends.clear();
      iterator->AppendEnds(lines[row], ends);
      benchmark::DoNotOptimize(ends.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

using Split = absl::StatusOr<RaggedTensor<TokenSpan>> (*)(
    StringTensorView, const BoundaryOptions&);

void SplitLines(benchmark::State& state, Split split,
                const BoundaryOptions& options) {
  const StringTensor& lines = Dataset(state.range(0));
  BoundaryOptions one = options;
  one.exec.num_threads = 1;
  const auto checked = split(lines, one);
  if (!checked.ok() || checked->num_rows() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(split(lines, one));
  bench::SetRowCounters(state, lines);
}

void BM_SplitWords(benchmark::State& state) {
  SplitLines(state, SplitWords, {});
}
void BM_SplitWordsAlphanumericOnly(benchmark::State& state) {
  SplitLines(state, SplitWords, {.alphanumeric_only = true});
}
// With dictionaries.
void BM_SplitWordsOfRoot(benchmark::State& state) {
  SplitLines(state, SplitWords, {.locale = "root"});
}
void BM_SplitSentences(benchmark::State& state) {
  SplitLines(state, SplitSentences, {});
}
void BM_SplitGraphemes(benchmark::State& state) {
  SplitLines(state, SplitGraphemes, {});
}

// The dataset.
BENCHMARK(BM_WordsByIcu)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitWords)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitWordsAlphanumericOnly)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitWordsOfRoot)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitSentences)->Arg(0)->Arg(1);
BENCHMARK(BM_SplitGraphemes)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
