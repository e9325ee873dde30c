#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "kernels/reduce_lanes_ref.h"
#include "kernels/reduce_rows_ref.h"
#include "rowsplit/ops/reduce.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

// How long the rows are.
enum Lengths : int64_t {
  kUniform,  // 0 to 34, 17 on average
  kZipf,     // 1 to 1000, a length n with a weight of about 1 / n^2
  kLong,     // 500 to 1500
  kTiny,     // 0 to 2
  kOne,      // one row of all values: a contiguous reduction
};

int64_t NextLength(Lengths lengths, std::mt19937_64& random) {
  switch (lengths) {
    case kUniform:
      return static_cast<int64_t>(bench::Below(random, 35));
    case kZipf: {
      const double uniform = static_cast<double>(random() >> 11) * 0x1.0p-53;
      return static_cast<int64_t>(std::min(1000.0, 3 / (uniform + 1e-9)));
    }
    case kLong:
      return static_cast<int64_t>(500 + bench::Below(random, 1001));
    case kTiny:
      return static_cast<int64_t>(bench::Below(random, 3));
    case kOne:
      break;
  }
  return INT64_MAX / 2;
}

// `num_values` values of `width` items each, in rows.
template <typename T>
struct Data {
  Data(Lengths lengths, int64_t num_values, int64_t width)
      : values(static_cast<size_t>(num_values * width)) {
    std::mt19937_64 random(5);
    for (T& value : values)
      value = static_cast<T>(bench::Below(random, 1000)) / 8;
    while (splits.back() < num_values) {
      splits.push_back(
          std::min(num_values, splits.back() + NextLength(lengths, random)));
    }
  }
  std::vector<T> values;
  std::vector<Offset> splits = {0};
};

// Arguments: Lengths, values, width. Items are flat values.
template <typename T, typename Reduce>
void Run(benchmark::State& state, Reduce reduce) {
  const int64_t width = state.range(2);
  const Data<T> data(static_cast<Lengths>(state.range(0)), state.range(1),
                     width);
  const ReduceOptions options{.width = width, .exec = {.num_threads = 1}};
  const RaggedView<T> view{data.splits, data.values};
  if (!reduce(view, options).ok()) state.SkipWithError("failed");
  for (auto _ : state) benchmark::DoNotOptimize(reduce(view, options));
  state.SetItemsProcessed(state.iterations() * state.range(1));
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(data.values.size() * sizeof(T)));
}

// Of each row by itself, one number after the other, as one writes it first.
void BM_SumPlain(benchmark::State& state) {
  Run<float>(state, [](RaggedView<float> view, const auto&) {
    std::vector<float> sums;
    sums.reserve(view.splits.size());
    for (int64_t row = 0; row < view.num_rows(); ++row) {
      const std::span<const float> values = view.row(row);
      sums.push_back(std::accumulate(values.begin(), values.end(), 0.0f));
    }
    return absl::StatusOr<std::vector<float>>(std::move(sums));
  });
}
void BM_SumReference(benchmark::State& state) {
  Run<float>(state, [](RaggedView<float> view, const auto& options) {
    const auto num_rows = static_cast<size_t>(view.num_rows());
    std::vector<float> sums(num_rows * options.width);
    reference::SumRows(view.splits.data(), num_rows, view.values.data(),
                       static_cast<size_t>(options.width), sums.data());
    return absl::StatusOr<std::vector<float>>(std::move(sums));
  });
}

#define ROWSPLIT_REDUCE_BENCH(Name, Op, T)                                    \
  void BM_##Name(benchmark::State& state) {                                   \
    Run<T>(state,                                                             \
           [](auto view, const auto& options) { return Op(view, options); }); \
  }
ROWSPLIT_REDUCE_BENCH(Sum, Sum, float)
ROWSPLIT_REDUCE_BENCH(Max, Max, float)
ROWSPLIT_REDUCE_BENCH(Mean, Mean, float)
ROWSPLIT_REDUCE_BENCH(Variance, Variance, float)
ROWSPLIT_REDUCE_BENCH(Stats, Stats, float)
ROWSPLIT_REDUCE_BENCH(SumDouble, Sum, double)
ROWSPLIT_REDUCE_BENCH(SumInt32, Sum, int32_t)
ROWSPLIT_REDUCE_BENCH(SumInt64, Sum, int64_t)
ROWSPLIT_REDUCE_BENCH(MeanInt64, Mean, int64_t)
ROWSPLIT_REDUCE_BENCH(SumInt8, Sum, int8_t)
#undef ROWSPLIT_REDUCE_BENCH

// 1 MiB of numbers; of floats 16 MiB too.
#define ROWSPLIT_SINGLES(name) \
  BENCHMARK(name)->Args({kUniform, 1 << 18, 1})->Args({kZipf, 1 << 18, 1})
#define ROWSPLIT_ALL(name)            \
  ROWSPLIT_SINGLES(name)              \
      ->Args({kTiny, 1 << 18, 1})     \
      ->Args({kLong, 1 << 18, 1})     \
      ->Args({kOne, 1 << 18, 1})      \
      ->Args({kUniform, 1 << 22, 1})  \
      ->Args({kLong, 1 << 22, 1})     \
      ->Args({kOne, 1 << 22, 1})      \
      ->Args({kUniform, 1 << 13, 64}) \
      ->Args({kUniform, 1 << 16, 64}) \
      ->Args({kUniform, 1 << 16, 10})
ROWSPLIT_SINGLES(BM_SumPlain);
ROWSPLIT_SINGLES(BM_SumReference)->Args({kUniform, 1 << 13, 64});
ROWSPLIT_ALL(BM_Sum);
ROWSPLIT_ALL(BM_Max);
ROWSPLIT_ALL(BM_Mean);
ROWSPLIT_SINGLES(BM_Variance)->Args({kUniform, 1 << 13, 64});
ROWSPLIT_SINGLES(BM_Stats)->Args({kUniform, 1 << 13, 64});
ROWSPLIT_SINGLES(BM_SumDouble);
ROWSPLIT_SINGLES(BM_SumInt32);
ROWSPLIT_SINGLES(BM_SumInt64);
ROWSPLIT_SINGLES(BM_MeanInt64);
ROWSPLIT_SINGLES(BM_SumInt8);

}  // namespace
}  // namespace rowsplit
