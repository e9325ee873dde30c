#include <cstdint>
#include <cstdio>
#include <utility>

#include "benchmark/benchmark.h"
#include "rowsplit/text/as_string.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumbers = 100'000;

Tensor Values() {
  BufferBuilder<double> values(kNumbers);
  for (int64_t i = 0; i < kNumbers; ++i)
    values[i] = static_cast<double>(i) * 0.37;
  return Tensor::Vector(std::move(values).Build());
}

// The peer.
void BM_AsStringPrintf(benchmark::State& state) {
  const Tensor values = Values();
  for (auto _ : state) {
    StringTensorBuilder out;
    for (const double value : values.items<double>()) {
      char text[400];
      const int size = std::snprintf(text, sizeof(text), "%f", value);
      out.Append({text, static_cast<size_t>(size)});
    }
    benchmark::DoNotOptimize(out.size());
  }
  state.SetItemsProcessed(state.iterations() * kNumbers);
}

void BM_AsString(benchmark::State& state) {
  const Tensor values = Values();
  const AsStringOptions options{.exec = {.num_threads = 1}};
  const auto checked = AsString(values, options);
  if (!checked.ok() || checked->strings()[100] != "37.000000")
    state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(AsString(values, options));
  state.SetItemsProcessed(state.iterations() * kNumbers);
}

BENCHMARK(BM_AsStringPrintf);
BENCHMARK(BM_AsString);

}  // namespace
}  // namespace rowsplit
