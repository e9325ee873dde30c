#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "benchmark/benchmark.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/core/offset.h"
#include "rowsplit/vocab/lookup.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

constexpr size_t kBatch = 8192;
constexpr int64_t kTokens = 5000;

// The reference: a map and, for the tokens it does not have, the hash. Sizes:
// OOV ids.
template <typename Map>
void LookupInMap(benchmark::State& state) {
  const bench::TokenText& text = bench::Prose();
  const StringTensor tokens = bench::FrequentTokens(text, kTokens);
  Map map;
  for (int64_t id = 0; id < tokens.size(); ++id) map[tokens[id]] = id;
  std::vector<int64_t> ids(kBatch);
  for (auto _ : state) {
    for (size_t i = 0; i < text.spans.size(); ++i) {
      const std::string_view token = text.token(i);
      const auto found = map.find(token);
      ids[i % kBatch] =
          found != map.end()
              ? found->second
              : tokens.size() +
                    static_cast<int64_t>(Fingerprint64(token) %
                                         static_cast<uint64_t>(state.range(0)));
      benchmark::ClobberMemory();
    }
  }
  bench::CountTokens(state, text);
}

void BM_LookupReference(benchmark::State& state) {
  LookupInMap<std::unordered_map<std::string_view, int64_t>>(state);
}

void BM_LookupInFlatHashMap(benchmark::State& state) {
  LookupInMap<absl::flat_hash_map<std::string_view, int64_t>>(state);
}

void BM_Lookup(benchmark::State& state, IdLayout layout, OovHash hash) {
  const bench::TokenText& text = bench::Prose();
  TokenLookupOptions options = {
      .layout = layout, .num_oov = state.range(0), .oov_hash = hash};
  if (layout == IdLayout::kOovFirst) options.mask_token = "";
  const auto lookup = TokenLookup::Create(
      *Vocabulary::FromTokens(bench::FrequentTokens(text, kTokens)), options);
  if (!lookup.ok()) {
    state.SkipWithError("no lookup");
    return;
  }
  std::vector<int64_t> ids(kBatch);
  const std::span<const TokenSpan> spans = text.spans;
  for (auto _ : state) {
    for (size_t begin = 0; begin < spans.size(); begin += kBatch) {
      const size_t size = std::min(kBatch, spans.size() - begin);
      if (!lookup
               ->Lookup(text.bytes, spans.subspan(begin, size),
                        std::span(ids).first(size))
               .ok()) {
        state.SkipWithError("no ids");
      }
      benchmark::ClobberMemory();
    }
  }
  bench::CountTokens(state, text);
}

// Argument: OOV ids.
BENCHMARK(BM_LookupReference)->Arg(1)->Arg(100);
BENCHMARK(BM_LookupInFlatHashMap)->Arg(1)->Arg(100);
BENCHMARK_CAPTURE(BM_Lookup, tokens_first, IdLayout::kTokensFirst,
                  OovHash::kFarmHash)
    ->Arg(1)
    ->Arg(100);
BENCHMARK_CAPTURE(BM_Lookup, tokens_first_xxh3, IdLayout::kTokensFirst,
                  OovHash::kXxh3)
    ->Arg(100);
BENCHMARK_CAPTURE(BM_Lookup, oov_first_masked, IdLayout::kOovFirst,
                  OovHash::kFarmHash)
    ->Arg(1);

}  // namespace
}  // namespace rowsplit
