#include <cmath>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/softmax.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 1 << 18;

Tensor Logits(int64_t row_length) {
  std::vector<float> values(static_cast<size_t>(kNumValues));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(i % 100) / 10;
  return *Tensor::FromPartition(
      *RowPartition::FromUniformRowLength(row_length, kNumValues / row_length),
      Tensor::Vector(Buffer<float>::Copy(values)));
}

void BM_SoftmaxReference(benchmark::State& state) {
  const Tensor x = Logits(state.range(0));
  const auto splits = x.partition(0).row_splits();
  const auto items = x.items<float>();
  for (auto _ : state) {
    std::vector<float> out;
    for (int64_t row = 0; row < x.num_rows(); ++row) {
      float sum = 0;
      for (Offset i = splits[row]; i < splits[row + 1]; ++i)
        sum += std::exp(items[i]);
      for (Offset i = splits[row]; i < splits[row + 1]; ++i)
        out.push_back(std::exp(items[i]) / sum);
    }
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumValues);
}

void BM_Softmax(benchmark::State& state) {
  const Tensor x = Logits(state.range(0));
  const SoftmaxOptions options{.exec = {.num_threads = 1}};
  if (!Softmax(x, -1, options).ok()) state.SkipWithError("not defined");
  for (auto _ : state) benchmark::DoNotOptimize(Softmax(x, -1, options));
  state.SetItemsProcessed(state.iterations() * kNumValues);
}

// Argument: values of a row.
BENCHMARK(BM_SoftmaxReference)->Arg(2)->Arg(16)->Arg(1024);
BENCHMARK(BM_Softmax)->Arg(2)->Arg(16)->Arg(1024);

}  // namespace
}  // namespace rowsplit
