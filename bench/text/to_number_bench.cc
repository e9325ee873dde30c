#include <cstdint>
#include <cstdlib>
#include <string>

#include "benchmark/benchmark.h"
#include "rowsplit/text/to_number.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

const StringTensor& Numbers() {
  static const auto* numbers = [] {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 0.37) + "\n";
    return new StringTensor(bench::Lines(text));
  }();
  return *numbers;
}

// The peer, which needs a string with a NUL for each.
void BM_ToNumberStrtod(benchmark::State& state) {
  for (auto _ : state) {
    double sum = 0;
    for (int64_t i = 0; i < Numbers().size(); ++i)
      sum += std::strtod(std::string(Numbers()[i]).c_str(), nullptr);
    benchmark::DoNotOptimize(sum);
  }
  bench::SetRowCounters(state, Numbers());
}

void BM_ToNumber(benchmark::State& state) {
  const Tensor numbers = Tensor::Vector(Numbers());
  const ToNumberOptions options{.dtype = DType::kFloat64,
                                .exec = {.num_threads = 1}};
  const auto checked = ToNumber(numbers, options);
  if (!checked.ok() || checked->items<double>()[100] != 37.0)
    state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(ToNumber(numbers, options));
  bench::SetRowCounters(state, Numbers());
}

BENCHMARK(BM_ToNumberStrtod);
BENCHMARK(BM_ToNumber);

}  // namespace
}  // namespace rowsplit
