#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "benchmark/benchmark.h"
#include "rowsplit/ragged/string_tensor.h"
#include "rowsplit/text/wordpiece.h"
#include "support/subword_tokens.h"
#include "support/text_rows.h"

namespace rowsplit {
namespace {

// The words that differ, each once.
const StringTensor& DifferentWords() {
  static const auto* words = [] {
    StringTensorBuilder builder;
    for (const auto& [word, count] : bench::WordCounts()) builder.Append(word);
    return new StringTensor(std::move(builder).Build());
  }();
  return *words;
}

// What one would write first: a table, and every end from the longest on.
void BM_WordpieceReference(benchmark::State& state) {
  std::unordered_map<std::string, int64_t> table;
  const StringTensor& tokens = bench::SubwordTokens();
  for (int64_t i = 0; i < tokens.size(); ++i)
    table.emplace(std::string(tokens[i]), i);
  const StringTensor& words = DifferentWords();
  for (auto _ : state) {
    std::vector<int64_t> ids;
    for (int64_t i = 0; i < words.size(); ++i) {
      const std::string word(words[i]);
      for (size_t begin = 0; begin < word.size();) {
        size_t end = word.size();
        const std::string prefix = begin > 0 ? "##" : "";
        auto found = table.end();
        while (end > begin && found == table.end())
          found = table.find(prefix + word.substr(begin, end-- - begin));
        if (found == table.end()) break;
        ids.push_back(found->second);
        begin = end + 1;
      }
    }
    benchmark::DoNotOptimize(ids.data());
  }
  bench::SetRowCounters(state, words);
}

void RunWordpiece(benchmark::State& state, const WordpieceOptions& options) {
  const auto tokenizer =
      WordpieceTokenizer::Create(bench::SubwordTokens(), options);
  const StringTensor& words = DifferentWords();
  const ExecOptions exec{.num_threads = 1};
  if (!tokenizer.ok() ||
      tokenizer->Tokenize(words, SubwordKind::kIds, exec)->ids.empty()) {
    state.SkipWithError("wrong result");
    return;
  }
  for (auto _ : state)
    benchmark::DoNotOptimize(
        tokenizer->Tokenize(words, SubwordKind::kIds, exec));
  bench::SetRowCounters(state, words);
}

void BM_Wordpiece(benchmark::State& state) { RunWordpiece(state, {}); }
// Piece by piece, which these options need.
void BM_WordpieceSplitUnknown(benchmark::State& state) {
  RunWordpiece(state, {.split_unknown_characters = true});
}

BENCHMARK(BM_WordpieceReference);
BENCHMARK(BM_Wordpiece);
BENCHMARK(BM_WordpieceSplitUnknown);

}  // namespace
}  // namespace rowsplit
