#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/broadcast.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumValues = 1 << 20;

struct Data {
  explicit Data(int64_t row_length)
      : num_rows(kNumValues / row_length),
        column(*Tensor::Dense(Buffer<float>::Copy(std::vector<float>(
                                  static_cast<size_t>(num_rows), 2.0F)),
                              {num_rows, 1})),
        like(*Tensor::FromPartition(
            *RowPartition::FromUniformRowLength(row_length, num_rows),
            Tensor::Vector(Buffer<float>::Copy(std::vector<float>(
                static_cast<size_t>(num_rows * row_length), 1.0F))))) {}
  int64_t num_rows;
  Tensor column;
  Tensor like;
};

void BM_BroadcastToReference(benchmark::State& state) {
  const Data data(state.range(0));
  const auto splits = data.like.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<float> out;
    for (int64_t row = 0; row < data.num_rows; ++row)
      for (Offset i = splits[row]; i < splits[row + 1]; ++i)
        out.push_back(data.column.items<float>()[row]);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * data.like.num_items());
}

void BM_BroadcastTo(benchmark::State& state) {
  const Data data(state.range(0));
  const BroadcastOptions options{.exec = {.num_threads = 1}};
  if (const auto checked = BroadcastTo(data.column, data.like, options);
      !checked.ok() || checked->items<float>().back() != 2.0F)
    state.SkipWithError("wrong values");
  for (auto _ : state)
    benchmark::DoNotOptimize(BroadcastTo(data.column, data.like, options));
  state.SetItemsProcessed(state.iterations() * data.like.num_items());
}

// Argument: values of a row. Rows of one value are the worst case.
BENCHMARK(BM_BroadcastToReference)->Arg(1)->Arg(17)->Arg(1000);
BENCHMARK(BM_BroadcastTo)->Arg(1)->Arg(17)->Arg(1000);

}  // namespace
}  // namespace rowsplit
