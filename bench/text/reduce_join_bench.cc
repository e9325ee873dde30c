#include <cstdint>
#include <string>
#include <utility>

#include "benchmark/benchmark.h"
#include "rowsplit/text/reduce_join.h"

namespace rowsplit {
namespace {

constexpr int64_t kStrings = 200'000;

Tensor Words() {
  StringTensorBuilder words;
  for (int64_t i = 0; i < kStrings; ++i)
    words.Append(std::to_string(i * 7919 % 100'003));
  return *Tensor::Dense(std::move(words).Build(), {kStrings / 8, 8});
}

void BM_ReduceJoin(benchmark::State& state) {
  const Tensor words = Words();
  const ReduceJoinOptions options{.axes = {{static_cast<int>(state.range(0))}},
                                  .separator = " ",
                                  .exec = {.num_threads = 1}};
  const auto checked = ReduceJoin(words, options);
  if (!checked.ok() || checked->rank() != 1)
    state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(ReduceJoin(words, options));
  state.SetItemsProcessed(state.iterations() * kStrings);
}

void BM_JoinElements(benchmark::State& state) {
  const Tensor words = Words();
  const Tensor inputs[] = {words, Tensor::Scalar(std::string_view("-")), words};
  const auto checked = JoinElements(inputs, "", {.num_threads = 1});
  if (!checked.ok() || checked->num_items() != kStrings)
    state.SkipWithError("wrong result");
  for (auto _ : state)
    benchmark::DoNotOptimize(JoinElements(inputs, "", {.num_threads = 1}));
  state.SetItemsProcessed(state.iterations() * kStrings);
}

// Argument: the axis.
BENCHMARK(BM_ReduceJoin)->Arg(0)->Arg(1);
BENCHMARK(BM_JoinElements);

}  // namespace
}  // namespace rowsplit
