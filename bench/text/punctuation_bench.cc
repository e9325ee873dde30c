#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "kernels/byte_map_ref.h"
#include "re2/re2.h"
#include "rowsplit/text/punctuation.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// Prose, or the worst case: every second byte a mark.
const StringTensor& Dataset(int64_t worst) {
  if (worst == 0) return bench::ProseLines();
  static const auto* dense = [] {
    std::string text;
    for (int i = 0; i < 500'000; ++i) text += i % 40 == 39 ? "\n" : "a.";
    return new StringTensor(bench::Lines(text));
  }();
  return *dense;
}

void BM_StripPunctuationReference(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const kernels::ByteMap map = kernels::ByteMap::DropClass(AsciiPunctuation());
  std::string output(lines.bytes().size(), '\0');
  for (auto _ : state) {
    benchmark::DoNotOptimize(reference::MapAndDropBytes(
        map, reinterpret_cast<const uint8_t*>(lines.bytes().data()),
        lines.bytes().size(), reinterpret_cast<uint8_t*>(output.data())));
  }
  bench::SetRowCounters(state, lines);
}

// The peer: RE2, a string a row.
void BM_StripPunctuationRE2(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const RE2 marks("[[:punct:]]");
  for (auto _ : state) {
    for (int64_t row = 0; row < lines.size(); ++row) {
      std::string line(lines[row]);
      RE2::GlobalReplace(&line, marks, "");
      benchmark::DoNotOptimize(line.data());
    }
  }
  bench::SetRowCounters(state, lines);
}

void BM_StripPunctuation(benchmark::State& state) {
  const StringTensor& lines = Dataset(state.range(0));
  const StripPunctuationOptions options{.exec = {.num_threads = 1}};
  const auto checked = StripPunctuation(lines, options);
  if (!checked.ok() || checked->view().text().find(',') != std::string::npos)
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(StripPunctuation(lines, options));
  bench::SetRowCounters(state, lines);
}

// Argument: 0 prose, 1 the worst case.
BENCHMARK(BM_StripPunctuationReference)->Arg(0)->Arg(1);
BENCHMARK(BM_StripPunctuationRE2)->Arg(0)->Arg(1);
BENCHMARK(BM_StripPunctuation)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
