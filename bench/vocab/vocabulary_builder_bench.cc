#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/container/flat_hash_map.h"
#include "benchmark/benchmark.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

constexpr size_t kBatch = 8192;

// A map of strings; only a new token is copied.
template <typename Map>
void CountInMap(benchmark::State& state, const bench::TokenText& (*data)()) {
  const bench::TokenText& text = data();
  for (auto _ : state) {
    Map counts;
    for (size_t i = 0; i < text.spans.size(); ++i) {
      ++counts[typename Map::key_type(text.token(i))];
    }
    benchmark::DoNotOptimize(counts.size());
  }
  bench::CountTokens(state, text);
}

void BM_CountInUnorderedMap(benchmark::State& state,
                            const bench::TokenText& (*data)()) {
  CountInMap<std::unordered_map<std::string, int64_t>>(state, data);
}

// Views into the text: faster than a counter that owns its tokens can be.
void BM_CountInFlatHashMapOfViews(benchmark::State& state,
                                  const bench::TokenText& (*data)()) {
  CountInMap<absl::flat_hash_map<std::string_view, int64_t>>(state, data);
}

void BM_AddSpans(benchmark::State& state, const bench::TokenText& (*data)()) {
  const bench::TokenText& text = data();
  const std::span<const TokenSpan> spans = text.spans;
  for (auto _ : state) {
    VocabularyBuilder builder;
    for (size_t begin = 0; begin < spans.size(); begin += kBatch) {
      builder.AddSpans(
          text.bytes,
          spans.subspan(begin, std::min(kBatch, spans.size() - begin)));
    }
    if (builder.num_tokens() != static_cast<int64_t>(spans.size())) {
      state.SkipWithError("wrong counts");
    }
  }
  bench::CountTokens(state, text);
}

// Argument: max_tokens; -1 sorts all types.
void BM_MostCommon(benchmark::State& state, const bench::TokenText& (*data)()) {
  const bench::TokenText& text = data();
  VocabularyBuilder builder;
  builder.AddSpans(text.bytes, text.spans);
  for (auto _ : state) {
    benchmark::DoNotOptimize(builder.MostCommon(state.range(0)));
  }
  state.SetItemsProcessed(state.iterations() * builder.num_types());
}

BENCHMARK_CAPTURE(BM_CountInUnorderedMap, prose, bench::Prose);
BENCHMARK_CAPTURE(BM_CountInFlatHashMapOfViews, prose, bench::Prose);
BENCHMARK_CAPTURE(BM_AddSpans, prose, bench::Prose);
BENCHMARK_CAPTURE(BM_CountInFlatHashMapOfViews, uniform, bench::Uniform);
BENCHMARK_CAPTURE(BM_AddSpans, uniform, bench::Uniform);
BENCHMARK_CAPTURE(BM_MostCommon, prose, bench::Prose)->Arg(5000)->Arg(-1);

}  // namespace
}  // namespace rowsplit
