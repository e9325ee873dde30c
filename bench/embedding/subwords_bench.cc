#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/core/row_format.h"
#include "rowsplit/embedding/subwords.h"
#include "rowsplit/embedding/table.h"
#include "rowsplit/ragged/string_tensor.h"
#include "support/datasets.h"

namespace rowsplit {
namespace {

constexpr int64_t kNumWords = 2'000;

// Random words of 3 to 14 letters.
StringTensor RandomWords() {
  std::mt19937_64 random(7);
  std::vector<std::string> words(kNumWords);
  for (std::string& word : words) {
    word.resize(3 + bench::Below(random, 12));
    for (char& letter : word) {
      letter = static_cast<char>('a' + bench::Below(random, 26));
    }
  }
  return StringTensor::FromStrings(
      std::vector<std::string_view>(words.begin(), words.end()));
}

SubwordRows RowsOf(int64_t num_buckets, int64_t width, RowFormat format) {
  return *SubwordRows::Create(
      *EmbeddingTable::Uniform(num_buckets, width, {.format = format}));
}

// The n-grams alone, as strings of their own.
void BM_NgramsReference(benchmark::State& state) {
  const StringTensor words = RandomWords();
  for (auto _ : state) {
    uint32_t sum = 0;
    for (int64_t i = 0; i < words.size(); ++i) {
      const std::string marked = "<" + std::string(words[i]) + ">";
      for (size_t begin = 0; begin < marked.size(); ++begin) {
        for (size_t size = 3; size <= 6 && begin + size <= marked.size();
             ++size) {
          uint32_t hash = 2166136261;
          for (const char byte : marked.substr(begin, size)) {
            hash = (hash ^ static_cast<uint32_t>(byte)) * 16777619;
          }
          sum += hash % 200'000;
        }
      }
    }
    benchmark::DoNotOptimize(sum);
  }
  state.SetItemsProcessed(state.iterations() * kNumWords);
}

void BM_FindBuckets(benchmark::State& state) {
  const StringTensor words = RandomWords();
  const SubwordRows rows = RowsOf(200'000, 1, RowFormat::kFloat32);
  std::vector<int64_t> buckets;
  for (auto _ : state) {
    for (int64_t i = 0; i < words.size(); ++i) {
      buckets.clear();
      rows.FindBuckets(words[i], buckets);
      benchmark::DoNotOptimize(buckets.data());
    }
  }
  state.SetItemsProcessed(state.iterations() * kNumWords);
}

void BM_SubwordVectors(benchmark::State& state) {
  const StringTensor words = RandomWords();
  const SubwordRows rows =
      RowsOf(200'000, state.range(0), static_cast<RowFormat>(state.range(1)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(rows.ReadVectors(words, {.num_threads = 1}));
  }
  state.SetItemsProcessed(state.iterations() * kNumWords);
}

BENCHMARK(BM_NgramsReference);
BENCHMARK(BM_FindBuckets);
// Arguments: the width; the format, 0 for float32 and 3 for int8.
BENCHMARK(BM_SubwordVectors)->ArgsProduct({{100, 300}, {0, 3}});

}  // namespace
}  // namespace rowsplit
