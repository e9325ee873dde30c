#include <cstdint>
#include <utility>

#include "benchmark/benchmark.h"
#include "rowsplit/core/hash.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/hashing.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

constexpr size_t kNumTokens = 500'000;
constexpr int64_t kNumBins = 10'007;

StringTensor Tokens() {
  const bench::TokenText& text = bench::Prose();
  StringTensorBuilder builder;
  for (size_t i = 0; i < text.spans.size() && i < kNumTokens; ++i)
    builder.Append(text.token(i));
  return std::move(builder).Build();
}

// The hash alone.
void BM_HashingReference(benchmark::State& state) {
  const StringTensor tokens = Tokens();
  for (auto _ : state) {
    uint64_t sum = 0;
    for (int64_t i = 0; i < tokens.size(); ++i)
      sum += Fingerprint64(tokens[i]) % kNumBins;
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * tokens.size());
}

void BM_Hashing(benchmark::State& state, bool salted) {
  const Tensor tokens = Tensor::Vector(Tokens());
  HashingOptions options{.num_bins = kNumBins};
  if (salted) options.salt = SipHashKey{1, 2};
  const ExecOptions exec{.num_threads = 1};
  if (!Hashing(tokens, options, exec).ok()) state.SkipWithError("no bins");
  for (auto _ : state) benchmark::DoNotOptimize(Hashing(tokens, options, exec));
  state.SetItemsProcessed(state.iterations() * tokens.num_items());
}

// Items are tokens.
BENCHMARK(BM_HashingReference);
BENCHMARK_CAPTURE(BM_Hashing, farmhash, false);
BENCHMARK_CAPTURE(BM_Hashing, siphash, true);

}  // namespace
}  // namespace rowsplit
