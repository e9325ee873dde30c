#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/text/unicode_codec.h"
#include "rowsplit/text/utf8_binarize.h"
#include "support/language_rows.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// By code points.
void BM_Utf8BinarizeReference(benchmark::State& state) {
  const StringTensor& lines = bench::LanguageLines();
  for (auto _ : state) {
    const auto points = UnicodeDecode(lines, "UTF-8");
    std::vector<float> bits(static_cast<size_t>(lines.size()) * 16 * 24);
    for (int64_t row = 0; row < lines.size(); ++row) {
      const auto line = points->view().row(row);
      for (size_t i = 0; i < line.size() && i < 16; ++i) {
        for (size_t bit = 0; bit < 24; ++bit)
          bits[(static_cast<size_t>(row) * 16 + i) * 24 + bit] =
              static_cast<float>(line[i] >> bit & 1);
      }
    }
    benchmark::DoNotOptimize(bits.data());
  }
  bench::SetRowCounters(state, lines);
}

void BM_Utf8Binarize(benchmark::State& state) {
  const StringTensor& lines = bench::LanguageLines();
  const Utf8BinarizeOptions options{.exec = {.num_threads = 1}};
  if (!Utf8Binarize(lines, options).ok()) state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(Utf8Binarize(lines, options));
  bench::SetRowCounters(state, lines);
}

BENCHMARK(BM_Utf8BinarizeReference);
BENCHMARK(BM_Utf8Binarize);

}  // namespace
}  // namespace rowsplit
