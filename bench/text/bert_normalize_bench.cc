#include <cstdint>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/bert_normalize.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Argument 0: many languages; 1: English prose.
const StringTensor& Dataset(const benchmark::State& state) {
  return state.range(0) == 0 ? bench::LanguageLines() : bench::ProseLines();
}

void BM_BertNormalize(benchmark::State& state) {
  const StringTensor& lines = Dataset(state);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        *BertNormalize(lines, {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

void BM_FastBertNormalize(benchmark::State& state) {
  const StringTensor& lines = Dataset(state);
  for (auto _ : state)
    benchmark::DoNotOptimize(*FastBertNormalize(
        lines,
        {.lower_case_nfd_strip_accents = true, .exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

void BM_FastBertNormalizeWithOffsets(benchmark::State& state) {
  const StringTensor& lines = Dataset(state);
  for (auto _ : state)
    benchmark::DoNotOptimize(*FastBertNormalizeWithOffsets(
        lines,
        {.lower_case_nfd_strip_accents = true, .exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_BertNormalize)->DenseRange(0, 1);
BENCHMARK(BM_FastBertNormalize)->DenseRange(0, 1);
BENCHMARK(BM_FastBertNormalizeWithOffsets)->DenseRange(0, 1);

}  // namespace
}  // namespace rowsplit
