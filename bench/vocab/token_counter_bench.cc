// Counting the tokens of prose in a memory limit. Argument: the limit in MiB, 0
// for none. The result is compared with that of a VocabularyBuilder.
#include <algorithm>
#include <cstdint>
#include <span>

#include "benchmark/benchmark.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/vocab/token_counter.h"
#include "rowsplit/vocab/vocabulary_builder.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

constexpr size_t kBatch = 65536;
constexpr int64_t kMaxTokens = 5000;

void BM_TokenCounter(benchmark::State& state,
                     const bench::TokenText& (*data)()) {
  const bench::TokenText& text = data();
  const std::span<const TokenSpan> spans = text.spans;
  VocabularyBuilder builder;
  builder.AddSpans(text.bytes, spans);
  const auto expected = builder.MostCommon(kMaxTokens);
  for (auto _ : state) {
    auto counter = TokenCounter::Create(
        {.memory_limit = state.range(0) == 0 ? -1 : state.range(0) << 20,
         .exec = {.num_threads = 1}});
    for (size_t begin = 0; begin < spans.size(); begin += kBatch) {
      const size_t size = std::min(kBatch, spans.size() - begin);
      if (!counter->AddSpans(text.bytes, spans.subspan(begin, size)).ok())
        state.SkipWithError("not counted");
    }
    const auto counts = counter->MostCommon(kMaxTokens);
    if (!counts.ok() ||
        counts->tokens.size() != static_cast<int64_t>(expected.size()) ||
        counts->tokens[0] != expected[0].token ||
        counts->counts[0] != expected[0].count) {
      state.SkipWithError("wrong counts");
    }
    state.counters["spilled_bytes"] =
        static_cast<double>(counter->spilled_bytes());
  }
  bench::CountTokens(state, text);
}

BENCHMARK_CAPTURE(BM_TokenCounter, prose, bench::Prose)->Arg(0)->Arg(1)->Arg(8);
BENCHMARK_CAPTURE(BM_TokenCounter, uniform, bench::Uniform)->Arg(0)->Arg(4);

}  // namespace
}  // namespace rowsplit
