#include <cstdint>
#include <string>

#include "benchmark/benchmark.h"
#include "rowsplit/text/charset.h"
#include "support/datasets.h"
#include "text/charset_stream.h"

namespace rowsplit {
namespace {

// The first 64 KiB: well-formed UTF-8 (0), or with bytes that are not (1).
void BM_DetectCharset(benchmark::State& state) {
  std::string text = bench::ProseText().substr(0, kCharsetSampleBytes);
  if (state.range(0) == 1) text[40] = '\xE9';
  if (!DetectCharset(text).ok()) state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(DetectCharset(text));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(text.size()));
}

// Prose as it is read with `encoding`.
void BM_ConvertInput(benchmark::State& state) {
  const std::string text = bench::ProseText().substr(0, 1 << 20);
  const char* encoding = state.range(0) == 0 ? "latin1" : "Shift_JIS";
  std::string out(1 << 16, '\0');
  for (auto _ : state) {
    auto stream = internal::CharsetStream::Open(encoding);
    size_t at = 0;
    while (true) {
      const auto step = stream->Convert({text.data() + at, text.size() - at},
                                        true, {out.data(), out.size()});
      at += step.consumed;
      if (step.produced == 0) break;
    }
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(text.size()));
}

BENCHMARK(BM_DetectCharset)->Arg(0)->Arg(1);
// Argument: 0 latin1, 1 Shift_JIS.
BENCHMARK(BM_ConvertInput)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
