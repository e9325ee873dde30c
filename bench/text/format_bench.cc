#include <cstdint>
#include <string>
#include <utility>

#include "benchmark/benchmark.h"
#include "rowsplit/text/format.h"

namespace rowsplit {
namespace {

// All of many numbers, or three at either end of them.
void BM_Format(benchmark::State& state) {
  constexpr int64_t kNumbers = 100'000;
  BufferBuilder<int64_t> values(kNumbers);
  for (int64_t i = 0; i < kNumbers; ++i) values[i] = i;
  const Tensor tensor = Tensor::Vector(std::move(values).Build());
  const FormatOptions options{.summarize = state.range(0)};
  if (Format("{}", {&tensor, 1}, options)->substr(0, 6) != "[0 1 2")
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(Format("{}", {&tensor, 1}, options));
  state.SetItemsProcessed(state.iterations() * kNumbers);
}

// Argument: summarize.
BENCHMARK(BM_Format)->Arg(-1)->Arg(3);

}  // namespace
}  // namespace rowsplit
