#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/gather.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumIds = 100'000;
constexpr int64_t kWidth = 64;

struct Data {
  explicit Data(int64_t num_rows)
      : values(static_cast<size_t>(num_rows * kWidth), 1.0f),
        table{values, num_rows, kWidth} {
    std::mt19937_64 random(5);
    for (int64_t i = 0; i < kNumIds; ++i)
      ids.push_back(static_cast<int64_t>(bench::Below(random, num_rows)));
  }
  std::vector<float> values;
  TableView<float> table;
  std::vector<int64_t> ids;
};

void BM_GatherReference(benchmark::State& state) {
  const Data data(state.range(0));
  for (auto _ : state) {
    std::vector<float> gathered;
    for (const int64_t id : data.ids) {
      const auto row = data.table.row(id);
      gathered.insert(gathered.end(), row.begin(), row.end());
    }
    benchmark::DoNotOptimize(gathered.data());
  }
  state.SetBytesProcessed(state.iterations() * kNumIds * kWidth * 4);
}

void BM_Gather(benchmark::State& state) {
  const Data data(state.range(0));
  const GatherOptions options{.exec = {.num_threads = 1}};
  if (const auto checked = Gather(data.table, data.ids, options);
      !checked.ok() || checked->size() != size_t{kNumIds * kWidth})
    state.SkipWithError("wrong rows");
  for (auto _ : state)
    benchmark::DoNotOptimize(Gather(data.table, data.ids, options));
  state.SetBytesProcessed(state.iterations() * kNumIds * kWidth * 4);
}

// Argument: rows of the table. 5,000 stay in the cache; 200,000 are 51 MB, and
// random ids are the worst case.
BENCHMARK(BM_GatherReference)->Arg(5'000)->Arg(200'000);
BENCHMARK(BM_Gather)->Arg(5'000)->Arg(200'000);

}  // namespace
}  // namespace rowsplit
