#include "benchmark/benchmark.h"
#include "rowsplit/text/hash_bucket.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

void BM_HashBuckets(benchmark::State& state) {
  const StringTensor& lines = bench::ProseLines();
  const HashBucketOptions options{
      .num_buckets = 1000,
      .hash = static_cast<BucketHash>(state.range(0)),
      .exec = {.num_threads = 1}};
  const auto checked = HashBuckets(lines, options);
  if (!checked.ok() || (*checked)[0] < 0 || (*checked)[0] >= 1000)
    state.SkipWithError("wrong result");
  for (auto _ : state) benchmark::DoNotOptimize(HashBuckets(lines, options));
  bench::SetRowCounters(state, lines);
}

// Argument: 0 fast, 1 strong, 2 plain.
BENCHMARK(BM_HashBuckets)->DenseRange(0, 2);

}  // namespace
}  // namespace rowsplit
