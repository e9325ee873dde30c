// Unigrams and bigrams of prose, joined: a string at a time, and the op. Bytes
// are those of the text.
#include <cstdint>
#include <string>
#include <string_view>

#include "benchmark/benchmark.h"
#include "rowsplit/text/ngrams.h"
#include "rowsplit/text/split.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

RaggedStringTensor ProseTokens() {
  const StringTensor& lines = bench::ProseLines();
  return *CopyTokens(*SplitWhitespace(lines), lines.bytes().span());
}

void BM_NgramsReference(benchmark::State& state) {
  const RaggedStringTensor tokens = ProseTokens();
  const auto splits = tokens.shape().innermost().row_splits();
  const StringTensorView strings = tokens.flat_values();
  for (auto _ : state) {
    for (size_t row = 0; row + 1 < splits.size(); ++row) {
      for (Offset i = splits[row]; i < splits[row + 1]; ++i) {
        std::string ngram(strings[i]);
        benchmark::DoNotOptimize(ngram.data());
        if (i + 1 == splits[row + 1]) break;
        ngram += ' ';
        ngram += strings[i + 1];
        benchmark::DoNotOptimize(ngram.data());
      }
    }
  }
  bench::SetRowCounters(state, bench::ProseLines());
}

void BM_Ngrams(benchmark::State& state) {
  const RaggedStringTensor tokens = ProseTokens();
  const NgramsOptions options{.widths = {1, 2}, .exec = {.num_threads = 1}};
  const auto checked = Ngrams(tokens, options);
  if (!checked.ok() || checked->num_rows() != tokens.num_rows()) {
    state.SkipWithError("wrong result");
  }
  for (auto _ : state) benchmark::DoNotOptimize(Ngrams(tokens, options));
  bench::SetRowCounters(state, bench::ProseLines());
}

BENCHMARK(BM_NgramsReference);
BENCHMARK(BM_Ngrams);

}  // namespace
}  // namespace rowsplit
