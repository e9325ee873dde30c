#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/bag.h"
#include "support/datasets.h"
#include "support/ragged_rows.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumIds = 200'000;
constexpr int64_t kMeanLength = 20;

// Random items in any format, made once for each.
const EmbeddingTable& TableOf(RowFormat format, int64_t num_rows,
                              int64_t width) {
  static std::map<std::string, EmbeddingTable> tables;
  const std::string name = std::string(RowFormatName(format)) + "/" +
                           std::to_string(num_rows) + "/" +
                           std::to_string(width);
  const auto found = tables.find(name);
  if (found != tables.end()) return found->second;
  tables.clear();  // one at a time: the largest has 1.2 GB
  return tables[name] =
             *EmbeddingTable::Uniform(num_rows, width)->ConvertTo(format);
}

// Ids in bags of 0 to 40, uniform, or with a weight of about 1 / rank as words
// of a text have.
Tensor Ids(int64_t num_rows, bool text) {
  const RowPartition rows = bench::RaggedRows(kNumIds, kMeanLength, 7);
  std::mt19937_64 random(5);
  BufferBuilder<int64_t> ids(static_cast<size_t>(rows.num_values()));
  for (int64_t& id : ids.span()) {
    const double uniform = static_cast<double>(random() >> 11) * 0x1.0p-53;
    id = static_cast<int64_t>(
        text ? std::exp(uniform * std::log(static_cast<double>(num_rows)))
             : uniform * static_cast<double>(num_rows));
  }
  return *Tensor::FromPartition(rows, Tensor::Vector(std::move(ids).Build()));
}

// The loop that one would write first.
std::vector<float> PlainSum(const EmbeddingTable& table, const Tensor& ids) {
  const std::span<const Offset> splits = ids.partition(0).row_splits();
  const auto items = ids.items<int64_t>();
  std::vector<float> output;
  for (size_t bag = 0; bag + 1 < splits.size(); ++bag) {
    std::vector<float> sum(static_cast<size_t>(table.width()));
    for (Offset i = splits[bag]; i < splits[bag + 1]; ++i) {
      const std::span<const float> row = table.view().row(items[i]);
      for (size_t column = 0; column < sum.size(); ++column)
        sum[column] += row[column];
    }
    output.insert(output.end(), sum.begin(), sum.end());
  }
  return output;
}

void BM_EmbeddingBagReference(benchmark::State& state) {
  const EmbeddingTable& table =
      TableOf(RowFormat::kFloat32, state.range(0), state.range(1));
  const Tensor ids = Ids(state.range(0), state.range(2) != 0);
  for (auto _ : state) benchmark::DoNotOptimize(PlainSum(table, ids));
  state.SetItemsProcessed(state.iterations() * ids.num_items());
}

void BM_EmbeddingBag(benchmark::State& state, BagMode mode, RowFormat format) {
  const EmbeddingTable& table = TableOf(format, state.range(0), state.range(1));
  const Tensor ids = Ids(state.range(0), state.range(2) != 0);
  BagOptions options{.mode = mode, .exec = {.num_threads = 1}};
  const auto checked = EmbeddingBag(table, ids, options);
  if (!checked.ok()) return state.SkipWithError("failed");
  if (format == RowFormat::kFloat32 && mode == BagMode::kSum) {
    const std::vector<float> expected = PlainSum(table, ids);
    const auto items = checked->items<float>();
    if (!std::equal(items.begin(), items.end(), expected.begin()))
      return state.SkipWithError("wrong sums");
  }
  for (auto _ : state)
    benchmark::DoNotOptimize(EmbeddingBag(table, ids, options));
  state.SetItemsProcessed(state.iterations() * ids.num_items());
  state.SetBytesProcessed(state.iterations() * ids.num_items() *
                          RowBytes(format, table.width()));
}

// Random rows read and nothing done with them: the bound of every bag.
void BM_RandomRowRead(benchmark::State& state) {
  const EmbeddingTable& table =
      TableOf(RowFormat::kFloat32, state.range(0), state.range(1));
  const Tensor ids = Ids(state.range(0), false);
  const auto items = ids.items<int64_t>();
  const auto width = static_cast<size_t>(table.width());
  const float* values = table.view().values.data();
  for (auto _ : state) {
    float sum = 0;
    for (size_t i = 0; i < items.size(); ++i) {
      const size_t next = i + 8 < items.size() ? i + 8 : i;
      const float* ahead = values + static_cast<size_t>(items[next]) * width;
      const float* row = values + static_cast<size_t>(items[i]) * width;
      for (size_t column = 0; column < width; column += 16) {
        __builtin_prefetch(ahead + column);
        sum += row[column];  // one item of each line
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * ids.num_items());
  state.SetBytesProcessed(state.iterations() * ids.num_items() *
                          RowBytes(RowFormat::kFloat32, table.width()));
}

// Arguments: rows of the table, its width, 1 for ids as of a text. The table
// program beside this has the whole grid.
void Widths(benchmark::internal::Benchmark* bench) {
  for (const int64_t width : {16, 64, 128, 300}) {
    for (const int64_t text : {1, 0}) bench->Args({100'000, width, text});
  }
  bench->Args({1'000'000, 128, 0});
}
void Middle(benchmark::internal::Benchmark* bench) {
  bench->Args({100'000, 64, 1})->Args({100'000, 64, 0});
}

BENCHMARK(BM_EmbeddingBagReference)->Apply(Middle);
BENCHMARK(BM_RandomRowRead)->Args({1'000'000, 128});
BENCHMARK_CAPTURE(BM_EmbeddingBag, sum, BagMode::kSum, RowFormat::kFloat32)
    ->Apply(Widths);
#define ROWSPLIT_BAG_MODE(name, mode)                                          \
  BENCHMARK_CAPTURE(BM_EmbeddingBag, name, BagMode::mode, RowFormat::kFloat32) \
      ->Apply(Middle)
ROWSPLIT_BAG_MODE(mean, kMean);
ROWSPLIT_BAG_MODE(max, kMax);
ROWSPLIT_BAG_MODE(logsumexp, kLogSumExp);
ROWSPLIT_BAG_MODE(last, kLast);
#define ROWSPLIT_BAG_FORMAT(name, format)                       \
  BENCHMARK_CAPTURE(BM_EmbeddingBag, sum_##name, BagMode::kSum, \
                    RowFormat::format)                          \
      ->Apply(Middle)
ROWSPLIT_BAG_FORMAT(float16, kFloat16);
ROWSPLIT_BAG_FORMAT(bfloat16, kBfloat16);
ROWSPLIT_BAG_FORMAT(int8, kInt8);
ROWSPLIT_BAG_FORMAT(int4, kInt4);

}  // namespace
}  // namespace rowsplit
