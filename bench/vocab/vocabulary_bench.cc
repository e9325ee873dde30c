#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "benchmark/benchmark.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/vocabulary.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

// Tokens a batch, as in a pipeline: their ids are reused and stay in the cache.
constexpr size_t kBatch = 8192;

template <typename Find>
void FindAll(benchmark::State& state, const bench::TokenText& text,
             const Find& find) {
  std::vector<int64_t> ids(kBatch);
  const std::span<const TokenSpan> spans = text.spans;
  for (auto _ : state) {
    for (size_t begin = 0; begin < spans.size(); begin += kBatch) {
      const size_t size = std::min(kBatch, spans.size() - begin);
      find(spans.subspan(begin, size), std::span(ids).first(size));
      benchmark::DoNotOptimize(ids.data());
      benchmark::ClobberMemory();
    }
  }
  bench::CountTokens(state, text);
}

template <typename Map>
void FindInMap(benchmark::State& state, const bench::TokenText& (*data)()) {
  const bench::TokenText& text = data();
  const StringTensor tokens = bench::FrequentTokens(text, state.range(0));
  Map map;
  for (int64_t id = 0; id < tokens.size(); ++id) map[tokens[id]] = id;
  FindAll(state, text,
          [&](std::span<const TokenSpan> spans, std::span<int64_t> ids) {
            const std::string_view bytes = text.bytes;
            for (size_t i = 0; i < spans.size(); ++i) {
              const auto found =
                  map.find(bytes.substr(spans[i].begin, spans[i].size));
              ids[i] = found == map.end() ? -1 : found->second;
            }
          });
}

void BM_FindSpans(benchmark::State& state, const bench::TokenText& (*data)()) {
  const bench::TokenText& text = data();
  const auto vocabulary =
      Vocabulary::FromTokens(bench::FrequentTokens(text, state.range(0)));
  if (!vocabulary.ok() || vocabulary->Find(vocabulary->token(7)) != 7) {
    state.SkipWithError("wrong ids");
    return;
  }
  FindAll(state, text,
          [&](std::span<const TokenSpan> spans, std::span<int64_t> ids) {
            vocabulary->FindSpans(text.bytes, spans, ids);
          });
}

void BM_FindInUnorderedMap(benchmark::State& state,
                           const bench::TokenText& (*data)()) {
  FindInMap<std::unordered_map<std::string_view, int64_t>>(state, data);
}

void BM_FindInFlatHashMap(benchmark::State& state,
                          const bench::TokenText& (*data)()) {
  FindInMap<absl::flat_hash_map<std::string_view, int64_t>>(state, data);
}

// Argument: tokens of the vocabulary.
BENCHMARK_CAPTURE(BM_FindInUnorderedMap, prose, bench::Prose)
    ->Arg(5000)
    ->Arg(100000);
BENCHMARK_CAPTURE(BM_FindInFlatHashMap, prose, bench::Prose)
    ->Arg(5000)
    ->Arg(100000);
BENCHMARK_CAPTURE(BM_FindSpans, prose, bench::Prose)->Arg(5000)->Arg(100000);
BENCHMARK_CAPTURE(BM_FindInFlatHashMap, uniform, bench::Uniform)->Arg(100000);
BENCHMARK_CAPTURE(BM_FindSpans, uniform, bench::Uniform)->Arg(100000);

}  // namespace
}  // namespace rowsplit
