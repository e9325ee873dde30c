#include <cctype>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/text/split.h"
#include "rowsplit/text/wordshape.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

const StringTensor& Words() {
  static const auto* words = [] {
    const StringTensor& lines = bench::ProseLines();
    return new StringTensor(
        CopyTokens(*SplitWhitespace(lines), lines.bytes().span())
            ->flat_values());
  }();
  return *words;
}

// Of ASCII only.
void BM_HasOnlyDigitsReference(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<char> matches;
    for (int64_t i = 0; i < Words().size(); ++i) {
      bool matched = !Words()[i].empty();
      for (const char byte : Words()[i])
        matched = matched && std::isdigit(static_cast<unsigned char>(byte));
      matches.push_back(matched ? 1 : 0);
    }
    benchmark::DoNotOptimize(matches.data());
  }
  bench::SetRowCounters(state, Words());
}

void BM_MatchWordShape(benchmark::State& state) {
  const auto shape = static_cast<WordShape>(state.range(0));
  const MatchWordShapeOptions options{.exec = {.num_threads = 1}};
  if (!MatchWordShape(Words(), shape, options).ok())
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(MatchWordShape(Words(), shape, options));
  bench::SetRowCounters(state, Words());
}

BENCHMARK(BM_HasOnlyDigitsReference);
// Argument: the shape. 3 digits only, 12 ends with an emoticon, 19 title case.
BENCHMARK(BM_MatchWordShape)->Arg(3)->Arg(12)->Arg(19);

}  // namespace
}  // namespace rowsplit
