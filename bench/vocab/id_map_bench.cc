#include <cstdint>
#include <unordered_map>
#include <utility>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/ragged/tensor.h"
#include "rowsplit/vocab/id_map.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

constexpr int64_t kOld = 100'000;

IdMap Backwards() {
  BufferBuilder<int64_t> map(kOld);
  for (int64_t old = 0; old < kOld; ++old) map[old] = kOld - 1 - old;
  return IdMap::CreateUnchecked(std::move(map).Build(), kOld);
}

Tensor Ids() {
  BufferBuilder<int64_t> ids(1'000'000);
  for (size_t i = 0; i < ids.size(); ++i) {
    ids[i] = static_cast<int64_t>(i * 7919 % kOld);
  }
  return Tensor::Vector(std::move(ids).Build());
}

// What one would write first: a map of numbers.
void BM_RemapIdsByHashMap(benchmark::State& state) {
  const Tensor ids = Ids();
  const IdMap map = Backwards();
  std::unordered_map<int64_t, int64_t> by_old;
  for (int64_t old = 0; old < kOld; ++old) by_old[old] = map.old_to_new()[old];
  for (auto _ : state) {
    BufferBuilder<int64_t> out(ids.num_items());
    int64_t i = 0;
    for (const int64_t id : ids.items<int64_t>()) out[i++] = by_old.at(id);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * ids.num_items());
}

void BM_RemapIds(benchmark::State& state) {
  const Tensor ids = Ids();
  const IdMap map = Backwards();
  const auto once = RemapIds(ids, map);
  if (!once.ok() || once->items<int64_t>()[0] != kOld - 1) {
    state.SkipWithError("wrong ids");
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(RemapIds(ids, map, {.exec = {.num_threads = 1}}));
  }
  state.SetItemsProcessed(state.iterations() * ids.num_items());
}

void BM_MapIds(benchmark::State& state) {
  const auto from =
      Vocabulary::FromTokens(bench::FrequentTokens(bench::Uniform(), 100'000));
  const auto to =
      Vocabulary::FromTokens(bench::FrequentTokens(bench::Uniform(), 50'000));
  if (!from.ok() || !to.ok()) {
    state.SkipWithError("no vocabulary");
    return;
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(MapIds(*from, *to, {.num_threads = 1}));
  }
  state.SetItemsProcessed(state.iterations() * from->size());
}

BENCHMARK(BM_RemapIdsByHashMap);
BENCHMARK(BM_RemapIds);
BENCHMARK(BM_MapIds);

}  // namespace
}  // namespace rowsplit
