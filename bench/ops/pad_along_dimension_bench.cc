#include <algorithm>
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ops/pad_along_dimension.h"
#include "support/segment_rows.h"

namespace rowsplit {
namespace {

// What one would write first: rows of a resized vector.
void BM_PadModelInputsReference(benchmark::State& state) {
  const Tensor input = bench::TwoSegments(60)[0];
  const auto splits = input.partition(0).row_splits();
  for (auto _ : state) {
    std::vector<int32_t> padded(bench::kSegmentRows * 100);
    std::vector<int32_t> mask(bench::kSegmentRows * 100);
    for (int64_t row = 0; row < bench::kSegmentRows; ++row) {
      const int64_t size =
          std::min<int64_t>(100, splits[row + 1] - splits[row]);
      std::copy_n(input.items<int32_t>().data() + splits[row], size,
                  padded.data() + row * 100);
      std::fill_n(mask.data() + row * 100, size, 1);
    }
    benchmark::DoNotOptimize(padded.data());
    benchmark::DoNotOptimize(mask.data());
  }
  state.SetItemsProcessed(state.iterations() * bench::kSegmentRows);
}

void BM_PadModelInputs(benchmark::State& state) {
  const Tensor input = bench::TwoSegments(state.range(0))[0];
  const PadModelInputsOptions options = {.max_seq_length = 100,
                                         .exec = {.num_threads = 1}};
  if (!PadModelInputs(input, options).ok()) state.SkipWithError("wrong tensor");
  for (auto _ : state) benchmark::DoNotOptimize(PadModelInputs(input, options));
  state.SetItemsProcessed(state.iterations() * bench::kSegmentRows);
}

void BM_PadAlongDimension(benchmark::State& state) {
  const Tensor input = bench::TwoSegments(state.range(0))[0];
  const PadAlongDimensionOptions options = {
      .left_pad = Tensor::Vector(Buffer<int32_t>{1}),
      .right_pad = Tensor::Vector(Buffer<int32_t>{2, 3}),
      .exec = {.num_threads = 1}};
  for (auto _ : state)
    benchmark::DoNotOptimize(PadAlongDimension(input, options));
  state.SetItemsProcessed(state.iterations() * bench::kSegmentRows);
}

BENCHMARK(BM_PadModelInputsReference);
// Arguments: mean length. The worst case is rows of an id or none.
BENCHMARK(BM_PadModelInputs)->Arg(60)->Arg(1);
BENCHMARK(BM_PadAlongDimension)->Arg(60)->Arg(1);

}  // namespace
}  // namespace rowsplit
