#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "benchmark/benchmark.h"
#include "rowsplit/core/buffer.h"
#include "rowsplit/vocab/index_lookup.h"
#include "support/datasets.h"
#include "support/numbered_tokens.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumKeys = 100'000;
constexpr int64_t kNumQueries = 1'000'000;

// Every other key is known if `spread` is 2, all of them if it is 1.
Tensor Queries(int64_t spread) {
  std::mt19937_64 random(5);
  BufferBuilder<int64_t> keys(kNumQueries);
  for (int64_t& key : keys.span()) {
    key = static_cast<int64_t>(
              bench::Below(random, static_cast<uint64_t>(kNumKeys * spread))) *
          31;
  }
  return Tensor::Vector(std::move(keys).Build());
}

Tensor Keys() {
  BufferBuilder<int64_t> keys(kNumKeys);
  for (int64_t i = 0; i < kNumKeys; ++i) keys[i] = i * 31;
  return Tensor::Vector(std::move(keys).Build());
}

void BM_IntegerLookupInFlatHashMap(benchmark::State& state) {
  const Tensor queries = Queries(state.range(0));
  const Tensor keys = Keys();
  absl::flat_hash_map<int64_t, int64_t> map;
  for (const int64_t key : keys.items<int64_t>())
    map[key] = static_cast<int64_t>(map.size()) + 1;
  for (auto _ : state) {
    std::vector<int64_t> ids(kNumQueries);
    for (int64_t i = 0; i < kNumQueries; ++i) {
      const auto found = map.find(queries.items<int64_t>()[i]);
      ids[i] = found == map.end() ? 0 : found->second;
    }
    benchmark::DoNotOptimize(ids.data());
  }
  state.SetItemsProcessed(state.iterations() * kNumQueries);
}

void BM_IntegerLookup(benchmark::State& state) {
  const Tensor queries = Queries(state.range(0));
  const auto layer = IntegerLookup::Create(
      {.num_oov_indices = state.range(1), .oov_method = OovMethod::kHash},
      Keys());
  const ExecOptions exec{.num_threads = 1};
  if (!layer->Lookup(queries, exec).ok()) state.SkipWithError("no ids");
  for (auto _ : state) benchmark::DoNotOptimize(layer->Lookup(queries, exec));
  state.SetItemsProcessed(state.iterations() * kNumQueries);
}

void BM_StringLookup(benchmark::State& state, OutputMode mode) {
  const bench::TokenText& text = bench::Prose();
  StringTensorBuilder builder;
  for (size_t i = 0; i < text.spans.size() && i < kNumQueries; ++i)
    builder.Append(text.token(i));
  const int64_t size = builder.size();
  const Tensor tokens = Tensor::Vector(std::move(builder).Build());
  std::vector<Offset> splits = {0};
  while (splits.back() < size)
    splits.push_back(std::min<Offset>(splits.back() + 100, size));
  const Tensor rows = *Tensor::FromRowSplits(tokens, splits);
  const auto layer = StringLookup::Create(
      {.num_oov_indices = state.range(1),
       .mask_token = "",
       .output_mode = mode},
      Tensor::Vector(bench::FrequentTokens(text, state.range(0))));
  const ExecOptions exec{.num_threads = 1};
  for (auto _ : state) {
    if (mode == OutputMode::kInt) {
      benchmark::DoNotOptimize(layer->Lookup(rows, exec));
    } else {
      benchmark::DoNotOptimize(layer->LookupCsr(rows, exec));
    }
  }
  state.SetItemsProcessed(state.iterations() * size);
}

// Ids in any order to tokens of 7 to 31 bytes. Argument: their number.
void BM_StringLookupInverted(benchmark::State& state) {
  const int64_t num_tokens = state.range(0);
  bench::NumberedTokens token;
  StringTensorBuilder builder;
  for (int64_t i = 0; i < num_tokens; ++i)
    builder.Append(token(static_cast<uint64_t>(i)));
  const auto layer =
      StringLookup::Create({.num_oov_indices = 0, .invert = true},
                           Tensor::Vector(std::move(builder).Build()));
  std::mt19937_64 random(5);
  BufferBuilder<int64_t> ids(num_tokens);
  for (int64_t& id : ids.span()) {
    id = static_cast<int64_t>(
        bench::Below(random, static_cast<uint64_t>(num_tokens)));
  }
  const Tensor input = Tensor::Vector(std::move(ids).Build());
  const ExecOptions exec{.num_threads = 1};
  if (!layer->Lookup(input, exec).ok()) state.SkipWithError("no tokens");
  for (auto _ : state) benchmark::DoNotOptimize(layer->Lookup(input, exec));
  state.SetItemsProcessed(state.iterations() * num_tokens);
}

// Items are tokens. Arguments: 1 for hits only, 2 for as many misses; OOV ids.
BENCHMARK(BM_IntegerLookupInFlatHashMap)->Arg(1)->Arg(2);
BENCHMARK(BM_IntegerLookup)->Args({1, 1})->Args({2, 1})->Args({2, 100});
// Arguments: tokens of the vocabulary; OOV ids.
BENCHMARK_CAPTURE(BM_StringLookup, int, OutputMode::kInt)
    ->Args({5000, 1})
    ->Args({5000, 100});
BENCHMARK_CAPTURE(BM_StringLookup, count_csr, OutputMode::kCount)
    ->Args({5000, 1});
BENCHMARK(BM_StringLookupInverted)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace rowsplit
