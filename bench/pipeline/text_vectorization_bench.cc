// Prose to ids: a plain loop (lower, strip, split, absl::flat_hash_map) and
// TextVectorization; and adapting. The argument is the vocabulary's size. Bytes
// are those of the text.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "benchmark/benchmark.h"
#include "rowsplit/pipeline/text_vectorization.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/datasets.h"
#include "support/plain_lookup.h"

namespace rowsplit {
namespace {

StringTensor Lines(const std::string& text) {
  StringTensorBuilder lines;
  size_t begin = 0;
  for (size_t end; (end = text.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    lines.Append(std::string_view(text).substr(begin, end - begin));
  }
  return std::move(lines).Build();
}

TextVectorization Learn(const StringTensor& lines, int64_t max_tokens) {
  TextVectorizationAdapter adapter({.max_tokens = max_tokens});
  benchmark::DoNotOptimize(adapter.Update(lines).ok());
  return *adapter.Finalize();
}

void BM_TextVectorization_Plain(benchmark::State& state) {
  const StringTensor lines = Lines(bench::ProseText());
  const TextVectorization layer = Learn(lines, state.range(0));
  absl::flat_hash_map<std::string, int64_t> ids_of;
  for (int64_t id = 2; id < layer.num_ids(); ++id) {
    ids_of.emplace(std::string(layer.token(id)), id);
  }
  std::vector<int64_t> ids;
  for (auto _ : state) {
    ids.clear();
    for (int64_t line = 0; line < lines.size(); ++line) {
      bench::LookUpPlainly(lines[line], ids_of, ids);
    }
    benchmark::DoNotOptimize(ids.data());
  }
  const auto ours = layer.VectorizeRagged(lines, {.num_threads = 1});
  if (!ours.ok() ||
      !std::equal(ids.begin(), ids.end(), ours->flat_values().begin(),
                  ours->flat_values().end())) {
    state.SkipWithError("the two give different ids");
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(lines.bytes().size()));
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(ids.size()));
}
BENCHMARK(BM_TextVectorization_Plain)->Arg(5000)->Arg(100000);

void BM_TextVectorization(benchmark::State& state) {
  const StringTensor lines = Lines(bench::ProseText());
  const TextVectorization layer = Learn(lines, state.range(0));
  int64_t num_ids = 0;
  for (auto _ : state) {
    const auto ids = layer.VectorizeRagged(lines, {.num_threads = 1});
    num_ids = static_cast<int64_t>(ids->flat_values().size());
    benchmark::DoNotOptimize(ids->flat_values().data());
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(lines.bytes().size()));
  state.SetItemsProcessed(state.iterations() * num_ids);
}
BENCHMARK(BM_TextVectorization)->Arg(5000)->Arg(100000);

void BM_TextVectorization_Adapt(benchmark::State& state) {
  const StringTensor lines = Lines(bench::ProseText());
  for (auto _ : state) {
    TextVectorizationAdapter adapter({});
    benchmark::DoNotOptimize(adapter.Update(lines).ok());
    benchmark::DoNotOptimize(adapter.counts().num_types());
  }
  state.SetBytesProcessed(state.iterations() *
                          static_cast<int64_t>(lines.bytes().size()));
}
BENCHMARK(BM_TextVectorization_Adapt);

}  // namespace
}  // namespace rowsplit
