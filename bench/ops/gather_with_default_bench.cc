#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/gather_with_default.h"
#include "support/ragged_rows.h"

namespace rowsplit {
namespace {

constexpr int64_t kIds = 100'000;

Tensor SomeIds() {
  BufferBuilder<int64_t> ids(kIds);
  for (int64_t i = 0; i < kIds; ++i) ids[i] = i * 7919 % 1001 - 1;
  return Tensor::Vector(std::move(ids).Build());
}

Tensor Params(int64_t width) {
  return *Tensor::Dense(Buffer<float>::Copy(std::vector<float>(1000 * width)),
                        {1000, width});
}

// What one would write first: an insert for each id.
void BM_GatherWithDefaultReference(benchmark::State& state) {
  const Tensor ids = SomeIds();
  const Tensor params = Params(16);
  const std::vector<float> other(16);
  for (auto _ : state) {
    std::vector<float> values;
    for (const int64_t id : ids.items<int64_t>()) {
      const float* const row =
          id < 0 ? other.data() : params.items<float>().data() + id * 16;
      values.insert(values.end(), row, row + 16);
    }
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * kIds);
}

void BM_GatherWithDefault(benchmark::State& state) {
  const int64_t width = state.range(0);
  const Tensor ids = SomeIds();
  const Tensor params = Params(width);
  const Tensor other =
      Tensor::Vector(Buffer<float>::Copy(std::vector<float>(width)));
  const GatherWithDefaultOptions options = {.exec = {.num_threads = 1}};
  if (!GatherWithDefault(params, ids, other, options).ok())
    state.SkipWithError("wrong tensor");
  for (auto _ : state)
    benchmark::DoNotOptimize(GatherWithDefault(params, ids, other, options));
  state.SetItemsProcessed(state.iterations() * kIds);
}

BENCHMARK(BM_GatherWithDefaultReference);
// Arguments: width of a slice. The worst case is one item.
BENCHMARK(BM_GatherWithDefault)->Arg(16)->Arg(1);

}  // namespace
}  // namespace rowsplit
