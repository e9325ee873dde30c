#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "kernels/count_characters_ref.h"
#include "rowsplit/text/length.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

void BM_LengthReference(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  std::vector<int32_t> counts(static_cast<size_t>(lines.size()));
  for (auto _ : state) {
    reference::CountRowCharacters(
        reinterpret_cast<const uint8_t*>(lines.bytes().data()),
        lines.offsets().row_splits().data(), counts.size(), counts.data());
    benchmark::DoNotOptimize(counts.data());
  }
  bench::SetRowCounters(state, lines);
}

void BM_Length(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const LengthOptions options{
      .unit = state.range(0) == 0 ? CharUnit::kUtf8Char : CharUnit::kByte,
      .exec = {.num_threads = 1}};
  const auto checked = Length(lines, options);
  if (!checked.ok() || (*checked)[0] != static_cast<int32_t>(lines[0].size())) {
    state.SkipWithError("wrong result");
  }
  for (auto _ : state) benchmark::DoNotOptimize(Length(lines, options));
  bench::SetRowCounters(state, lines);
}

// Argument: 0 characters, 1 bytes.
BENCHMARK(BM_LengthReference);
BENCHMARK(BM_Length)->Arg(0)->Arg(1);

}  // namespace
}  // namespace rowsplit
