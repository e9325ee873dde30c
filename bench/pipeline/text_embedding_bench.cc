// Prose to pooled vectors, a mean of rows of 64 float32 items for each line: a
// plain loop (lower, strip, split, absl::flat_hash_map, add up), vectorizing
// and then EmbeddingBag, and TextEmbedding. The argument is the table's rows.
// Bytes are those of the text, items its words. One thread.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "benchmark/benchmark.h"
#include "rowsplit/core/exec.h"
#include "rowsplit/embedding/bag.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/pipeline/text_embedding.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/plain_lookup.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

constexpr int64_t kWidth = 64;
constexpr ExecOptions kOneThread{.num_threads = 1};

struct Job {
  StringTensor lines;
  TextEmbedding embedding;
  int64_t num_ids;
};

Job MakeJob(int64_t num_rows) {
  StringTensor lines = bench::Lines(bench::ProseText());
  TextVectorizationAdapter adapter({.max_tokens = num_rows});
  benchmark::DoNotOptimize(adapter.Update(lines).ok());
  const TextVectorization layer = *adapter.Finalize();
  const auto num_ids =
      static_cast<int64_t>(layer.VectorizeRagged(lines)->flat_values().size());
  return {
      std::move(lines),
      *TextEmbedding::Create(layer, *EmbeddingTable::Uniform(num_rows, kWidth)),
      num_ids};
}

void SetCounters(benchmark::State& state, const Job& job) {
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(job.lines.bytes().size()));
  state.SetItemsProcessed(state.iterations() * job.num_ids);
}

void BM_TextEmbedding_Plain(benchmark::State& state) {
  const Job job = MakeJob(state.range(0));
  const TextVectorization& layer = job.embedding.layer();
  absl::flat_hash_map<std::string, int64_t> ids_of;
  for (int64_t id = 2; id < layer.num_ids(); ++id) {
    ids_of.emplace(std::string(layer.token(id)), id);
  }
  const Buffer<float> rows = job.embedding.table().values();
  std::vector<float> vectors(static_cast<size_t>(job.lines.size() * kWidth));
  std::vector<int64_t> ids;
  for (auto _ : state) {
    std::fill(vectors.begin(), vectors.end(), 0.0F);
    for (int64_t line = 0; line < job.lines.size(); ++line) {
      ids.clear();
      bench::LookUpPlainly(job.lines[line], ids_of, ids);
      float* const vector = vectors.data() + line * kWidth;
      for (const int64_t id : ids) {
        const float* const row = rows.data() + id * kWidth;
        for (int64_t i = 0; i < kWidth; ++i) vector[i] += row[i];
      }
      for (int64_t i = 0; i < kWidth && !ids.empty(); ++i) {
        vector[i] /= static_cast<float>(ids.size());
      }
    }
    benchmark::DoNotOptimize(vectors.data());
  }
  const auto ours = job.embedding.Embed(job.lines, kOneThread);
  for (size_t i = 0; i < vectors.size(); ++i) {
    if (!ours.ok() ||
        !(std::abs(ours->items<float>()[i] - vectors[i]) < 1e-5F)) {
      state.SkipWithError("the two give different vectors");
      break;
    }
  }
  SetCounters(state, job);
}
BENCHMARK(BM_TextEmbedding_Plain)->Arg(5000)->Arg(100000);

void BM_TextEmbedding_VectorizeThenBag(benchmark::State& state) {
  const Job job = MakeJob(state.range(0));
  for (auto _ : state) {
    const auto ids =
        job.embedding.layer().VectorizeRagged(job.lines, kOneThread);
    const auto vectors =
        EmbeddingBag(job.embedding.table(), *ids, {.exec = kOneThread});
    benchmark::DoNotOptimize(vectors->items<float>().data());
  }
  SetCounters(state, job);
}
BENCHMARK(BM_TextEmbedding_VectorizeThenBag)->Arg(5000)->Arg(100000);

void BM_TextEmbedding(benchmark::State& state) {
  const Job job = MakeJob(state.range(0));
  for (auto _ : state) {
    const auto vectors = job.embedding.Embed(job.lines, kOneThread);
    benchmark::DoNotOptimize(vectors->items<float>().data());
  }
  SetCounters(state, job);
}
BENCHMARK(BM_TextEmbedding)->Arg(5000)->Arg(100000);

}  // namespace
}  // namespace rowsplit
