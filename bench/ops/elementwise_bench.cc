#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/elementwise.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {
namespace {

struct Data {
  explicit Data(int64_t num_values)
      : x(Ragged(num_values, 1.5F)),
        y(*x.WithFlatValues(Ragged(num_values, 0.5F).flat_values())),
        column(*Tensor::Dense(Buffer<float>::Copy(std::vector<float>(
                                  static_cast<size_t>(x.num_rows()), 0.5F)),
                              {x.num_rows(), 1})) {}
  static Tensor Ragged(int64_t num_values, float value) {
    return *Tensor::FromPartition(
        *RowPartition::FromUniformRowLength(16, num_values / 16),
        Tensor::Vector(Buffer<float>::Copy(
            std::vector<float>(static_cast<size_t>(num_values), value))));
  }
  Tensor x, y, column;
};

constexpr ElementwiseOptions kOneThread{.exec = {.num_threads = 1}};

void BM_AddReference(benchmark::State& state) {
  const Data data(state.range(0));
  const auto x = data.x.items<float>();
  const auto y = data.y.items<float>();
  for (auto _ : state) {
    std::vector<float> out;
    out.reserve(x.size());
    for (size_t i = 0; i < x.size(); ++i) out.push_back(x[i] + y[i]);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void Run(benchmark::State& state, BinaryOp op, const Tensor& x,
         const Tensor& y) {
  if (const auto checked = Binary(op, x, y, kOneThread); !checked.ok())
    state.SkipWithError("not defined");
  for (auto _ : state) benchmark::DoNotOptimize(Binary(op, x, y, kOneThread));
  state.SetItemsProcessed(state.iterations() * x.num_items());
}

void BM_Add(benchmark::State& state) {
  const Data data(state.range(0));
  Run(state, BinaryOp::kAdd, data.x, data.y);
}
void BM_AddScalar(benchmark::State& state) {
  const Data data(state.range(0));
  Run(state, BinaryOp::kAdd, data.x, Tensor::Scalar(0.5F));
}
void BM_AddColumn(benchmark::State& state) {
  const Data data(state.range(0));
  Run(state, BinaryOp::kAdd, data.x, data.column);
}
void BM_Less(benchmark::State& state) {
  const Data data(state.range(0));
  Run(state, BinaryOp::kLess, data.x, data.y);
}
void BM_Exp(benchmark::State& state) {
  const Data data(state.range(0));
  for (auto _ : state)
    benchmark::DoNotOptimize(Unary(UnaryOp::kExp, data.x, kOneThread));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// Argument: values, in rows of 16. 16,384 floats stay in the second cache;
// 4 Mi are 16 MiB an operand.
BENCHMARK(BM_AddReference)->Arg(1 << 14)->Arg(1 << 22);
BENCHMARK(BM_Add)->Arg(1 << 14)->Arg(1 << 22);
BENCHMARK(BM_AddScalar)->Arg(1 << 14)->Arg(1 << 22);
BENCHMARK(BM_AddColumn)->Arg(1 << 14)->Arg(1 << 22);
BENCHMARK(BM_Less)->Arg(1 << 14)->Arg(1 << 22);
BENCHMARK(BM_Exp)->Arg(1 << 14);

}  // namespace
}  // namespace rowsplit
