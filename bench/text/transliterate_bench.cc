#include <algorithm>
#include <cstdint>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/transliterate.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// All on lines of many languages, or the first of them where ICU is slow.
StringTensorView Some(int64_t count) {
  const StringTensor& lines = bench::LanguageLines();
  return lines.view().Slice(0, std::min(count, lines.size()));
}

void BM_StripAccents(benchmark::State& state) {
  const StringTensorView lines = bench::LanguageLines();
  for (auto _ : state)
    benchmark::DoNotOptimize(
        *StripAccents(lines, {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

// The peer: the same by ICU.
void BM_StripAccentsIcu(benchmark::State& state) {
  const StringTensorView lines = Some(500);
  for (auto _ : state)
    benchmark::DoNotOptimize(*Transliterate(lines, "NFD; [:Mn:] Remove; NFC",
                                            {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

void BM_ConfusableSkeleton(benchmark::State& state) {
  const StringTensorView lines = Some(500);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        *ConfusableSkeleton(lines, {.exec = {.num_threads = 1}}));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_StripAccents);
BENCHMARK(BM_StripAccentsIcu);
BENCHMARK(BM_ConfusableSkeleton);

}  // namespace
}  // namespace rowsplit
