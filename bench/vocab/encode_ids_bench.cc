#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/vocab/encode_ids.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumIds = 100'000;
constexpr int64_t kNumItems = 2'000'000;

// Rows of about `row_length` ids, most of them small as words' ids are.
Tensor RandomIds(int64_t row_length) {
  std::mt19937_64 random(11);
  std::vector<Offset> splits = {0};
  while (splits.back() < kNumItems) {
    splits.push_back(std::min<Offset>(
        kNumItems,
        splits.back() + 1 +
            static_cast<Offset>(bench::Below(
                random, static_cast<uint64_t>(2 * row_length - 1)))));
  }
  BufferBuilder<int64_t> ids(kNumItems);
  for (int64_t& id : ids.span()) {
    const uint64_t below = bench::Below(random, kNumIds) + 1;
    id = static_cast<int64_t>(
        bench::Below(random, bench::Below(random, below) + 1));
  }
  return *Tensor::FromRowSplits(Tensor::Vector(std::move(ids).Build()), splits);
}

EncodeIdsOptions Options(OutputMode mode) {
  EncodeIdsOptions options{
      .mode = mode, .num_ids = kNumIds, .exec = {.num_threads = 1}};
  if (mode == OutputMode::kTfIdf)
    options.idf_weights =
        Buffer<float>::Copy(std::vector<float>(kNumIds, 1.5f));
  return options;
}

// A map a row.
void BM_EncodeIdsCsrReference(benchmark::State& state) {
  const Tensor ids = RandomIds(state.range(0));
  const auto splits = ids.partition(0).row_splits();
  const auto items = ids.items<int64_t>();
  for (auto _ : state) {
    std::vector<int64_t> columns, values;
    for (int64_t row = 0; row < ids.num_rows(); ++row) {
      std::map<int64_t, int64_t> counts;
      for (int64_t i = splits[row]; i < splits[row + 1]; ++i)
        ++counts[items[i]];
      for (const auto& [id, count] : counts) {
        columns.push_back(id);
        values.push_back(count);
      }
    }
    benchmark::DoNotOptimize(columns.data());
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * ids.num_values());
}

void BM_EncodeIdsCsr(benchmark::State& state, OutputMode mode) {
  const Tensor ids = RandomIds(state.range(0));
  const EncodeIdsOptions options = Options(mode);
  if (const auto checked = EncodeIdsCsr(ids, options);
      !checked.ok() || checked->rows.num_rows() != ids.num_rows())
    state.SkipWithError("wrong rows");
  for (auto _ : state) benchmark::DoNotOptimize(EncodeIdsCsr(ids, options));
  state.SetItemsProcessed(state.iterations() * ids.num_values());
}

// Few columns: a dense row costs all of them.
void BM_EncodeIdsDense(benchmark::State& state) {
  const Tensor ids = RandomIds(state.range(0));
  EncodeIdsOptions options = Options(OutputMode::kCount);
  options.num_ids = 256;
  for (auto _ : state) benchmark::DoNotOptimize(EncodeIds(ids, options));
  state.SetItemsProcessed(state.iterations() * ids.num_values());
}

// Items are ids; argument: ids a row.
BENCHMARK(BM_EncodeIdsCsrReference)->Arg(20)->Arg(200)->Arg(1'000'000);
BENCHMARK_CAPTURE(BM_EncodeIdsCsr, count, OutputMode::kCount)
    ->Arg(5)
    ->Arg(20)
    ->Arg(200)
    ->Arg(1'000'000);
BENCHMARK_CAPTURE(BM_EncodeIdsCsr, tf_idf, OutputMode::kTfIdf)->Arg(200);
BENCHMARK(BM_EncodeIdsDense)->Arg(200);

}  // namespace
}  // namespace rowsplit
