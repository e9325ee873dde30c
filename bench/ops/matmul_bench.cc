#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/matmul.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {
namespace {

constexpr int64_t kCount = 64;
constexpr int64_t kRows = 20;

struct Data {
  explicit Data(int64_t width)
      : a(*Tensor::FromPartition(
            *RowPartition::FromUniformRowLength(kRows, kCount),
            Ones({kCount * kRows, width}))),
        b(Ones({kCount, width, width})) {}
  static Tensor Ones(std::vector<int64_t> shape) {
    size_t items = 1;
    for (const int64_t size : shape) items *= static_cast<size_t>(size);
    return *Tensor::Dense(Buffer<float>::Copy(std::vector<float>(items, 1.0F)),
                          std::move(shape));
  }
  Tensor a, b;
};

void BM_MatmulReference(benchmark::State& state) {
  const int64_t width = state.range(0);
  const Data data(width);
  const auto a = data.a.items<float>();
  const auto b = data.b.items<float>();
  for (auto _ : state) {
    std::vector<float> out(static_cast<size_t>(kCount * kRows * width));
    for (int64_t m = 0; m < kCount; ++m)
      for (int64_t i = m * kRows; i < (m + 1) * kRows; ++i)
        for (int64_t j = 0; j < width; ++j)
          for (int64_t k = 0; k < width; ++k)
            out[i * width + j] +=
                a[i * width + k] * b[(m * width + k) * width + j];
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kCount * kRows * width * width);
}

void BM_Matmul(benchmark::State& state) {
  const int64_t width = state.range(0);
  const Data data(width);
  const MatmulOptions options{.exec = {.num_threads = 1}};
  if (const auto checked = Matmul(data.a, data.b, options);
      !checked.ok() ||
      checked->items<float>().back() != static_cast<float>(width))
    state.SkipWithError("wrong product");
  for (auto _ : state)
    benchmark::DoNotOptimize(Matmul(data.a, data.b, options));
  state.SetItemsProcessed(state.iterations() * kCount * kRows * width * width);
}

// Argument: the width of the matrices. Items are multiplications.
BENCHMARK(BM_MatmulReference)->Arg(16)->Arg(64)->Arg(128);
BENCHMARK(BM_Matmul)->Arg(16)->Arg(64)->Arg(128);

}  // namespace
}  // namespace rowsplit
