#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/embedding/hashed_rows.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumWords = 5'000;

StringTensor NumberedWords() {
  std::mt19937_64 random(7);
  std::vector<std::string> words(kNumWords);
  for (std::string& word : words) {
    word = "word" + std::to_string(bench::Below(random, 1'000'000));
  }
  return StringTensor::FromStrings(
      std::vector<std::string_view>(words.begin(), words.end()));
}

void BM_HashedVectors(benchmark::State& state) {
  const StringTensor words = NumberedWords();
  const auto rows =
      *HashedRows::Create(*EmbeddingTable::Uniform(10'000, 64),
                          {.hash = static_cast<RowHash>(state.range(0)),
                           .num_hashes = state.range(1)});
  for (auto _ : state) {
    benchmark::DoNotOptimize(rows.ReadVectors(words, {.num_threads = 1}));
  }
  state.SetItemsProcessed(state.iterations() * kNumWords);
}

// Arguments: the hash (FarmHash, XXH3), the hashes of a word.
BENCHMARK(BM_HashedVectors)->ArgsProduct({{0, 1}, {1, 2, 4}});

}  // namespace
}  // namespace rowsplit
