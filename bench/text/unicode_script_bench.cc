#include <unicode/uscript.h>

#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/text/unicode_codec.h"
#include "rowsplit/text/unicode_script.h"
#include "support/language_rows.h"

namespace rowsplit {
namespace {

const Buffer<int32_t>& Points() {
  static const auto* points = new Buffer<int32_t>(
      UnicodeDecode(bench::LanguageLines(), "UTF-8")->flat_values());
  return *points;
}

void SetPointCounters(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(Points().size()));
}

void BM_UnicodeScriptIcu(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<int32_t> scripts;
    for (const int32_t point : Points()) {
      UErrorCode error = U_ZERO_ERROR;
      scripts.push_back(uscript_getScript(point, &error));
    }
    benchmark::DoNotOptimize(scripts.data());
  }
  SetPointCounters(state);
}

void BM_UnicodeScript(benchmark::State& state) {
  const UnicodeScriptOptions options{.exec = {.num_threads = 1}};
  UErrorCode error = U_ZERO_ERROR;
  if (UnicodeScript(Points().span(), options).value()[0] !=
      uscript_getScript(Points()[0], &error))
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(UnicodeScript(Points().span(), options));
  SetPointCounters(state);
}

BENCHMARK(BM_UnicodeScriptIcu);
BENCHMARK(BM_UnicodeScript);

}  // namespace
}  // namespace rowsplit
