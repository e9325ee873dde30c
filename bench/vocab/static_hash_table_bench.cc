#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/vocab/static_hash_table.h"
#include "support/token_text.h"

namespace rowsplit {
namespace {

constexpr size_t kNumTokens = 500'000;
constexpr int64_t kNumKeys = 5000;

StringTensor Tokens() {
  const bench::TokenText& text = bench::Prose();
  StringTensorBuilder builder;
  for (size_t i = 0; i < text.spans.size() && i < kNumTokens; ++i)
    builder.Append(text.token(i));
  return std::move(builder).Build();
}

void BM_StaticHashTableReference(benchmark::State& state) {
  const StringTensor tokens = Tokens();
  const StringTensor keys = bench::FrequentTokens(bench::Prose(), kNumKeys);
  std::unordered_map<std::string_view, float> map;
  for (int64_t i = 0; i < keys.size(); ++i)
    map[keys[i]] = static_cast<float>(i) / 2;
  for (auto _ : state) {
    std::vector<float> values;
    for (int64_t i = 0; i < tokens.size(); ++i) {
      const auto found = map.find(tokens[i]);
      values.push_back(found == map.end() ? -1.0f : found->second);
    }
    benchmark::DoNotOptimize(values.data());
  }
  state.SetItemsProcessed(state.iterations() * tokens.size());
}

void BM_StaticHashTable(benchmark::State& state) {
  const Tensor tokens = Tensor::Vector(Tokens());
  BufferBuilder<float> values(kNumKeys);
  for (int64_t i = 0; i < kNumKeys; ++i) values[i] = static_cast<float>(i) / 2;
  const auto table = StaticHashTable::Create(
      Tensor::Vector(bench::FrequentTokens(bench::Prose(), kNumKeys)),
      Tensor::Vector(std::move(values).Build()), Tensor::Scalar(-1.0f));
  const ExecOptions exec{.num_threads = 1};
  if (!table.ok() || !table->Lookup(tokens, exec).ok())
    return state.SkipWithError("no values");
  for (auto _ : state) benchmark::DoNotOptimize(table->Lookup(tokens, exec));
  state.SetItemsProcessed(state.iterations() * tokens.num_items());
}

// Items are tokens.
BENCHMARK(BM_StaticHashTableReference);
BENCHMARK(BM_StaticHashTable);

}  // namespace
}  // namespace rowsplit
