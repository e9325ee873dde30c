#include <cstdint>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/cross.h"
#include "rowsplit/ragged/tensor.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumRows = 20'000;

// Two inputs with `length` words a row.
std::vector<Tensor> Inputs(int64_t length) {
  StringTensorBuilder builder;
  for (int64_t i = 0; i < kNumRows * length; ++i)
    builder.Append("word" + std::to_string(i % 977));
  const Tensor words = *Tensor::FromPartition(
      *RowPartition::FromUniformRowLength(length, kNumRows),
      Tensor::Vector(std::move(builder).Build()));
  return {words, words};
}

void BM_CrossReference(benchmark::State& state) {
  const std::vector<Tensor> inputs = Inputs(state.range(0));
  const auto splits = inputs[0].partition(0).row_splits();
  for (auto _ : state) {
    std::vector<std::string> out;
    for (int64_t row = 0; row < kNumRows; ++row) {
      for (Offset i = splits[row]; i < splits[row + 1]; ++i) {
        for (Offset j = splits[row]; j < splits[row + 1]; ++j) {
          out.push_back(std::string(inputs[0].strings()[i]) + "_X_" +
                        std::string(inputs[1].strings()[j]));
        }
      }
    }
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumRows * state.range(0) *
                          state.range(0));
}

void BM_Cross(benchmark::State& state) {
  const std::vector<Tensor> inputs = Inputs(state.range(0));
  if (!Cross(inputs).ok()) state.SkipWithError("not defined");
  for (auto _ : state)
    benchmark::DoNotOptimize(Cross(inputs, {.exec = {.num_threads = 1}}));
  state.SetItemsProcessed(state.iterations() * kNumRows * state.range(0) *
                          state.range(0));
}

void BM_CrossHashed(benchmark::State& state) {
  const std::vector<Tensor> inputs = Inputs(state.range(0));
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        CrossHashed(inputs, {.num_buckets = 1000, .exec = {.num_threads = 1}}));
  }
  state.SetItemsProcessed(state.iterations() * kNumRows * state.range(0) *
                          state.range(0));
}

// Argument: words of a row in each of the two inputs.
BENCHMARK(BM_CrossReference)->Arg(1)->Arg(4);
BENCHMARK(BM_Cross)->Arg(1)->Arg(4);
BENCHMARK(BM_CrossHashed)->Arg(1)->Arg(4);

}  // namespace
}  // namespace rowsplit
