#include <cstdint>

#include "benchmark/benchmark.h"
#include "rowsplit/text/substr.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// The peer: a string a row.
void BM_SubstrPlain(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  for (auto _ : state) {
    StringTensorBuilder out;
    for (int64_t row = 0; row < lines.size(); ++row)
      out.Append(lines[row].substr(0, 20));
    benchmark::DoNotOptimize(out.size());
  }
  bench::SetRowCounters(state, lines);
}

void BM_Substr(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const SubstrOptions options{
      .unit = state.range(0) == 0 ? CharUnit::kByte : CharUnit::kUtf8Char,
      .exec = {.num_threads = 1}};
  const int64_t position = 0;
  const int64_t length = 20;
  const auto checked = Substr(lines, {&position, 1}, {&length, 1}, options);
  if (!checked.ok() || checked->size() != lines.size())
    state.SkipWithError("wrong result");
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Substr(lines, {&position, 1}, {&length, 1}, options));
  }
  bench::SetRowCounters(state, lines);
}

// Argument: 0 bytes, 1 characters.
BENCHMARK(BM_SubstrPlain);
BENCHMARK(BM_Substr)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
