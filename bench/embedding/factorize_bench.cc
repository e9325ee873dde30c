#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "kernels/multiply_rows.h"
#include "kernels/multiply_rows_ref.h"
#include "rowsplit/embedding/factorize.h"
#include "rowsplit/embedding/table.h"

namespace rowsplit {
namespace {

constexpr int64_t kRows = 64;

// Short rows, the projection and room for the product.
struct Data {
  Data(int64_t depth, int64_t width)
      : rows(*EmbeddingTable::Uniform(kRows, depth, {.seed = 1})),
        matrix(*EmbeddingTable::Uniform(depth, width, {.seed = 2})),
        product(static_cast<size_t>(kRows * width)) {}
  EmbeddingTable rows;
  EmbeddingTable matrix;
  std::vector<float> product;
};

void Count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * kRows * state.range(0) *
                          state.range(1));
}

template <auto kMultiply>
void Multiply(benchmark::State& state) {
  Data data(state.range(0), state.range(1));
  for (auto _ : state) {
    kMultiply(data.rows.values().data(), kRows,
              static_cast<size_t>(state.range(0)), data.matrix.values().data(),
              static_cast<size_t>(state.range(1)), data.product.data());
    benchmark::DoNotOptimize(data.product.data());
  }
  Count(state);
}

void BM_MultiplyReference(benchmark::State& state) {
  Multiply<reference::MultiplyRows>(state);
}
void BM_MultiplyRows(benchmark::State& state) {
  Multiply<kernels::MultiplyRows>(state);
}

// Compiled for the oldest processor that the library runs on.
void BM_MultiplyEigen(benchmark::State& state) {
  using Rows =
      Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Data data(state.range(0), state.range(1));
  const Eigen::Map<const Rows> rows(data.rows.values().data(), kRows,
                                    state.range(0));
  const Eigen::Map<const Rows> matrix(data.matrix.values().data(),
                                      state.range(0), state.range(1));
  Eigen::Map<Rows> product(data.product.data(), kRows, state.range(1));
  for (auto _ : state) {
    product.noalias() = rows * matrix;
    benchmark::DoNotOptimize(data.product.data());
  }
  Count(state);
}

void BM_Factorize(benchmark::State& state) {
  const auto table = *EmbeddingTable::Uniform(state.range(0), state.range(1));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        Factorize(table, state.range(1) / 4, {.exec = {.num_threads = 1}}));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// Arguments: the rank and the width. The items are the multiplications.
BENCHMARK(BM_MultiplyReference)->Args({64, 300});
BENCHMARK(BM_MultiplyEigen)->Args({16, 128})->Args({64, 300});
BENCHMARK(BM_MultiplyRows)->Args({16, 128})->Args({64, 300});
// Rows and width.
BENCHMARK(BM_Factorize)->Args({2'000, 64})->Args({2'000, 300});

}  // namespace
}  // namespace rowsplit
